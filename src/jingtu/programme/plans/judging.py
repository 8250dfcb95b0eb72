"""Whether a reading meets a target: by number, by class of water or soil, against a base, or by a person."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

_CLASSES = {
    **{numeral: rank for rank, numeral in enumerate("ⅠⅡⅢⅣⅤ", start=1)},
    **{numeral: rank for rank, numeral in enumerate("一二三四五", start=1)},
    "I": 1,
    "II": 2,
    "III": 3,
    "IV": 4,
    "V": 5,
}
_WORSE_THAN_V = 6
_CLASS = re.compile(r"(劣)?\s*([ⅠⅡⅢⅣⅤ]|IV|V|I{1,3}|[一二三四五])\s*(?=类|[-–—~至、]|$)")
_DAY = re.compile(r"(\d{4})\s*年\s*(?:(\d{1,2})\s*月\s*)?(?:(\d{1,2})\s*日|([底末初]))?")

# Kinds whose wording only a person can judge; the verdict is typed in with the reading.
JUDGED_BY_PERSON = frozenset({"text", "rule", "reference"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """``met`` is ``None`` where nothing honest can be said; ``why`` says so in words."""

    met: bool | None
    why: str = ""
    gap: Decimal | None = None  # how much the value lacks; positive while the target is not met


def class_rank(text: str) -> int | None:
    """Rank of a quality class, 1 (Ⅰ类) to 6 (劣Ⅴ类); of a range the worse end.

    Examples
    --------
    >>> class_rank("Ⅲ类"), class_rank("Ⅰ–Ⅲ类"), class_rank("劣Ⅴ类"), class_rank("达到IV类")
    (3, 3, 6, 4)
    >>> class_rank("保持稳定") is None
    True
    """
    ranks = [_WORSE_THAN_V if found.group(1) else _CLASSES[found.group(2)] for found in _CLASS.finditer(text)]
    return max(ranks) if ranks else None


def base_date(text: str) -> date | None:
    """The day on which a base list is frozen, from the words of the target.

    Examples
    --------
    >>> base_date("以2024年3月底的优先监管地块清单为基数")
    datetime.date(2024, 3, 31)
    >>> base_date("以2024年3月31日清单为基数"), base_date("比2013年"), base_date("以上年为基数")
    (datetime.date(2024, 3, 31), datetime.date(2013, 12, 31), None)
    """
    found = _DAY.search(text)
    if found is None:
        return None
    year, month, day, word = found.groups()
    months = int(month) if month else (1 if word == "初" else 12)
    if not 1 <= months <= 12:
        return None
    last = calendar.monthrange(int(year), months)[1]
    if day:
        return date(int(year), months, int(day)) if 1 <= int(day) <= last else None
    return date(int(year), months, 1 if word == "初" else last)


def compare(comparator: str, value: Decimal, limit: Decimal) -> bool | None:
    """The comparison a target asks for; ``None`` for 左右, for which no rule gives a tolerance.

    Examples
    --------
    >>> compare(">=", Decimal("75"), Decimal("75")), compare("<", Decimal("15"), Decimal("15"))
    (True, False)
    >>> compare("≈", Decimal("90"), Decimal("90")) is None
    True
    """
    outcomes = {
        ">=": value >= limit,
        "<=": value <= limit,
        ">": value > limit,
        "<": value < limit,
        "=": value == limit,
    }
    return outcomes.get(comparator)


def judge(
    *,
    kind: str,
    comparator: str,
    limit: Decimal | None,
    limit_text: str,
    value: Decimal | None,
    text: str | None,
    base_value: Decimal | None = None,
    base_text: str | None = None,
) -> Verdict:
    """Judge one reading against one target.

    Parameters
    ----------
    kind, comparator, limit, limit_text
        The target: ``kind`` as in the command line contract, the figure or its words.
    value, text
        The reading. For kinds that a person judges, ``value`` 1 says 达到 and 0 says 未达到.
    base_value, base_text
        The reading at the base date, for 不新增 and 保持稳定.

    Examples
    --------
    >>> judge(kind="number", comparator=">=", limit=Decimal(75), limit_text="", value=Decimal(41), text=None)
    Verdict(met=False, why='', gap=Decimal('34'))
    >>> judge(kind="class", comparator="text", limit=None, limit_text="Ⅳ类", value=None, text="Ⅲ类").met
    True
    >>> judge(kind="class", comparator="=", limit=None, limit_text="Ⅳ类", value=None, text="Ⅴ类").met
    False
    >>> judge(kind="decrease", comparator="=", limit=Decimal(9), limit_text="", value=Decimal(12), text=None).met
    True
    >>> judge(kind="no_increase", comparator="text", limit=None, limit_text="不新增", value=Decimal(3),
    ...       text=None, base_value=Decimal(3)).met
    True
    """
    if value is None and not text:
        return Verdict(None, "尚无数据")
    if kind in JUDGED_BY_PERSON:
        return Verdict(None, "文字目标，由人工判定") if value is None else Verdict(value >= 1)
    if kind == "class":
        wanted, got = class_rank(limit_text), class_rank(text or "")
        if wanted is None or got is None:
            return Verdict(None, "类别无法比较，由人工判定")
        return Verdict(got <= wanted)  # a class that is named alone is the worst one allowed
    if kind in {"stable", "no_increase"}:
        return _against_base(kind, value, text, base_value, base_text)
    if value is None:
        return Verdict(None, "只有文字说明，没有数值")
    if limit is None:
        return Verdict(None, "目标值未配置")
    if kind == "decrease":
        comparator = ">="  # a fall of 9 % is reached by any fall that is as large
    met = compare(comparator, value, limit)
    if met is None:
        return Verdict(None, "目标为约数，没有容差规则，由人工判定")
    gap = limit - value if comparator in {">=", ">", "="} else value - limit
    return Verdict(met, gap=max(gap, Decimal(0)) if comparator != "=" else abs(gap))


def _against_base(
    kind: str, value: Decimal | None, text: str | None, base_value: Decimal | None, base_text: str | None
) -> Verdict:
    now, then = class_rank(text or ""), class_rank(base_text or "")
    if now is not None and then is not None:
        return Verdict(now <= then)
    if value is not None and base_value is not None and kind == "no_increase":
        return Verdict(value <= base_value, gap=max(value - base_value, Decimal(0)))
    return Verdict(None, "缺少可比的基期数据，由人工判定")
