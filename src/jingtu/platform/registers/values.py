"""Values of a register's fields: from what a person typed to a typed value, and back to words.

Forms, imports and the API parse with the same functions, so a value refused on one road is refused on all.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from typing import Any

from django.db import models
from django.db.models import Q
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as NumberError

from jingtu.errors import CellError
from jingtu.platform.organisations.models import Facility
from jingtu.platform.registers import days
from jingtu.platform.registers.declarations import Field, Register
from jingtu.platform.registers.quantities import axis_of, degrees, measured, number, plain, same_unit

TEXT_KINDS = frozenset({"text", "long_text", "phone"})
_MOST_GRAMS = 10**15
_UID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FIGURE = re.compile(r"([-+]?[\d,]*\.?\d+)\s*(\D\S*)")
_KEPT_DIGITS = 15  # what a workbook and SQLite keep of a number
LONGEST_TEXT = 30_000  # a cell of a workbook holds 32,767 characters
EMPTY_WORDS = frozenset({"", "-", "--", "—", "——", "/", "无", "空", "未知", "N/A", "n/a"})
YES, NO = (
    frozenset({"是", "有", "√", "✓", "✔", "☑", "1", "true", "yes", "y"}),
    frozenset({"否", "无", "没有", "×", "✗", "✘", "☐", "0", "false", "no", "n"}),
)
CIRCLES = frozenset({"○", "〇", "o", "◯", "⭕"})  # yes in one office, no in the next
_LONGEST_WORD = 20
CIRCLE_YES, CIRCLE_NO = "circle_yes", "circle_no"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class UnclearError(ValueError):
    """A cell that a person has to explain once for its column.

    ``what``: ``day`` of a month, ``circle``, or a ``word`` close to some of the words that may be chosen.
    """

    def __init__(self, message: str, what: str) -> None:
        super().__init__(message)
        self.what = what


def parse(field: Field, raw: Any, column: models.Field[Any, Any] | None = None, unit: str = "") -> Any:
    """A typed value from a cell or a form field.

    Parameters
    ----------
    field : Field
        The declared field.
    raw : object
        Text, number, day or ``None`` as it stands in a cell or a form.
    column : models.Field, optional
        The column that will hold it: bounds its length and digits.
    unit : str
        What is known of the whole column: for ``area``, ``money`` and ``mass`` its unit (亩, 万元, kg), else
        the unit of storage is meant; for ``date`` which day of a month that is written without one
        (``first``, ``last``), else such a cell is refused; for ``boolean`` what a circle says.

    Returns
    -------
    object
        ``None`` for an empty cell of a field that is not text; text fields give ``""``.

    Raises
    ------
    ValueError
        The value is not possible; the message says what was expected.
    """
    if isinstance(raw, str):
        raw = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
        if _CONTROL.search(raw):
            raise ValueError("含有无法保存的控制字符，请删除后重试")
    if raw is None or raw == "":
        if field.required:
            raise ValueError("必填，不能为空")
        return "" if field.kind in TEXT_KINDS | {"uscc", "choice"} else None
    if field.kind in TEXT_KINDS:
        return _text(field, raw, column)
    return _PARSERS[field.kind](field, raw, column, unit)


def show(field: Field, value: Any) -> str:
    """The words for a value on a page; ``""`` where nothing is known."""
    if value is None or value == "":
        return ""
    if field.kind == "choice":
        return dict(field.choices).get(str(value), str(value))
    if field.kind == "boolean":
        return "是" if value else "否"
    if isinstance(value, (date, datetime)):
        return value.isoformat()[:10]
    if field.kind == "mass":
        return f"{plain_number(Decimal(value) / 1000)}千克"
    if field.kind == "facility":
        found = value if isinstance(value, Facility) else Facility.objects.filter(pk=value).first()
        return found.name if found else ""
    if isinstance(value, Decimal):
        return plain_number(value)
    return str(value)


def spoken(field: Field, value: Any) -> str:
    """A value with its unit; an area also in 亩, a sum of money in 万元, as tables of offices have them.

    Examples
    --------
    >>> spoken(Field("a", "面积", "area", unit="平方米"), Decimal("30333.333333"))
    '45.5亩（30333.33平方米）'
    >>> spoken(Field("m", "总投资", "money", unit="元"), Decimal(5205000)), spoken(Field("d", "井深", "decimal", unit="米"), 12)
    ('520.5万元', '12米')
    """
    shown = show(field, value)
    if not shown or field.kind == "mass":
        return shown
    if field.kind == "area":
        mu = (Decimal(value) * 15 / 10_000).quantize(Decimal("0.0001"))
        metres = Decimal(value).quantize(Decimal("0.01"))
        return f"{plain_number(mu)}亩（{plain_number(metres)}平方米）"
    if field.kind == "money" and abs(Decimal(value)) >= 10_000:
        return f"{plain_number(Decimal(value) / 10_000)}万元"
    return shown + field.unit


def plain_number(value: Decimal) -> str:
    """A decimal without exponent and without zeros that say nothing.

    Examples
    --------
    >>> plain_number(Decimal("1200.50")), plain_number(Decimal("3E+2"))
    ('1200.5', '300')
    """
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def columns(register: Register) -> dict[str, models.Field[Any, Any]]:
    """The facts columns of a register by field id."""
    return _columns(register.facts)


@cache
def _columns(facts: type[models.Model]) -> dict[str, models.Field[Any, Any]]:
    return {column.name: column for column in facts._meta.concrete_fields if not column.primary_key}


def blank_facts(register: Register) -> dict[str, Any]:
    """Facts of an entry of which nothing is known yet."""
    return {column.attname: column.get_default() for column in _columns(register.facts).values()}


def clean(register: Register, raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[CellError]]:
    """Parse the given fields of a form; every error at once.

    Returns
    -------
    tuple
        Typed values by field id, and errors whose ``column`` is the field's label.
    """
    found: dict[str, Any] = {}
    errors: list[CellError] = []
    known = _columns(register.facts)
    for name, value in raw.items():
        try:
            field = register.field(name)
        except LookupError:
            errors.append(CellError("本清单没有这一栏", column=name, value=_short(value)))
            continue
        try:
            found[name] = parse(field, value, known[name])
        except ValueError as error:
            errors.append(CellError(str(error), column=field.label, value=_short(value)))
    return found, errors


def fold(text: str) -> str:
    """Words of a heading compared without spaces, width and brackets' shape.

    Examples
    --------
    >>> fold("占地 面积（亩）")
    '占地面积(亩)'
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).strip("*").lower()


