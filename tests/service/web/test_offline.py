"""What stands behind work without a network: the worker's script, who sends, what a log-out leaves."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.tree import create_region
from jingtu.service.web import offline

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def officer() -> User:
    county = create_region("示例县", "county", code="990122", source="测试")
    user = User.objects.create_user("jingban", "qing-shan-2024", display_name="王科")
    Membership.objects.create(user=user, role=Role.OFFICER, region=county)
    return user


def test_the_worker_holds_the_shell_and_no_business(client: Client, officer: User) -> None:
    client.force_login(officer, BACKEND)
    answer = client.get("/service-worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Service-Worker-Allowed"] == "/"
    text = answer.content.decode()
    settings = json.loads(re.search(r"startWorker\((.*)\);", text)[1])  # type: ignore[index]
    for address in settings["files"]:
        assert address.startswith("/static/")
        assert finders.find(address.removeprefix("/static/")), address
    assert "/static/js/offline/worker.js" in settings["files"]
    assert text == Client().get("/service-worker.js").content.decode(), "the same for everybody"
    assert officer.display_name not in text


def test_every_module_of_the_pages_is_taken_along() -> None:
    names, _ = offline.shell_files()
    for name in names:
        if not name.startswith("js/"):
            continue
        folder = name.rsplit("/", 1)[0]
        text = Path(str(finders.find(name))).read_text(encoding="utf-8")
        for module in re.findall(r'(?:from|import\()\s*"(\.[^"]+)"', text):
            parts = [*folder.split("/")]
            for part in module.split("/"):
                if part == "..":
                    parts.pop()
                elif part != ".":
                    parts.append(part)
            assert "/".join(parts) in names, (name, module)


def test_the_page_without_a_network_knows_nobody(client: Client, officer: User) -> None:
    client.force_login(officer, BACKEND)
    page = client.get("/offline/").content.decode()
    assert officer.display_name not in page
    assert "data-user" not in page


def test_the_sender_is_told_who_is_logged_in_with_a_fresh_token(officer: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.get("/offline/sender/").status_code == 302
    client.force_login(officer, BACKEND)
    answer = client.get("/offline/sender/")
    assert answer["Cache-Control"] == "no-store"
    told = answer.json()
    assert told["user"] == str(officer.uid)
    # The token opens a form: without it the same request is refused.
    address = "/views/save/"
    assert client.post(address, {}).status_code == 403
    assert client.post(address, {}, headers={"x-csrftoken": told["token"]}).status_code == 302


@pytest.mark.parametrize("how", ["logout", "session"])
def test_who_leaves_leaves_nothing_in_the_browser(client: Client, officer: User, how: str) -> None:
    client.force_login(officer, BACKEND)
    if how == "logout":
        answer = client.post("/account/logout/")
    else:
        from allauth.usersessions.models import UserSession

        client.get("/me/")
        session, _ = UserSession.objects.get_or_create(
            user=officer, session_key=client.session.session_key, defaults={"ip": "127.0.0.1"}
        )
        answer = client.post(f"/me/sessions/{session.pk}/end/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/me/").status_code == 302


def test_to_look_at_the_logout_page_clears_nothing(client: Client, officer: User) -> None:
    client.force_login(officer, BACKEND)
    assert "Clear-Site-Data" not in client.get("/account/logout/")
