"""What people at the desk do on every register: take a step, add a record, read a number."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect


def fill(form: Page | Locator, **values: str) -> None:
    """Fill controls by their names (facts go by theirs); of a list of choices the one with this label."""
    for name, value in values.items():
        control = form.locator(f"[name={name}], [name=f_{name}]")
        if control.evaluate("one => one.tagName") == "SELECT":
            control.select_option(label=value)
        else:
            control.fill(value)


def enter(page: Page, register: str, name: str, **values: str) -> str:
    """Enter an entry by the form of its register; the address of its page."""
    page.goto(f"/registers/{register}/new/")
    fill(page.locator("main form.panel"), name=name, **values)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    return page.url


def move(page: Page, move_id: str, label: str, file: Path | None = None, **values: str) -> None:
    """Make a step of the entry whose page is open."""
    form = page.locator(f"#move-{move_id}")
    expect(form).to_be_visible()
    if not form.get_by_role("button", name=label).is_visible():
        form.get_by_text("填写并办理").click()
    fill(form, **values)
    if file is not None:
        form.locator("input[type=file]").set_input_files(file)
    form.get_by_role("button", name=label).click()


def stands(page: Page, state: str) -> None:
    """The entry whose page is open is in this state."""
    expect(page.locator("header.page-head .badge, header.page-head .state").first).to_have_text(state)


def record(page: Page, entry: str, records: str, file: Path | None = None, **values: str) -> None:
    """Add a record to an entry by its form, and go back to the entry."""
    page.goto(f"{entry}records/{records}/new/")
    fill(page.locator("main form"), **values)
    if file is not None:
        page.locator("main form input[type=file]").first.set_input_files(file)
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(lambda url: not url.endswith("/new/"))
    page.goto(entry)


def reads(page: Page, indicator: str, value: str, *said: str) -> None:
    """The number of a place and what its page says of it, in the order of the page."""
    page.goto(f"/indicators/{indicator}/")
    expect(page.locator(".big-number").first).to_have_text(value)
    for text in said:
        expect(page.locator("main")).to_contain_text(text)


def refused(page: Page, *said: str) -> None:
    """The page says why nothing was done."""
    for text in said:
        expect(page.locator(".message, .field-errors").filter(has_text=text).first).to_be_visible()
