"""A field without a network: the report waits on the phone, goes out once, and leaves with its owner."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.conftest import PASSWORD, World
from tests.browser.reporting import WORDS, open_report, take_along, waiting, write
from tests.conftest import CHROMIUM_FLAGS

from jingtu.programme.plans.models import Progress

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ON = date(2024, 6, 30)


def kept(page: Page) -> dict[str, Any]:
    """What the browser holds: reports, pages, who owns them."""
    found: dict[str, Any] = page.evaluate(
        """async () => {
          const names = (await indexedDB.databases()).map((item) => item.name);
          let reports = 0;
          if (names.includes("jingtu-offline")) {
            const database = await new Promise((resolve, reject) => {
              const asked = indexedDB.open("jingtu-offline");
              asked.onsuccess = () => resolve(asked.result);
              asked.onerror = () => reject(asked.error);
            });
            if (database.objectStoreNames.contains("outbox")) {
              reports = await new Promise((resolve) => {
                database.transaction("outbox").objectStore("outbox").count().onsuccess = (event) => resolve(event.target.result);
              });
            }
            database.close();
          }
          const pages = (await caches.has("jingtu-pages")) ? (await (await caches.open("jingtu-pages")).keys()).map((item) => new URL(item.url).pathname) : [];
          const drafts = Object.keys(localStorage).filter((name) => name.startsWith("jingtu-draft:")).length;
          return { reports, pages, drafts };
        }"""
    )
    return found


def test_only_marked_pages_are_kept(field: World, log_in: Callable[[str], Page]) -> None:
    page = log_in("jingban")
    take_along(page)
    page.goto("/")
    page.goto("/tasks/")
    page.goto("/registers/")
    for address in kept(page)["pages"]:
        assert re.fullmatch(r"/outbox/|/tasks/mine/|/tasks/[0-9a-f-]{36}/report/", address)
    page.context.set_offline(True)
    page.goto("/tasks/")
    expect(page.get_by_role("heading", name="没有网络，这一页打不开")).to_be_visible()
    page.get_by_role("link", name="我的任务").click()
    expect(page.locator(".phone-tasks a").first).to_be_visible()


def test_leaving_takes_everything_along(field: World, log_in: Callable[[str], Page]) -> None:
    page = log_in("jingban")
    take_along(page)
    page.context.set_offline(True)
    open_report(page)
    write(page)
    expect(waiting(page)).to_have_text("待发送 1")
    page.get_by_label(re.compile("本月做了什么")).fill("另一份写到一半")
    held = kept(page)
    assert (held["reports"], held["drafts"]) == (1, 1)
    assert len(held["pages"]) > 3

    # The report has not been sent: who leaves is told so first, and may stay.
    page.context.route("**/offline/sender/", lambda route: route.abort())
    page.context.set_offline(False)
    page.locator("summary", has_text="王科").click()
    page.get_by_role("button", name="退出").click()
    expect(page.locator("[data-confirm-text]")).to_contain_text("1 份进展没有发送，退出登录后将被清除")
    with page.expect_response(lambda answer: "/account/logout/" in answer.url) as answer:
        page.get_by_role("button", name="确定").click()
    assert answer.value.header_value("Clear-Site-Data") == '"cache", "storage"'
    page.wait_for_url(re.compile("/account/login/"))
    assert kept(page) == {"reports": 0, "pages": [], "drafts": 0}
    assert Progress.objects.count() == 0


def test_the_next_person_finds_nothing_of_the_last(field: World, log_in: Callable[[str], Page]) -> None:
    page = log_in("jingban")
    take_along(page)
    page.context.set_offline(True)
    open_report(page)
    write(page)
    expect(waiting(page)).to_have_text("待发送 1")
    page.context.clear_cookies()  # the session ran out; nobody logged out
    page.context.set_offline(False)
    page = log_in("juzhang")
    expect(page.get_by_text("已清除上一位使用者留在本机的内容，其中 1 份进展没有发送")).to_be_visible()
    assert kept(page) == {"reports": 0, "pages": [], "drafts": 0}
    assert Progress.objects.count() == 0


def test_what_the_server_refuses_stays_with_its_reason(field: World, log_in: Callable[[str], Page]) -> None:
    page = log_in("jingban")
    take_along(page)
    page.context.set_offline(True)
    address = open_report(page)
    write(page)
    expect(waiting(page)).to_have_text("待发送 1")

    # Meanwhile a colleague reports the same month for the same unit.
    from jingtu.platform.organisations.models import Organisation
    from jingtu.platform.registers.models import Entry
    from jingtu.programme.plans.actions import ReportProgress

    task = Entry.objects.get(uid=address.rstrip("/").split("/")[-2])
    bureau = Organisation.objects.get(name="示例生态环境局")
    ReportProgress(None, ON, task, organisation=bureau, period="2024-06", text="同事已报。").execute()
    page.context.set_offline(False)
    expect(page.get_by_text("有进展未被接收")).to_be_visible()
    page.goto("/outbox/")
    item = page.locator(".outbox-item")
    expect(item).to_contain_text("未被接收")
    expect(item).to_contain_text("2024-06的进展已经填报。请刷新页面，在已报内容上更正")
    expect(item).to_contain_text(WORDS)
    assert [report.text for report in Progress.objects.all()] == ["同事已报。"]
    item.get_by_role("button", name="删除").click()
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("这台设备上没有待发送的进展")).to_be_visible()


def test_after_the_session_ran_out_it_waits_for_its_owner(
    field: World, log_in: Callable[[str], Page]
) -> None:
    page = log_in("jingban")
    open_report(page)
    page.context.clear_cookies()
    write(page)
    expect(page.get_by_text("登录已过期，这份进展已存入“待发送”")).to_be_visible()
    assert Progress.objects.count() == 0
    page = log_in("jingban")
    expect(page.get_by_text("已发送 1 份进展")).to_be_visible()
    assert Progress.objects.get().text == WORDS


def test_a_network_that_answers_nothing_loses_nothing(field: World, log_in: Callable[[str], Page]) -> None:
    """The browser believes itself online; the answer to the report never comes although it was stored."""
    page = log_in("jingban")
    open_report(page)

    def swallow(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route(
        "**/report/", lambda route: swallow(route) if route.request.method == "POST" else route.continue_()
    )
    write(page)
    expect(page.get_by_text("这份进展已存入“待发送”")).to_be_visible()
    expect(waiting(page)).to_have_text("待发送 1")
    assert Progress.objects.count() == 1
    page.unroute("**/report/")
    page.goto("/outbox/")
    expect(waiting(page)).to_be_hidden()
    assert Progress.objects.count() == 1


def test_without_storage_the_form_says_so_and_keeps_what_was_typed(
    field: World, log_in: Callable[[str], Page]
) -> None:
    page = log_in("jingban")
    page.add_init_script(
        "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); };"
    )
    open_report(page)
    page.context.set_offline(True)
    write(page)
    expect(page.get_by_text("浏览器又不允许在本机保存")).to_be_visible()
    expect(page.get_by_label(re.compile("本月做了什么"))).to_have_value(WORDS)
    page.context.set_offline(False)
    page.get_by_role("button", name="提交进展").click()
    expect(page.get_by_text("进展已提交")).to_be_visible()
    assert Progress.objects.get().text == WORDS


def test_a_phone_needs_one_hand(field: World, log_in: Callable[[str], Page]) -> None:
    page = log_in("jingban")
    page.set_viewport_size({"width": 390, "height": 844})
    open_report(page)
    small = page.evaluate(
        """() => [...document.querySelectorAll("#report input:not([type=hidden]):not([type=checkbox]), #report select, #report textarea, #report button, #report .check, .page-head .btn")]
          .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < 44)
          .map((element) => element.outerHTML.slice(0, 80))"""
    )
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_worker_sends_while_no_page_is_open(
    field: World, log_in: Callable[[str], Page], live_server: Any
) -> None:
    page = log_in("jingban")
    take_along(page)
    page.context.set_offline(True)
    open_report(page)
    write(page)
    expect(waiting(page)).to_have_text("待发送 1")

    # Chromium wakes the worker when the network is back; here the tools of the browser do.
    tools = page.context.new_cdp_session(page)
    registrations: list[dict[str, Any]] = []
    tools.on(
        "ServiceWorker.workerRegistrationUpdated", lambda news: registrations.extend(news["registrations"])
    )
    tools.send("ServiceWorker.enable")
    page.wait_for_timeout(200)
    page.goto("about:blank")
    page.context.set_offline(False)
    for attempt in range(50):
        if attempt % 10 == 0:  # like the browser, which tries again where the network was not quite there
            tools.send(
                "ServiceWorker.dispatchSyncEvent",
                {
                    "origin": live_server.url,
                    "registrationId": registrations[-1]["registrationId"],
                    "tag": "jingtu-outbox",
                    "lastChance": False,
                },
            )
        page.wait_for_timeout(200)
        if Progress.objects.exists():
            break
    assert Progress.objects.get().text == WORDS
    page.goto("/tasks/")
    expect(waiting(page)).to_be_hidden()


@pytest.fixture
def plain_http(chromium: Browser, live_server: Any, settings: Any) -> Iterator[Page]:
    """A page that reached the office's server by name and without TLS: no worker, no locks, no position."""
    settings.ALLOWED_HOSTS = ["*"]
    browser = chromium.browser_type.launch(
        executable_path=next(
            filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
        ),
        args=[*CHROMIUM_FLAGS, "--host-resolver-rules=MAP jingtu.test 127.0.0.1"],
    )
    port = urlsplit(live_server.url).port
    context = browser.new_context(base_url=f"http://jingtu.test:{port}", locale="zh-CN")
    context.set_default_timeout(15_000)
    yield context.new_page()
    browser.close()


