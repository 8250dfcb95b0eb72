"""A move asks in its form, and takes over the API, what it cannot do without."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from tests.platform.registers.test_pages import as_person

from jingtu.platform.people.models import User
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry

ON = date(2024, 3, 28)
GIVEN = {"list_year": "2024", "published_on": "2024-03-28", "listed_on": "2024-03-28"}


def test_publishing_asks_for_the_reason_of_listing(unit: Callable[..., Entry], officer: User) -> None:
    """An imported row carries no reason; the list cannot be published without one, so its form asks for it."""
    entry = unit("U-1", "verified", ON, listing_reason="")
    client = as_person(officer)
    address = f"/registers/key_regulated_units/{entry.uid}/"
    assert 'name="f_listing_reason"' in client.get(address).content.decode()
    form = {f"f_{name}": value for name, value in GIVEN.items()} | {"on": ON.isoformat()}
    client.post(f"{address}move/publish/", form)
    assert _state(entry) == ("verified", "")
    client.post(f"{address}move/publish/", form | {"f_listing_reason": "有色金属冶炼"})
    assert _state(entry) == ("published", "有色金属冶炼")


def test_the_api_takes_it_with_the_move(unit: Callable[..., Entry], officer: User) -> None:
    entry = unit("U-1", "verified", ON, listing_reason="")
    client = as_person(officer)
    address = f"/api/v1/registers/key_regulated_units/entries/{entry.uid}/moves/publish"

    def post(facts: dict[str, Any]) -> Any:
        body = json.dumps({"on": ON.isoformat(), "facts": GIVEN | facts})
        return client.post(address, body, content_type="application/json")

    missing = post({})
    assert missing.status_code == 422
    assert [item["column"] for item in missing.json()["errors"]] == ["列入理由"]
    assert post({"listing_reason": "有色金属冶炼"}).status_code == 200
    assert _state(entry) == ("published", "有色金属冶炼")


def test_several_are_asked_only_for_what_one_of_them_lacks(unit: Callable[..., Entry], officer: User) -> None:
    """What stays empty in the common form stays as each entry has it."""
    known, unknown = unit("U-1", "verified", ON), unit("U-2", "verified", ON, listing_reason="")
    client = as_person(officer)
    address = "/registers/key_regulated_units/moves/"

    def label(*entries: Entry) -> str:
        asked = {"move": "publish", "entry": [str(item.uid) for item in entries]}
        page = client.get(address, asked).content.decode()
        return page[page.index("列入理由") :].partition("</label>")[0]

    assert "必填" not in label(known)
    assert "必填" in label(known, unknown)
    form = {f"f_{name}": value for name, value in GIVEN.items()} | {"move": "publish", "on": ON.isoformat()}
    client.post(address, form | {"entry": [str(known.uid)], "f_listing_reason": ""})
    assert _state(known) == ("published", "有色金属冶炼")


def _state(entry: Entry) -> tuple[str, str]:
    version = versions.version_on(entry, ON)
    assert version is not None
    return version.state, versions.facts_of(version).listing_reason  # type: ignore[attr-defined]