def _short(value: Any) -> str | None:
    return None if value is None else str(value)[:80]


def _text(field: Field, raw: Any, column: models.Field[Any, Any] | None) -> str:
    if isinstance(raw, float) and math.isfinite(raw):
        raw = plain_number(number(raw))
    if isinstance(raw, bool):
        raw = "是" if raw else "否"
    if isinstance(raw, (date, datetime)):
        raw = raw.isoformat()[:10]
    text = str(raw)
    longest = getattr(column, "max_length", None) or LONGEST_TEXT
    if len(text) > longest:
        raise ValueError(f"最多 {longest} 个字，现有 {len(text)} 个字")
    if field.kind == "phone":
        text = unicodedata.normalize("NFKC", text)
        if not re.fullmatch(r"[0-9+\-() ]{5,20}", text):
            raise ValueError("应为电话号码，只含数字、括号和短横线")
    return text


def _is_empty(field: Field, raw: Any) -> bool:
    if not isinstance(raw, str) or plain(raw) not in EMPTY_WORDS:
        return False
    if field.required:
        raise ValueError("必填，不能为空")
    return True


def _fit(found: Decimal, column: models.Field[Any, Any] | None, *, rounded: bool) -> Decimal:
    if not isinstance(column, models.DecimalField):
        return found
    places = Decimal(1).scaleb(-column.decimal_places)
    if not rounded and found != found.quantize(places, rounding=ROUND_HALF_EVEN):
        raise ValueError(f"最多保留 {column.decimal_places} 位小数")
    digits = min(column.max_digits, _KEPT_DIGITS) - column.decimal_places
    if abs(found) >= Decimal(10) ** digits:
        raise ValueError("数值过大，请核对单位")
    return found.quantize(places, rounding=ROUND_HALF_EVEN)


def _without_unit(field: Field, raw: Any) -> Any:
    """A figure that is written with the unit of its field: 12m, 4次/年, 3口."""
    if not (field.unit and isinstance(raw, str)):
        return raw
    match = _FIGURE.fullmatch(plain(raw))
    return match[1] if match and same_unit(match[2], field.unit) else raw


def _integer(field: Field, raw: Any, column: models.Field[Any, Any] | None, _unit: str) -> int | None:
    if _is_empty(field, raw):
        return None
    found = number(_without_unit(field, raw))
    if found != found.to_integral_value():
        raise ValueError("应为整数")
    if isinstance(column, (models.PositiveIntegerField, models.PositiveSmallIntegerField)) and found < 0:
        raise ValueError("不能为负数")
    if abs(found) > 2_147_483_647:
        raise ValueError("数值过大，请核对单位")
    return int(found)


def _decimal(field: Field, raw: Any, column: models.Field[Any, Any] | None, _unit: str) -> Decimal | None:
    if _is_empty(field, raw):
        return None
    return _fit(number(_without_unit(field, raw)), column, rounded=False)


def _measure(field: Field, raw: Any, column: models.Field[Any, Any] | None, unit: str) -> Decimal | None:
    if _is_empty(field, raw):
        return None
    found, factor, _ = measured(field.kind, raw, unit)
    return _fit(found * factor, column, rounded=factor != 1)


