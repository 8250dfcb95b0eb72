"""The quota ledger as a workbook: totals, plants and every posting, each adding up to the other."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from jingtu.platform.pages.formats import moment
from jingtu.platform.pages.sheets import safe
from jingtu.programme.sources.metals.metals import NAMES, kilograms
from jingtu.programme.sources.metals.quotas import queries
from jingtu.programme.sources.metals.quotas.balances import postings
from jingtu.programme.sources.metals.quotas.models import Posting, QuotaAccount
from jingtu.programme.sources.metals.quotas.queries import HEADS, Balance, View

BALANCE = ("可用指标（千克）", "许可排放量（千克）", "减排来源余量（千克）")
PLANTS = ("企业编码", "企业名称", "行政区", "金属", *BALANCE)
TOTALS = ("金属", *BALANCE)
LINES = (
    "日期", "指标年度", "事项", "企业", "金属", "科目", "收入（千克）", "支出（千克）",
    "项目", "去向或来处", "依据文件", "说明", "登记时间",
)  # fmt: skip


def workbook(view: View, metal: str = "") -> bytes:
    """Three sheets of the plants in view: 汇总, 分企业 and 流水.

    For each metal the plants add up to the totals, and what came in less what went out in the lines is what
    the plants hold.
    """
    found = {
        key: balance
        for key, balance in queries.balances(view, view.on.year).items()
        if not metal or key[1] == metal
    }
    book = Workbook()
    first = book.active
    assert first is not None
    book.remove(first)
    note = f"业务日期 {view.on.isoformat()}；数量单位为千克，按整克记账，未作四舍五入。"
    totals = ([NAMES[code], *_kilograms(balance)] for code, balance in queries.totals(found).items())
    _sheet(book, "汇总", TOTALS, totals, note)
    _sheet(book, "分企业", PLANTS, _plants(view, found), note)
    _sheet(book, "流水", LINES, _lines(view, metal), note)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def disposition(title: str) -> str:
    """The header that names a download."""
    return f"attachment; filename=ledger.xlsx; filename*=UTF-8''{quote(title)}.xlsx"


def _kilograms(balance: Balance) -> list[Any]:
    return [kilograms(balance.heads.get(head, 0)) for head in HEADS]


def _plants(view: View, found: dict[tuple[int, str], Balance]) -> Iterable[Sequence[Any]]:
    for version in view.plants().order_by("name", "id"):
        for code, name in NAMES.items():
            balance = found.get((version.entry_id, code))
            if balance is not None:
                yield [
                    version.entry.code, version.name, version.region.name, name, *_kilograms(balance)
                ]  # fmt: skip


def _lines(view: View, metal: str) -> Iterable[Sequence[Any]]:
    entries = view.plants().order_by().values("entry")
    rows = postings(view.on, view.known_at).filter(account__entry__in=entries)
    if metal:
        rows = rows.filter(account__metal=metal)
    listed = list(rows.select_related("account", "transaction").order_by("on", "recorded_at", "id"))
    names = queries.names_of({row.account.entry_id for row in listed if row.account.entry_id})
    return (_line(row, names) for row in listed)


def _line(row: Posting, names: dict[int, str]) -> list[Any]:
    done = row.transaction
    return [
        row.on, done.year, done.get_kind_display(), names.get(row.account.entry_id or 0, ""),
        NAMES[row.account.metal], QuotaAccount.Head(row.account.head).label,
        kilograms(row.grams) if row.grams > 0 else None, kilograms(-row.grams) if row.grams < 0 else None,
        done.project, done.counterpart, done.document, done.note, moment(row.recorded_at),
    ]  # fmt: skip


def _sheet(
    book: Workbook, title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], note: str
) -> None:
    sheet = book.create_sheet(title)
    sheet.append([note])
    sheet.append(list(headings))
    for number, heading in enumerate(headings, start=1):
        cell = sheet.cell(2, number)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E6F0EC")
        sheet.column_dimensions[get_column_letter(number)].width = max(12, min(40, len(heading) * 2 + 4))
    for row in rows:
        sheet.append([safe(value) for value in row])
    sheet.freeze_panes = "A3"
