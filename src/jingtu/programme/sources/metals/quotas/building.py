"""From what a form or a client says to an action of the quota ledger; everything wrong with it at once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from jingtu.errors import CellError, InputError
from jingtu.platform.people.models import User
from jingtu.platform.registers.models import Entry
from jingtu.programme.sources.metals.metals import NAMES, grams
from jingtu.programme.sources.metals.quotas.actions import Particulars, PostQuota
from jingtu.programme.sources.metals.quotas.kinds import TransferBetween, TransferOut, VerifyReduction
from jingtu.programme.sources.metals.quotas.models import ReductionSource
from jingtu.programme.sources.metals.quotas.projects import KINDS, UseSources

Value = TypeVar("Value")
LONGEST = {"project": 120, "document": 120, "counterpart": 200, "note": 300}
LABELS = {"project": "项目名称", "document": "依据文件", "counterpart": "去向或来处", "note": "说明"}


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants to post, as text.

    Parameters
    ----------
    quantity : str
        With or without unit; without one it is kilograms.
    parts : tuple of (str, str)
        For a project: the uid of each source and the quantity taken from it.
    source, to : str
        For a transfer: the uid of the source, and of the entry that receives it.
    """

    kind: str
    on: str
    metal: str
    quantity: str
    year: str = ""
    project: str = ""
    document: str = ""
    counterpart: str = ""
    note: str = ""
    way: str = ""
    source: str = ""
    to: str = ""
    parts: tuple[tuple[str, str], ...] = ()


class _Reader:
    """Reads values and gathers what is wrong with them."""

    def __init__(self) -> None:
        self.errors: list[CellError] = []

    def read(self, column: str, raw: str, parse: Callable[[str], Value]) -> Value | None:
        try:
            return parse(raw.strip())
        except (ValueError, LookupError) as error:
            self.errors.append(CellError(str(error), column=column, value=raw[:40]))
            return None


def build(actor: User | None, entry: Entry, order: Order) -> PostQuota:
    """The action that an order asks for.

    Raises
    ------
    InputError
        A value cannot be read; all of them at once.
    """
    reader = _Reader()
    on = reader.read("日期", order.on, _day)
    mass = reader.read("数量", order.quantity, _mass)
    year = reader.read("指标年度", order.year, _year) if order.year.strip() else None
    if order.metal not in NAMES:
        reader.errors.append(CellError("请选择金属", column="金属", value=order.metal[:20]))
    for name, longest in LONGEST.items():
        if len(getattr(order, name)) > longest:
            reader.errors.append(CellError(f"最多 {longest} 个字", column=LABELS[name]))
    more = _more(reader, order)
    if reader.errors:
        raise InputError(f"总量指标登记有 {len(reader.errors)} 处需要修改。", reader.errors)
    assert on is not None
    assert mass is not None
    said = Particulars(
        order.project.strip(), order.document.strip(), order.counterpart.strip(), order.note.strip(), year
    )
    return KINDS[order.kind](actor, on, entry, order.metal, mass, said, **more)


def _more(reader: _Reader, order: Order) -> dict[str, Any]:
    """What some kinds need beside the common values."""
    kind = KINDS[order.kind]
    more: dict[str, Any] = {}
    if kind is VerifyReduction:
        more["way"] = order.way
    if kind in {TransferOut, TransferBetween}:
        more["source"] = reader.read("减排来源", order.source, _source)
    if kind is TransferBetween:
        more["to"] = reader.read("受让企业", order.to, _entry)
    if kind is UseSources:
        found = [
            (reader.read("减排来源", uid, _source), reader.read("减排来源使用量", text, _mass))
            for uid, text in order.parts
        ]
        more["parts"] = [(source, part) for source, part in found if source is not None and part is not None]
    return more


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("应为 2024-06-30 的样式") from None


def _year(text: str) -> int:
    if not (text.isdecimal() and len(text) == 4):
        raise ValueError("请填写四位年份")
    return int(text)


def _mass(text: str) -> int:
    if not text:
        raise ValueError("必填，不能为空")
    return grams(text)


def _source(text: str) -> ReductionSource:
    found = ReductionSource.objects.select_related("account").filter(uid=_uid(text)).first() if text else None
    if found is None:
        raise ValueError("请选择减排来源")
    return found


def _entry(text: str) -> Entry:
    found = Entry.objects.filter(uid=_uid(text)).first() if text else None
    if found is None:
        raise ValueError("请选择受让企业")
    return found


def _uid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise ValueError("无法识别，请重新选择") from None