def _mass(field: Field, raw: Any, _column: models.Field[Any, Any] | None, unit: str) -> int | None:
    if _is_empty(field, raw):
        return None
    found, factor, named = measured("mass", raw, unit)
    if isinstance(raw, str) and not named:
        raise ValueError("请写明单位，例如 12.5千克")
    grams = found * factor
    if grams != grams.to_integral_value():
        raise ValueError("最多精确到 1 克")
    if abs(grams) > _MOST_GRAMS:
        raise ValueError("数值过大，请核对单位")
    return int(grams)


def _coordinate(field: Field, raw: Any, column: models.Field[Any, Any] | None, _unit: str) -> Decimal | None:
    if _is_empty(field, raw):
        return None
    return _fit(degrees(raw, axis_of(field.id, field.label)), column, rounded=True)


def _year(field: Field, raw: Any, _column: models.Field[Any, Any] | None, _unit: str) -> int | None:
    return None if _is_empty(field, raw) else days.year_of(raw)


def _date(field: Field, raw: Any, _column: models.Field[Any, Any] | None, unit: str) -> date | None:
    if _is_empty(field, raw):
        return None
    found = days.read(raw)
    if isinstance(found, date):
        return found
    if unit in {days.FIRST, days.LAST}:
        return found.first if unit == days.FIRST else found.last
    raise UnclearError(f"只写到年月，{days.WANTED}", "day")


def _boolean(field: Field, raw: Any, _column: models.Field[Any, Any] | None, unit: str) -> bool | None:
    if isinstance(raw, bool):
        return raw
    text = plain(int(raw) if isinstance(raw, float) and raw.is_integer() else raw).lower().rstrip("\ufe0f")
    if text in CIRCLES:
        if unit not in {CIRCLE_YES, CIRCLE_NO}:
            raise UnclearError(f"“{text}”可以表示是，也可以表示否；请改填 是 或 否", "circle")
        return unit == CIRCLE_YES
    if text in YES:
        return True
    if text in NO:
        return False
    if _is_empty(field, raw):
        return None
    raise ValueError("应为 是 或 否")


def _choice(field: Field, raw: Any, _column: models.Field[Any, Any] | None, _unit: str) -> str:
    text = str(int(raw)) if isinstance(raw, float) and raw.is_integer() else str(raw).strip()
    for key, label in field.choices:
        if text in (key, label) or fold(text) in {fold(label), fold(key)}:
            return key
    for key, label in field.choices:  # the key and its words in one cell, as many tables have it
        if key and fold(text) in {
            fold(key + label),
            fold(label + key),
            fold(f"{label}({key})"),
            fold(f"{key}-{label}"),
        }:
            return key
    message = "应为下列之一：" + "、".join(label for _, label in field.choices)
    if len(text) <= _LONGEST_WORD and any(_alike(fold(text), fold(label)) for _, label in field.choices):
        raise UnclearError(message, "word")
    raise ValueError(message)


def _alike(text: str, label: str) -> bool:
    """Whether a word may be another way of saying a choice: it shares a Chinese character with it."""
    return any("\u4e00" <= letter <= "\u9fff" for letter in set(text) & set(label))


def _facility(field: Field, raw: Any, _column: models.Field[Any, Any] | None, _unit: str) -> int | None:
    """The key of a plant, from the plant itself, its key, its uid, its permit or its name where one has it."""
    if isinstance(raw, Facility):
        return int(raw.pk)
    if isinstance(raw, int) and not isinstance(raw, bool):
        found = list(Facility.objects.filter(pk=raw)[:1])
    elif _is_empty(field, raw):
        return None
    else:
        text = str(raw).strip()
        same = Q(permit_number=text) | Q(name=text)
        if _UID.fullmatch(text):
            same = Q(uid=text)
        found = list(Facility.objects.filter(same)[:2])
    if len(found) > 1:
        raise ValueError(f"有不止一个厂区叫“{raw}”，请改填排污许可证编号")
    if not found:
        raise ValueError("没有这一厂区，请先登记，或填写登记的名称、排污许可证编号")
    return int(found[0].pk)


def _uscc(field: Field, raw: Any, _column: models.Field[Any, Any] | None, _unit: str) -> str:
    if _is_empty(field, raw):
        return ""
    text = plain(raw).replace(" ", "").upper()
    try:
        uscc.validate(text)
    except NumberError:
        raise ValueError("统一社会信用代码校验不通过，请核对 18 位代码（GB 32100-2015）") from None
    return text


_PARSERS: dict[str, Any] = {
    "integer": _integer, "decimal": _decimal, "area": _measure, "money": _measure, "mass": _mass, "date": _date,
    "year": _year, "coordinate": _coordinate, "boolean": _boolean, "choice": _choice, "uscc": _uscc,
    "facility": _facility,
}  # fmt: skip
