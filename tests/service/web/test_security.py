"""What an installation promises whoever attacks it, beyond the access matrix."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client

from jingtu.platform.people.models import User
from jingtu.service.web import settings as real

ROOT = Path(__file__).parents[3]
SOURCE = ROOT / "src"


def run(arguments: Iterable[str], data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A Python of its own with the real settings."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("JINGTU_")}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=clean
        | {
            "JINGTU_DATA": str(data),
            "DJANGO_SETTINGS_MODULE": "jingtu.service.web.settings",
            "PYTHONPATH": "src",
        }
        | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("https", ["0", "1"])
def test_deployment_checks_are_clean(tmp_path: Path, https: str) -> None:
    done = run(["manage.py", "check", "--deploy", "--fail-level", "WARNING"], tmp_path, JINGTU_HTTPS=https)
    assert "no issues" in done.stdout + done.stderr, done.stdout + done.stderr
    if https == "1":
        assert "(0 silenced)" in done.stdout + done.stderr, "behind TLS nothing is waved through"


def test_behind_tls_cookies_and_redirects_are_secure(tmp_path: Path) -> None:
    code = (
        "from jingtu.service.web import settings as s;"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS,"
        " s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE, s.DEBUG)"
    )
    assert run(["-c", code], tmp_path, JINGTU_HTTPS="1").stdout.split() == [
        "True", "True", "True", "31536000", "True", "Lax", "False",
    ]  # fmt: skip
    assert run(["-c", code], tmp_path).stdout.split()[-1] == "False", "debug pages are never on"


def test_the_signing_key_is_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    code = "from jingtu.service.web import settings as s; print(s.SECRET_KEY)"
    first, second = (run(["-c", code], tmp_path).stdout.strip() for _ in range(2))
    assert first == second
    assert len(first) >= 64
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0
    assert run(["-c", code], tmp_path / "other").stdout.strip() != first


def test_passwords_are_hashed_with_argon2_and_nothing_else() -> None:
    assert real.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def test_the_policy_allows_only_what_comes_from_here() -> None:
    directives = real.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives["default-src"] == ["'none'"]
    assert directives["script-src"] == directives["style-src"] == directives["connect-src"] == ["'self'"]
    assert directives["frame-ancestors"] == directives["base-uri"] == directives["object-src"] == ["'none'"]
    assert not [
        source
        for sources in directives.values()
        for source in sources
        if "unsafe" in source or "//" in source
    ]


def test_there_is_no_superuser_and_no_back_door() -> None:
    fields = {field.name for field in User._meta.get_fields()}
    assert not fields & {"is_superuser", "is_staff", "groups", "user_permissions"}
    assert not apps.is_installed("django.contrib.admin")
    guilty = [
        path
        for path in SOURCE.rglob("*.py")
        if re.search(r"\b(is_superuser|is_staff|create_superuser)\b", path.read_text(encoding="utf-8"))
    ]
    assert guilty == []


def test_templates_never_switch_escaping_off() -> None:
    guilty = []
    for path in SOURCE.rglob("templates/**/*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            if re.search(r"\|\s*safe\b(?!\w)|autoescape\s+off|\|\s*safeseq\b", text):
                guilty.append(str(path.relative_to(SOURCE)))
    assert guilty == []


def test_no_code_runs_strings_or_shells() -> None:
    risky = re.compile(r"\b(?:eval|exec)\(|shell=True|pickle\.loads?|yaml\.load\(|mark_safe\(|csrf_exempt")
    guilty = {
        str(path.relative_to(SOURCE)): risky.findall(path.read_text(encoding="utf-8"))
        for path in SOURCE.rglob("*.py")
        if risky.search(path.read_text(encoding="utf-8"))
    }
    assert guilty == {}


@pytest.mark.django_db
def test_a_foreign_host_name_is_refused(client: Client) -> None:
    response = client.get("/account/login/", HTTP_HOST="evil.example")
    assert response.status_code == 400
    assert "evil.example" not in response.content.decode()


@pytest.mark.django_db
def test_pages_say_what_browsers_must_not_do(client: Client) -> None:
    response = client.get("/account/login/")
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "no-cache" in response["Cache-Control"]


@pytest.mark.django_db
def test_the_session_cookie_is_out_of_reach_for_scripts(client: Client) -> None:
    User.objects.create_user("zhang", "Guan-Tian-2024", display_name="张三")
    client.post("/account/login/", {"login": "zhang", "password": "Guan-Tian-2024"})
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["max-age"], "the session ends with the browser"


@pytest.mark.django_db
@pytest.mark.parametrize("length", ["999999999999", "-1", "many"])
def test_a_request_too_large_is_refused_before_it_is_read(client: Client, length: str) -> None:
    class Unread:
        def read(self, *_sizes: int) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    response = client.generic("POST", "/account/login/", CONTENT_LENGTH=length, **{"wsgi.input": Unread()})
    assert response.status_code == 413
    assert "MB" in response.content.decode()


@pytest.mark.django_db
def test_a_form_with_thousands_of_fields_is_refused(client: Client) -> None:
    response = client.post("/account/login/", {f"f{number}": "x" for number in range(6000)})
    assert response.status_code == 400


@pytest.mark.django_db
def test_an_upload_goes_to_disk_not_to_memory() -> None:
    assert real.FILE_UPLOAD_MAX_MEMORY_SIZE <= 2 * 1024 * 1024
    assert real.FILE_UPLOAD_PERMISSIONS == 0o600


@pytest.mark.django_db
def test_what_was_typed_is_shown_as_text(client: Client) -> None:
    page = client.post("/account/login/", {"login": '"><script>alert(1)</script>', "password": "x"})
    assert "<script>alert(1)" not in page.content.decode()
    assert "&lt;script&gt;" in page.content.decode()
