"""The heavy metals under control and the key industries: what each is called, and what the tables say of a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from jingtu.platform.pages.formats import figure
from jingtu.platform.registers import values
from jingtu.platform.registers.declarations import Field
from jingtu.platform.registers.quantities import names_unit
from jingtu.programme.sources.metals.rules import value_on

METALS = (
    ("pb", "铅"),
    ("hg", "汞"),
    ("cd", "镉"),
    ("cr", "铬"),
    ("as", "砷"),
    ("tl", "铊"),
    ("sb", "锑"),
)
NAMES = dict(METALS)

INDUSTRIES = (
    ("mining", "重有色金属矿采选业"),
    ("smelting", "重有色金属冶炼业"),
    ("battery", "铅蓄电池制造业"),
    ("plating", "电镀行业"),
    ("chemicals", "化学原料及化学制品制造业"),
    ("tanning", "皮革鞣制加工业"),
    ("other", "其他行业"),
)

_QUANTITY = Field("grams", "数量", "mass", required=True)


def grams(raw: str) -> int:
    """A quantity as people write it, in whole grams; without a unit it is taken as kilograms.

    Parameters
    ----------
    raw : str
        A figure with 吨, 千克, 公斤 or 克.

    Returns
    -------
    int
        Grams, never rounded.

    Raises
    ------
    ValueError
        Not a quantity, or a part of a gram.

    Examples
    --------
    >>> grams("1.2 吨"), grams("0.035"), grams("1,250 千克"), grams("7克")
    (1200000, 35, 1250000, 7)
    >>> grams("0.0005千克")
    Traceback (most recent call last):
    ...
    ValueError: 最多精确到 1 克
    """
    text = str(raw).strip()
    found: int = values.parse(_QUANTITY, text if not text or names_unit(text) else f"{text}千克")
    return found


def kilograms(mass: int | None) -> Decimal | None:
    """Whole grams as kilograms, exactly.

    Examples
    --------
    >>> kilograms(1200035), kilograms(5000), kilograms(None)
    (Decimal('1200.035'), Decimal('5.000'), None)
    """
    return None if mass is None else Decimal(mass).scaleb(-3)


def shown(mass: int | None) -> str:
    """Whole grams as pages print them, in kilograms without superfluous zeros.

    Examples
    --------
    >>> shown(1200035), shown(5000), shown(-250), shown(0)
    ('1,200.035', '5', '−0.25', '0')
    """
    return "" if mass is None else figure(kilograms(mass))


def controlled(on: date) -> tuple[str, ...]:
    """Metals under total control on a day, by the dated table; none where no table holds that day.

    Examples
    --------
    >>> controlled(date(2024, 6, 30))
    ('pb', 'hg', 'cd', 'cr', 'as')
    """
    value = value_on("heavy_metals", "total_control", on)
    return tuple(value.split("、")) if value else ()


def key_industries(on: date) -> tuple[str, ...]:
    """Key industries of a day, by the dated table; none where no table holds that day.

    Examples
    --------
    >>> len(key_industries(date(2024, 6, 30))), key_industries(date(2017, 1, 1))
    (6, ())
    """
    value = value_on("heavy_metal_industries", "key", on)
    return tuple(value.split("、")) if value else ()
