"""What all tests share: one suite, two databases, and the folder of documents beside the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.core.cache import cache
from django.db import connection
from hypothesis import settings

from jingtu.platform.ledger import protection

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

# No deadline: a busy machine is not a fault. In CI always the same examples, so that a change is judged by
# what it changed; elsewhere new ones every time.
settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("house")

ROOT = Path(__file__).resolve().parent.parent
ON_POSTGRES = os.environ.get("JINGTU_DATABASE_URL", "").startswith("postgres")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot run here, visibly: ``long`` unless asked for, ``postgres`` on SQLite."""
    chosen = config.getoption("markexpr") or ""
    left_out = set()
    if "long" not in chosen:
        left_out.add("long")
    if not ON_POSTGRES:
        left_out.add("postgres")
    gone = [item for item in items if any(item.get_closest_marker(name) for name in left_out)]
    if gone:
        config.hook.pytest_deselected(items=gone)
        items[:] = [item for item in items if item not in gone]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real plans and public data that lies beside some checkouts."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder ../shared with real plans is not beside this checkout")
    return folder


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """A test begins with the keys of the one before it, but not with what was counted of its rows."""
    cache.clear()


@pytest.fixture(scope="session", autouse=True)
def _flush_past_the_ledger(django_test_environment: None) -> Iterator[None]:
    """Let the test runner empty the tables between tests that need real transactions.

    The database refuses to empty the ledger, as it should. The runner takes the triggers off before a
    flush and puts them back after it; the product has no way to do the first.
    """
    # On the class: beside a browser's event loop Django opens a connection of its own for the same thread.
    operations = type(connection.ops)
    original = operations.execute_sql_flush

    def flush(self: Any, sql_list: Iterable[Any]) -> None:
        with self.connection.cursor() as cursor:
            for trigger in protection.TRIGGERS:
                cursor.execute(drop_trigger(trigger))
        original(self, sql_list)
        protection.install(self.connection)

    operations.execute_sql_flush = flush
    yield
    operations.execute_sql_flush = original


def drop_trigger(trigger: protection.Trigger) -> str:
    """The statement a tamperer with the database in hand would use."""
    suffix = f" ON {trigger.table}" if connection.vendor == "postgresql" else ""
    return f"DROP TRIGGER IF EXISTS {trigger.name}{suffix}"


@dataclass
class Installation:
    """An installation of its own beside the one the tests run in: folder, database, environment."""

    data: Path
    environment: dict[str, str] = field(default_factory=dict)

    def python(self, *arguments: str) -> list[str]:
        return [sys.executable, *arguments]

    def run(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run ``jingtu`` with these arguments to its end."""
        command = self.python("-m", "jingtu.service.cli.main", *arguments)
        return subprocess.run(
            command,
            env=self.environment,
            cwd=self.data,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            **options,
        )

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        """Start Python with these arguments; the caller ends it."""
        return subprocess.Popen(
            self.python(*arguments), env=self.environment, cwd=self.data, text=True, **options
        )


def _new_installation(data: Path, name: str, template: str = "template1") -> Installation:
    """An installation with an empty database, or with a copy of the template's."""
    environment = {**os.environ, "JINGTU_DATA": str(data)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    if ON_POSTGRES:
        url = urlsplit(os.environ["JINGTU_DATABASE_URL"])
        _on_server(f"CREATE DATABASE {name} TEMPLATE {template}")
        environment["JINGTU_DATABASE_URL"] = urlunsplit(url._replace(path=f"/{name}"))
    return Installation(data, environment)


def _on_server(statement: str) -> None:
    import psycopg

    with psycopg.connect(os.environ["JINGTU_DATABASE_URL"], autocommit=True) as server:
        server.execute(statement)  # type: ignore[call-overload]


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """A fresh, empty installation on the database that is being tested; processes of its own run it."""
    data = tmp_path / "data"
    data.mkdir()
    name = f"installation_{uuid.uuid4().hex[:12]}"
    yield _new_installation(data, name)
    if ON_POSTGRES:
        _on_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def _initialised(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """One installation after ``jingtu init``, to copy from: its folder and the name of its database."""
    data = tmp_path_factory.mktemp("initialised") / "data"
    data.mkdir()
    name = f"initialised_{uuid.uuid4().hex[:12]}"
    done = _new_installation(data, name).run("init", "--json")
    assert done.returncode == 0, done.stderr
    yield data, name
    if ON_POSTGRES:
        _on_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def ready(tmp_path: Path, _initialised: tuple[Path, str]) -> Iterator[Installation]:
    """An installation of its own after ``jingtu init``."""
    data = tmp_path / "data"
    template, database = _initialised
    shutil.copytree(template, data)
    name = f"installation_{uuid.uuid4().hex[:12]}"
    yield _new_installation(data, name, database)
    if ON_POSTGRES:
        _on_server(f"DROP DATABASE {name} WITH (FORCE)")


CHROMIUM_FLAGS = [
    "--no-sandbox",  # the sandbox needs rights that a container does not give
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium without a window; the test is left out, with the reason, where there is none."""
    executable = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if executable is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread; Django would refuse the tests' own queries beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def browser_context(chromium: Browser, live_server: Any) -> Iterator[BrowserContext]:
    """A fresh office PC: no cookies, Chinese, 1366 x 768, and no word with the outside."""
    context = chromium.new_context(
        base_url=live_server.url, locale="zh-CN", viewport={"width": 1366, "height": 768}
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(browser_context: BrowserContext, live_server: Any) -> Iterator[Page]:
    """A page that must not ask for an outside address, break its security policy or fail in script."""
    opened = browser_context.new_page()
    complaints: list[str] = []

    def hear_request(request: Any) -> None:
        if not request.url.startswith((live_server.url, "data:", "blob:", "about:")):
            complaints.append(f"outside address: {request.url}")

    def hear_console(message: Any) -> None:
        # Answers of 4xx are part of some tests and are judged there.
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(f"console: {message.text}")

    opened.on("request", hear_request)
    opened.on("console", hear_console)
    opened.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    yield opened
    assert complaints == []
