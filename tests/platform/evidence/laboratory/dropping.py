"""Files dropped on the page of a survey, as a person does it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jingtu.platform.evidence.laboratory.models import Survey
from jingtu.platform.people.models import User


def as_person(user: User) -> Client:
    found = Client()
    found.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return found


@pytest.fixture
def client(officer: User) -> Client:
    return as_person(officer)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Uploads of one test are not seen by another."""
    from jingtu.platform.registers.exchange import uploads

    folder = tmp_path / "imports"
    folder.mkdir()
    monkeypatch.setattr(uploads, "_folder", lambda: folder)


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def drop(client: Client, survey: Survey, content: bytes, name: str = "结果.xlsx") -> Any:
    return client.post(
        f"/surveys/{survey.uid}/import/", {"table": SimpleUploadedFile(name, content)}, follow=True
    )


def hidden(response: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, f"no field {name}"
    return found[1]


def confirm(client: Client, survey: Survey, page: Any, **more: str) -> Any:
    form = {name: hidden(page, name) for name in ("file", "step", "fingerprint")}
    return client.post(f"/surveys/{survey.uid}/import/", form | more, follow=True)
