"""How figures, days and areas are written on pages: one place, so that every page agrees."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from jingtu.platform.clock import OPEN_DATE, OPEN_TIME

M2_PER_MU = Decimal(2000) / 3
M2_PER_HECTARE = Decimal(10_000)
MINUS = "−"
RATIO = "比"  # the unit of a number that is so many to one


def short_date(value: date | datetime | None) -> str:
    """``2024-06-30``, for tables.

    Examples
    --------
    >>> short_date(date(2024, 6, 30))
    '2024-06-30'
    """
    if value is None or value in {OPEN_DATE, OPEN_TIME}:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return value.isoformat()


def long_date(value: date | datetime | None) -> str:
    """``2024年6月30日``, for documents and running text.

    Examples
    --------
    >>> long_date(date(2024, 6, 5))
    '2024年6月5日'
    """
    if value is None or value in {OPEN_DATE, OPEN_TIME}:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime | None) -> str:
    """``2024-06-30 09:15`` in the office's time."""
    if value is None or value == OPEN_TIME:
        return ""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")


def figure(value: Decimal | float | None, decimals: int | None = None) -> str:
    """A figure with thousands separators; without ``decimals`` trailing zeros are dropped.

    Examples
    --------
    >>> figure(Decimal("93.000000")), figure(Decimal("12345.5")), figure(Decimal("-2"), 1)
    ('93', '12,345.5', '−2.0')
    """
    if value is None:
        return ""
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    if decimals is not None:
        text = f"{number:,.{decimals}f}"
    else:
        text = f"{number:,f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
    return text.replace("-", MINUS)


def measured(text: str, unit: str, gap: str = " ") -> str:
    """A figure in words with its unit; a ratio is so many to one.

    Examples
    --------
    >>> measured("75", "%"), measured("12", "家", ""), measured("3", "")
    ('75 %', '12家', '3')
    >>> measured("1.2", "比")
    '1.2:1'
    """
    if not text:
        return ""
    return f"{text}:1" if unit == RATIO else f"{text}{gap}{unit}" if unit else text


def area_mu(square_metres: Decimal | None) -> str:
    """Square metres as 亩.

    Examples
    --------
    >>> area_mu(Decimal(2000))
    '3.00'
    """
    return "" if square_metres is None else figure(square_metres / M2_PER_MU, 2)


def area_hectares(square_metres: Decimal | None) -> str:
    """Square metres as 公顷."""
    return "" if square_metres is None else figure(square_metres / M2_PER_HECTARE, 4)


def file_size(size: int) -> str:
    """Bytes as KB or MB.

    Examples
    --------
    >>> file_size(1536), file_size(3_400_000)
    ('1.5 KB', '3.2 MB')
    """
    if size < 1024:
        return f"{size} 字节"
    if size < 1024 * 1024:
        return f"{size / 1024:.1f} KB"
    return f"{size / 1024 / 1024:.1f} MB"