def test_without_tls_an_open_page_still_keeps_and_sends(field: World, plain_http: Page) -> None:
    page = plain_http
    page.goto("/")
    page.get_by_label("登录名").fill("jingban")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/account/" not in url)
    assert page.evaluate("[isSecureContext, 'serviceWorker' in navigator]") == [False, False]
    page.goto("/tasks/mine/")
    expect(page.get_by_role("button", name="离线备用")).to_be_hidden()
    open_report(page)
    page.context.set_offline(True)
    write(page)
    expect(waiting(page)).to_have_text("待发送 1")
    page.context.set_offline(False)
    expect(page.get_by_text("已发送 1 份进展")).to_be_visible()
    assert Progress.objects.get().text == WORDS

    # Such a browser ignores the header of the log-out: the page clears up by itself.
    page.context.set_offline(True)
    write(page, "另一份")
    expect(waiting(page)).to_have_text("待发送 1")
    page.context.route("**/offline/sender/", lambda route: route.abort())
    page.context.set_offline(False)
    page.locator("summary", has_text="王科").click()
    page.get_by_role("button", name="退出").click()
    page.get_by_role("button", name="确定").click()
    page.wait_for_url(re.compile("/account/login/"))
    assert (
        page.evaluate(
            """() => new Promise((resolve) => {
          const asked = indexedDB.open("jingtu-offline");
          asked.onsuccess = () => {
            const counted = asked.result.transaction("outbox").objectStore("outbox").count();
            counted.onsuccess = () => resolve(counted.result);
          };
        })"""
        )
        == 0
    )
