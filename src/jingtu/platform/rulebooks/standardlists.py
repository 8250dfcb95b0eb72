"""Editions and limits as pages show them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from django.http import QueryDict
from django.utils.html import format_html

from jingtu.errors import NotFoundError
from jingtu.knowledge.standards.reasons import words_of
from jingtu.platform.pages.formats import short_date
from jingtu.platform.pages.tables import Column
from jingtu.platform.rulebooks.addresses import edition_slug, limit_address, standard_address

if TYPE_CHECKING:
    from datetime import date

    from jingtu.knowledge.standards.editions import Edition
    from jingtu.knowledge.standards.tables import Limit

NARROWING = ("table", "kind", "land_use", "land_class", "ph_band", "category")


@cache
def _words() -> Mapping[tuple[str, str], str]:
    table = files("jingtu.platform.rulebooks") / "data" / "words.csv"
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    return {(row["kind"], row["code"]): row["words"] for row in rows}


def words(kind: str, code: str) -> str:
    """What a code is called; a table that a user added brings words of its own.

    Examples
    --------
    >>> words("limit", "screening"), words("land_use", "茶园")
    ('风险筛选值', '茶园')
    """
    return _words().get((kind, code), code)


def class_words(limit: Limit, standard: str) -> str:
    """The land class or water class of a limit."""
    return words(f"{standard}_class", limit.land_class)


def conditions(limit: Limit, standard: str) -> str:
    """Under what conditions a limit holds: land use, class, pH, food; empty where under all."""
    parts = [
        "、".join(words("land_use", use) for use in _uses(limit)),
        class_words(limit, standard) if not limit.kind.startswith("class_") else "",
        limit.ph_band if limit.ph_band != "any" else "",
        limit.rest.get("food", "") or limit.rest.get("crop", "").replace("|", "、"),
        words("basis", limit.rest.get("basis", "")),
    ]
    return "，".join(part for part in parts if part)


def _uses(limit: Limit) -> list[str]:
    # An added table may name several land uses in one row.
    return [use for use in limit.land_use.split("|") if use not in {"", "all"}]


def printed(limit: Limit) -> str:
    """The limit as printed, with its unit."""
    return f"{limit.value} {limit.unit}".strip()


def last_day(edition: Edition) -> date | None:
    """The last day of an edition."""
    return edition.valid_to - timedelta(days=1) if edition.valid_to else None


def find_edition(known: Sequence[Edition], key: str, slug: str) -> Edition:
    """The edition of an address.

    Raises
    ------
    NotFoundError
        No such edition.
    """
    for edition in known:
        if edition.standard == key and edition_slug(edition.number) == slug:
            return edition
    raise NotFoundError("没有收录这个标准的这一版本；请从标准目录进入。", standard=key, edition=slug)


@dataclass(frozen=True, slots=True)
class Row:
    """One limit of a table."""

    edition: Edition
    limit: Limit

    @property
    def address(self) -> str:
        return limit_address(
            self.edition.standard,
            self.edition.number,
            self.limit.analyte_id,
            land_use=next(iter(_uses(self.limit)), ""),
            land_class=self.limit.land_class,
            ph="" if self.limit.ph_band == "any" else middle(self.limit),
            crop=self.limit.rest.get("food", "") or self.limit.rest.get("crop", "").split("|")[0],
        )


def middle(limit: Limit) -> str:
    """A pH within the band of a limit; empty where it has none."""
    if limit.ph_gt is None and limit.ph_le is None:
        return ""
    value = limit.ph_le if limit.ph_le is not None else limit.ph_gt
    assert value is not None
    return str(float(value if limit.ph_le is not None else value + Fraction(1, 2)))


def table_rows(edition: Edition, parameters: QueryDict) -> list[Row]:
    """The limits of an edition that a filter leaves."""
    wanted = parameters.get("q", "").strip()[:60]
    chosen = {name: parameters.get(name, "") for name in NARROWING}
    found = []
    for limit in edition.table.limits:
        if any(value and getattr(limit, name) != value for name, value in chosen.items()):
            continue
        text = f"{limit.name} {limit.cas} {limit.rest.get('food', '')}".casefold()
        if wanted and wanted.casefold() not in text and not _named(edition, limit, wanted):
            continue
        found.append(Row(edition, limit))
    return found


def _named(edition: Edition, limit: Limit, wanted: str) -> bool:
    return limit.analyte_id in analytes_named(edition, wanted)


def analytes_named(edition: Edition, words: str) -> list[str]:
    """Items of an edition that a printed name or a CAS number means; items that the edition has no limit for are not."""
    analytes = edition.table.analytes
    code = analytes.find(words).code
    if code < 0 or not edition.table.rows_of(code):
        return []
    return [analytes.ids[code]]


def choices(edition: Edition, name: str) -> list[tuple[str, str]]:
    """The values that a column of a table has, with their words; none where there is but one."""
    if name == "land_class" and edition.evaluator == "groundwater":
        return []  # its classes are the kinds of limits
    label = {"kind": "limit", "land_class": f"{edition.standard}_class"}.get(name, name)
    found = list(
        dict.fromkeys(
            value for limit in edition.table.limits if (value := str(getattr(limit, name))) not in {"", "any"}
        )
    )
    return [(value, words(label, value)) for value in found] if len(found) > 1 else []


def limit_columns(edition: Edition) -> list[Column]:
    """Columns of the table of an edition."""
    conditional = any(conditions(limit, edition.standard) for limit in edition.table.limits)
    return [
        Column("item", "序号", lambda row: row.limit.item, css="nowrap"),
        Column("name", "项目", _link, plain=lambda row: row.limit.name, css="main"),
        Column("conditions", "条件", lambda row: conditions(row.limit, edition.standard), shown=conditional),
        Column("kind", "限值", lambda row: words("limit", row.limit.kind), css="nowrap"),
        Column("value", "数值", lambda row: row.limit.value, css="num"),
        Column("unit", "单位", lambda row: row.limit.unit, css="nowrap"),
        Column("clause", "条款", lambda row: row.limit.clause),
        Column("table", "表", lambda row: row.limit.table, css="nowrap"),
        Column("category", "类别", lambda row: row.limit.category),
        Column("cas", "CAS 编号", lambda row: row.limit.cas, css="nowrap", shown=False),
        Column("footnote", "表注", lambda row: row.limit.footnote, shown=False),
        Column("source", "来源", lambda row: row.limit.source, shown=False),
        Column(
            "confidence", "可信程度", lambda row: words_of("confidence", row.limit.confidence), shown=False
        ),
        Column("second", "第二次读数", lambda row: row.limit.second_reading, shown=False),
    ]


def _link(row: Row) -> str:
    return format_html('<a href="{}">{}</a>', row.address, row.limit.name)


def edition_columns(on: date) -> list[Column]:
    """Columns of the list of standards."""
    return [
        Column("number", "标准号", _edition_link, plain=lambda item: item.number, css="main nowrap"),
        Column("title", "名称", lambda item: item.title, css="wide"),
        Column("medium", "对象", lambda item: words("medium", item.medium), css="nowrap"),
        Column("from", "施行", lambda item: short_date(item.valid_from), css="nowrap"),
        Column(
            "to",
            "失效",
            lambda item: f"{short_date(last_day(item))} 后" if item.valid_to else "",
            css="nowrap",
        ),
        Column("state", "当日状态", lambda item: state_words(item, on), css="nowrap"),
        Column(
            "items", "项目", lambda item: len({limit.analyte_id for limit in item.table.limits}), css="num"
        ),
        Column("limits", "限值", lambda item: len(item.table.limits), css="num"),
        Column("confidence", "可信程度", lambda item: words_of("confidence", item.confidence)),
        Column("source", "来源", lambda item: item.source, shown=False),
    ]


def _edition_link(item: Edition) -> str:
    return format_html('<a href="{}">{}</a>', standard_address(item.standard, item.number), item.number)


def state_words(edition: Edition, on: date) -> str:
    """What an edition is on a day."""
    if edition.in_force(on):
        return "现行有效"
    return "尚未施行" if on < edition.valid_from else "已失效"


def split(edition: Edition, analyte: str, parameters: QueryDict) -> tuple[list[Limit], list[Limit]]:
    """The limits of one item: those that the conditions of an address pick, and the others.

    Raises
    ------
    NotFoundError
        The edition has no such item.
    """
    found = [limit for limit in edition.table.limits if limit.analyte_id == analyte]
    if not found:
        raise NotFoundError("这一版本没有这个项目的限值；请从标准的表中选取。", analyte=analyte)
    use = _land_use(parameters.get("land_use", ""), edition, found)
    land_class = parameters.get("land_class", "")
    crop = parameters.get("crop", "").strip()
    ph = _number(parameters.get("ph", ""))

    def fits(limit: Limit) -> bool:
        if use and (own := _uses(limit)) and not use & set(own):
            return False
        by_class = land_class and limit.land_class and not limit.kind.startswith("class_")
        if by_class and limit.land_class != land_class:
            return False
        if ph is not None and (
            (limit.ph_gt is not None and ph <= limit.ph_gt) or (limit.ph_le is not None and ph > limit.ph_le)
        ):
            return False
        return not crop or _of_crop(limit, crop)

    picked = [limit for limit in found if fits(limit)]
    return picked, [limit for limit in found if limit not in picked]


def _land_use(word: str, edition: Edition, limits: Sequence[Limit]) -> set[str]:
    from jingtu.knowledge.standards.land_uses import land_use_of

    if not word:
        return set()
    known = {use for limit in limits for use in _uses(limit)}
    use = word if word in known else land_use_of(word, edition.standard).use
    if use == "rotation":
        return {"paddy", "other"}
    if use in known:
        return {use}
    # What a table does not name apart stands under its other uses.
    return {"other"} if use not in {"missing", "unknown"} else set()


def _of_crop(limit: Limit, crop: str) -> bool:
    """Whether a limit is for a crop: by the categories of foods, or by the words of an added table."""
    from jingtu.knowledge.standards.foods import find_crop

    if named := limit.rest.get("crop", ""):
        return crop in named.split("|")
    covers = set(limit.rest.get("covers", "").split("|")) - {""}
    found = find_crop(crop)
    if not covers or found is None:
        return crop in limit.rest.get("food", crop)
    line = set(found.food.line)
    return bool(line & covers) and not line & set(limit.rest.get("except", "").split("|"))


def _number(text: str) -> Fraction | None:
    try:
        return Fraction(text.strip()) if text.strip() else None
    except (ValueError, ZeroDivisionError):
        return None
