"""Logging in and out: lock-out, one-time passwords, sessions, second factor, redirects."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.people.models import Membership, User
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region

PASSWORD = "Guan-Tian-2024"
LOGIN = "/account/login/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def county() -> Region:
    return create_region("某县", "county", create_region("某市", "city", source="试验"), source="试验")


@pytest.fixture
def person(county: Region) -> User:
    user = User.objects.create_user("zhang", PASSWORD, display_name="张三")
    Membership.objects.create(user=user, role="officer", region=county)
    return user


def log_in(client: Client, password: str = PASSWORD, username: str = "zhang", **query: str):
    return client.post(LOGIN, {"login": username, "password": password} | query)


def logged_in(client: Client) -> bool:
    return SESSION_KEY in client.session


def test_login_and_logout(client: Client, person: User) -> None:
    response = log_in(client)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert logged_in(client)
    assert client.get("/account/logout/").status_code == 200
    assert logged_in(client), "a link cannot log anybody out"
    client.post("/account/logout/")
    assert not logged_in(client)
    assert list(LedgerRow.objects.order_by("pk").values_list("action", "subject_uid")) == [
        ("people.login", person.uid),
        ("people.logout", person.uid),
    ]


def test_a_wrong_name_and_a_wrong_password_look_the_same(client: Client, person: User) -> None:
    wrong_password = log_in(client, "wrong").content.decode()
    wrong_name = log_in(client, "wrong", "nobody").content.decode()
    strip = re.compile(r'value="[^"]*"')
    assert strip.sub("", wrong_password) == strip.sub("", wrong_name)
    assert "field-errors" in wrong_password


def test_a_disabled_account_cannot_log_in_and_its_session_ends(client: Client, person: User) -> None:
    log_in(client)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get("/me/").status_code == 302
    other = Client()
    log_in(other)
    assert not logged_in(other)
    assert "已停用" in other.get("/account/login/").content.decode()


def test_five_failures_close_the_login_and_half_an_hour_opens_it(client: Client, person: User) -> None:
    for _ in range(4):
        assert log_in(client, "wrong").status_code == 200
    fifth = log_in(client, "wrong")
    assert fifth.status_code == 429
    assert re.search(r"约 (30|29) 分钟", fifth.content.decode())
    right = log_in(client)
    assert right.status_code == 429
    assert not logged_in(client)
    assert LedgerRow.objects.filter(action="people.locked", subject_uid=person.uid).exists()
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=31))
    cache.clear()
    log_in(client)
    assert logged_in(client)


def test_another_person_at_the_same_address_is_not_locked_out(client: Client, person: User) -> None:
    User.objects.create_user("li", PASSWORD, display_name="李四")
    for _ in range(5):
        log_in(client, "wrong")
    other = Client()
    log_in(other, username="li")
    assert logged_in(other)


def test_success_forgets_earlier_failures(client: Client, person: User) -> None:
    for _ in range(2):
        for _ in range(4):
            log_in(client, "wrong")
        log_in(client)
        assert logged_in(client)
        client.post("/account/logout/")


def test_the_session_key_changes_at_login(client: Client, person: User) -> None:
    session = client.session
    session["planted"] = "x"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    log_in(client)
    assert client.session.session_key != before
    assert not Session.objects.filter(pk=before).exists()


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        "http://testserver.evil.example/",
        "\thttps://evil.example",
    ],
)
def test_login_redirects_to_no_other_site(client: Client, person: User, target: str) -> None:
    response = log_in(client, next=target)
    assert response["Location"] == "/"


def test_login_goes_on_to_the_page_that_was_asked_for(client: Client, person: User) -> None:
    asked = client.get("/me/")
    assert asked["Location"].startswith(LOGIN)
    page = client.get(asked["Location"]).content.decode()
    assert 'name="next" value="/me/"' in page
    assert log_in(client, next="/me/")["Location"] == "/me/"


def test_nobody_signs_up_or_resets_a_password_by_mail(client: Client) -> None:
    for path in (
        "/account/signup/",
        "/account/password/reset/",
        "/account/email/",
        "/account/confirm-email/",
    ):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404


def test_a_one_time_password_opens_only_the_page_to_change_it(client: Client, person: User) -> None:
    User.objects.filter(pk=person.pk).update(must_change_password=True)
    log_in(client)
    for path in ("/", "/me/", "/plans/", "/account/second-factor/"):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (302, "/account/password/"), path
    assert client.get("/api/v1/tasks").status_code == 403
    assert client.post("/me/sessions/1/end/").status_code == 302
    new = "Xin-De-2024-mima"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    User.objects.filter(pk=person.pk).update(phone="07725551234")
    for bad in (PASSWORD, "short1A!", "alllowercaseletters", "Aa07725551234", "20240630112233"):
        answer = client.post("/account/password/", form | {"password1": bad, "password2": bad})
        assert answer.status_code == 200, bad
        assert "field-errors" in answer.content.decode()
        cache.clear()
    client.post("/account/password/", form)
    person.refresh_from_db()
    assert not person.must_change_password
    assert client.get("/me/").status_code == 200
    assert LedgerRow.objects.filter(action="people.change_password", actor_uid=person.uid).count() == 1


def test_changing_the_password_ends_other_sessions(client: Client, person: User) -> None:
    other = Client()
    log_in(other)
    log_in(client)
    new = "Xin-De-2024-mima"
    client.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert client.get("/me/").status_code == 200
    assert other.get("/me/").status_code == 302


def test_idle_sessions_end_and_used_ones_go_on(client: Client, person: User, settings) -> None:
    assert settings.SESSION_COOKIE_AGE == 8 * 3600
    assert settings.SESSION_EXPIRE_AT_BROWSER_CLOSE
    log_in(client)
    key = client.session.session_key
    Session.objects.filter(pk=key).update(expire_date=timezone.now() + timedelta(minutes=1))
    session = client.session
    session["seen"] = 0
    session.save()
    Session.objects.filter(pk=key).update(expire_date=timezone.now() + timedelta(minutes=1))
    assert client.get("/me/").status_code == 200
    assert Session.objects.get(pk=key).expire_date > timezone.now() + timedelta(hours=7)
    Session.objects.filter(pk=key).update(expire_date=timezone.now() - timedelta(minutes=1))
    assert client.get("/me/").status_code == 302


def test_a_busy_session_is_not_written_at_every_request(
    client: Client, person: User, django_capture_on_commit_callbacks
) -> None:
    log_in(client)
    client.get("/me/")
    stored = Session.objects.get().session_data
    for _ in range(3):
        client.get("/me/")
    assert Session.objects.get().session_data == stored


def test_own_sessions_are_listed_and_ended(client: Client, person: User) -> None:
    other = Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/110.0")
    log_in(other)
    log_in(client)
    page = client.get("/me/").content.decode()
    assert "Chromium 内核浏览器（Windows）" in page
    assert UserSession.objects.count() == 2
    theirs = UserSession.objects.get(session_key=other.session.session_key)
    client.post(f"/me/sessions/{theirs.pk}/end/")
    assert other.get("/me/").status_code == 302
    assert client.get("/me/").status_code == 200
    mine = UserSession.objects.get()
    assert client.post(f"/me/sessions/{mine.pk}/end/")["Location"] == LOGIN
    assert client.get("/me/").status_code == 302


def test_nobody_ends_the_session_of_another(client: Client, person: User) -> None:
    User.objects.create_user("li", PASSWORD, display_name="李四")
    other = Client()
    log_in(other, username="li")
    log_in(client)
    theirs = UserSession.objects.get(user__username="li")
    assert client.post(f"/me/sessions/{theirs.pk}/end/").status_code == 404
    assert other.get("/me/").status_code == 200


def test_second_factor(client: Client, person: User) -> None:
    """Set it up, log in with it, guess wrong until it closes, switch it off."""
    log_in(client)
    asked = client.get("/account/second-factor/activate/")
    assert asked["Location"].startswith("/account/reauthenticate/"), "the password is asked again"
    assert client.post(asked["Location"], {"password": "wrong"}).status_code == 200
    client.post(asked["Location"], {"password": PASSWORD})
    page = client.get("/account/second-factor/activate/")
    assert "data:image/svg+xml;base64," in page.content.decode()
    secret = page.context["form"].secret
    code = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    assert client.post("/account/second-factor/activate/", {"code": "000000x"}).status_code == 200
    done = client.post("/account/second-factor/activate/", {"code": code})
    assert done.status_code == 302
    codes = client.get("/account/second-factor/codes/").context["unused_codes"]
    assert len(codes) == 10
    second = Client()
    cache.clear()
    response = log_in(second)
    assert response["Location"] == "/account/second-factor/authenticate/"
    assert not logged_in(second)
    assert second.get("/me/").status_code == 302
    for _ in range(5):
        wrong = second.post("/account/second-factor/authenticate/", {"code": "123456"})
        assert not logged_in(second)
    assert wrong.status_code == 200
    shut = second.post("/account/second-factor/authenticate/", {"code": codes[0]})
    assert not logged_in(second), "after five wrong codes the right one does not help either"
    assert shut.status_code in {200, 429}
    cache.clear()
    second = Client()
    log_in(second)
    second.post("/account/second-factor/authenticate/", {"code": codes[0]})
    assert logged_in(second)
    assert client.get("/account/second-factor/deactivate/").status_code == 200
    client.post("/account/second-factor/deactivate/")
    third = Client()
    log_in(third)
    assert logged_in(third)


def test_administrators_begin_at_their_own_page(client: Client) -> None:
    for role, page in {
        "system_admin": "/admin/accounts/",
        "security_admin": "/admin/roles/",
        "audit_admin": "/ledger/",
    }.items():
        user = User.objects.create_user(role.replace("_", ""), PASSWORD, display_name=role)
        Membership.objects.create(user=user, role=role, valid_from=date(2020, 1, 1))
        assert log_in(Client(), username=user.username)["Location"] == page
    User.objects.create_user("nobody", PASSWORD, display_name="无")
    assert log_in(Client(), username="nobody")["Location"] == "/me/"
