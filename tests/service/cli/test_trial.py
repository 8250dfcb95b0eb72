"""trial: officers for a fresh installation, and for no other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.conftest import Installation

EXAMPLE = sorted((Path(__file__).parents[3] / "examples" / "plan").glob("*.docx"))


@pytest.mark.django_db
def test_officers_are_opened_once_and_only_where_nobody_works_yet() -> None:
    from datetime import date

    from jingtu.platform.people.bootstrap import bootstrap_administrators, open_first_officers
    from jingtu.platform.people.models import Membership, User
    from jingtu.platform.regions.models import Region

    on = date(2024, 6, 30)
    county = Region.objects.create(level="county", path="/1/", name="甲县")
    bootstrap_administrators(on)
    (account,) = open_first_officers([county], on)
    user = User.objects.get(username=account.username)
    assert user.check_password(account.password)
    assert user.must_change_password
    assert Membership.objects.get(user=user).role == "officer"
    assert Membership.objects.get(user=user).region == county
    assert open_first_officers([county], on) == []


def test_trial_prints_an_account_for_every_place_with_a_plan(installation: Installation) -> None:
    installation.run("init")
    assert json.loads(installation.run("trial", "--json").stdout) == []
    region = "450300"
    loaded = installation.run("plan", "load", str(EXAMPLE[0]), "--confirm", "--region", region, "--json")
    assert loaded.returncode == 0, loaded.stderr
    (account,) = json.loads(installation.run("trial", "--json").stdout)
    assert account["username"] == f"officer-{region}"
    assert len(account["password"]) >= 10


def test_a_folder_stands_for_the_documents_in_it(tmp_path: Path) -> None:
    from jingtu.errors import InputError
    from jingtu.service.cli.plan_db import documents

    for name in ("b.txt", "a.DOCX", "~$a.docx", ".hidden.txt", "notes.md"):
        (tmp_path / name).touch()
    (tmp_path / "empty").mkdir()
    other = tmp_path / "notes.md"
    assert documents([other, tmp_path]) == [other, tmp_path / "a.DOCX", tmp_path / "b.txt"]
    with pytest.raises(InputError, match="empty"):
        documents([tmp_path / "empty"])
