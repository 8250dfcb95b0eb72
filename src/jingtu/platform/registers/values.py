"""Values of a register's fields: from what a person typed to a typed value, and back to words.

Forms, imports and the API parse with the same functions, so a value refused on one road is refused on all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.db import models
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as NumberError

from jingtu.errors import CellError
from jingtu.platform.registers.declarations import Field, Register

# Legal units of area in square metres: 1 hectare is 15 mu.
SQUARE_METRES: dict[str, Decimal] = {
    "平方米": Decimal(1), "㎡": Decimal(1), "m²": Decimal(1), "m2": Decimal(1),
    "亩": Decimal(10000) / Decimal(15),
    "公顷": Decimal(10000), "ha": Decimal(10000), "hm2": Decimal(10000), "hm²": Decimal(10000),
    "平方公里": Decimal(1_000_000), "km2": Decimal(1_000_000), "km²": Decimal(1_000_000),
}  # fmt: skip
TEXT_KINDS = frozenset({"text", "long_text", "phone"})
_KEPT_DIGITS = 15  # what a workbook and SQLite keep of a number
LONGEST_TEXT = 30_000  # a cell of a workbook holds 32,767 characters
EMPTY_WORDS = frozenset({"", "-", "--", "—", "——", "/", "无", "空", "未知", "N/A", "n/a"})
YES, NO = (
    frozenset({"是", "有", "√", "✓", "1", "true", "yes", "y"}),
    frozenset({"否", "无", "×", "0", "false", "no", "n"}),
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_DAY = re.compile(
    r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$"
)
_DAY_DIGITS = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_WORKBOOK_EPOCH = date(1899, 12, 30)
_AREA = re.compile(r"^([-+]?[\d,]*\.?\d+)\s*(\D.*)?$")


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
        For ``area``, the unit that the heading names (亩, 公顷); square metres where empty.

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
    if isinstance(value, Decimal):
        return plain_number(value)
    return str(value)


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
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
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


def _plain(raw: Any) -> str:
    return unicodedata.normalize("NFKC", str(raw)).strip()


def _is_empty(field: Field, raw: Any) -> bool:
    if not isinstance(raw, str) or _plain(raw) not in EMPTY_WORDS:
        return False
    if field.required:
        raise ValueError("必填，不能为空")
    return True


def _number(raw: Any) -> Decimal:
    if isinstance(raw, Decimal):
        number = raw
    elif isinstance(raw, int) and not isinstance(raw, bool):
        number = Decimal(raw)
    elif isinstance(raw, float):
        # A workbook keeps fifteen significant digits; the rest is noise of the binary form.
        number = Decimal(format(raw, ".15g"))
    else:
        try:
            number = Decimal(_plain(raw).replace(",", ""))
        except InvalidOperation:
            raise ValueError("应为数字") from None
    if not number.is_finite():
        raise ValueError("应为数字")
    return number


def _fit(number: Decimal, column: models.Field[Any, Any] | None, *, rounded: bool) -> Decimal:
    if not isinstance(column, models.DecimalField):
        return number
    places = Decimal(1).scaleb(-column.decimal_places)
    if not rounded and number != number.quantize(places, rounding=ROUND_HALF_EVEN):
        raise ValueError(f"最多保留 {column.decimal_places} 位小数")
    digits = min(column.max_digits, _KEPT_DIGITS) - column.decimal_places
    if abs(number) >= Decimal(10) ** digits:
        raise ValueError("数值过大，请核对单位")
    return number.quantize(places, rounding=ROUND_HALF_EVEN)


def _integer(field: Field, raw: Any, column: models.Field[Any, Any] | None, _unit: str) -> int | None:
    if _is_empty(field, raw):
        return None
    number = _number(raw)
    if number != number.to_integral_value():
        raise ValueError("应为整数")
    if isinstance(column, (models.PositiveIntegerField, models.PositiveSmallIntegerField)) and number < 0:
        raise ValueError("不能为负数")
    if abs(number) > 2_147_483_647:
        raise ValueError("数值过大，请核对单位")
    return int(number)


def _decimal(field: Field, raw: Any, column: models.Field[Any, Any] | None, _unit: str) -> Decimal | None:
    if _is_empty(field, raw):
        return None
    return _fit(_number(raw), column, rounded=False)


def _area(field: Field, raw: Any, column: models.Field[Any, Any] | None, unit: str) -> Decimal | None:
    if _is_empty(field, raw):
        return None
    if isinstance(raw, str):
        match = _AREA.match(_plain(raw))
        if match is None:
            raise ValueError("应为面积，例如 12.5 或 12.5亩")
        raw, unit = match[1], (match[2] or "").strip() or unit
    factor = SQUARE_METRES.get(_plain(unit).lower() if unit else "平方米") or SQUARE_METRES.get(unit)
    if factor is None:
        raise ValueError(f"不认识面积单位“{unit}”，请用平方米、亩或公顷")
    number = _number(raw)
    if number < 0:
        raise ValueError("面积不能为负数")
    return _fit(number * factor, column, rounded=factor != 1)


def _date(field: Field, raw: Any, _column: models.Field[Any, Any] | None, _unit: str) -> date | None:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        if 19000101 <= raw <= 99991231:
            raw = str(int(raw))
        elif 1 <= raw <= 109_575 and float(raw).is_integer():  # days of a workbook up to 2199
            return _WORKBOOK_EPOCH + timedelta(days=int(raw))
    if _is_empty(field, raw):
        return None
    text = _plain(raw)
    match = _DAY.match(text) or _DAY_DIGITS.match(text)
    if match is None:
        raise ValueError("应为完整日期，例如 2024-06-30 或 2024年6月30日")
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise ValueError("没有这一天，请核对日期") from None


def _boolean(field: Field, raw: Any, _column: models.Field[Any, Any] | None, _unit: str) -> bool | None:
    if isinstance(raw, bool):
        return raw
    text = _plain(int(raw) if isinstance(raw, float) and raw.is_integer() else raw).lower()
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
        if text in (key, label) or fold(text) == fold(label):
            return key
    raise ValueError("应为下列之一：" + "、".join(label for _, label in field.choices))


def _uscc(field: Field, raw: Any, _column: models.Field[Any, Any] | None, _unit: str) -> str:
    if _is_empty(field, raw):
        return ""
    text = _plain(raw).replace(" ", "").upper()
    try:
        uscc.validate(text)
    except NumberError:
        raise ValueError("统一社会信用代码校验不通过，请核对 18 位代码（GB 32100-2015）") from None
    return text


_PARSERS: dict[str, Any] = {
    "integer": _integer, "decimal": _decimal, "area": _area, "date": _date,
    "boolean": _boolean, "choice": _choice, "uscc": _uscc,
}  # fmt: skip
