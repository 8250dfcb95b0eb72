"""Rules of rates in a table that a user adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jingtu.knowledge.standards.added_cells import Book, Line
from jingtu.knowledge.standards.added_format import CONFIDENCES, KEY, RESULTS, ROLES, UNSTATED, YES_NO
from jingtu.knowledge.standards.rates import RateRule, own_rules, read_rules


def rules_in(book: Book) -> tuple[RateRule, ...]:
    """Rules of rates from the lines of a file; what is wrong is noted in the book, and then there are none."""
    rows = []
    for line in book.lines:
        start, end = line.day("valid_from"), line.day("valid_to")
        if start is not None and end is not None and end <= start:
            line.wrong("valid_to", "废止日期须晚于施行日期。")
        role = line.choice("role", ROLES, "分子、分母或判定")
        row = {
            "rate": line.text("rate"),
            "name": line.text("name"),
            "kind": "decision" if role == "decision" else "share",
            "role": role,
            "symbol": line.text("symbol"),
            "term": line.text("term"),
            "unit": line.text("unit"),
            "lower": _percent(line, "lower"),
            "upper": _percent(line, "upper"),
            "unlawful": line.choice("unlawful", YES_NO, "是、否，或留空"),
            "corrected": line.choice("corrected", YES_NO, "是、否，或留空"),
            "result": line.choice("result", RESULTS, "有效保障、未有效保障、保持稳定或未保持稳定"),
            "source": line.text("source"),
            "clause": line.text("clause"),
            "valid_from": start.isoformat() if start else "",
            "valid_to": end.isoformat() if end else "",
            "confidence": line.choice("confidence", CONFIDENCES, "高、中、低，或留空") or UNSTATED,
            "note": line.text("note"),
        }
        if line.text("rate") and not KEY.fullmatch(line.text("rate")):
            line.wrong("rate", "代号须以小写字母开头，只含小写字母、数字和下划线。")
        if role in {"numerator", "denominator"} and not line.text("symbol"):
            line.wrong("symbol", "分子、分母的每一项都要有符号。")
        if role == "decision" and not line.text("result"):
            line.wrong("result", "判定的每一行都要有结论。")
        rows.append((line, row))
    _whole_rates(rows)
    return () if book.errors else read_rules(row for _, row in rows)


def _percent(line: Line, key: str) -> str:
    number = line.number(key)
    if number is not None and not 0 <= number <= 100:
        line.wrong(key, "比率须在0至100之间。")
    return "" if number is None else str(number)


def _whole_rates(rows: Sequence[tuple[Line, Mapping[str, str]]]) -> None:
    groups: dict[tuple[str, str], list[tuple[Line, Mapping[str, str]]]] = {}
    for line, row in rows:
        groups.setdefault((row["rate"], row["valid_from"]), []).append((line, row))
    own = {rule.key: rule.kind for rule in own_rules()}
    for group in groups.values():
        line = group[0][0]
        roles = {row["role"] for _, row in group}
        if "decision" in roles and len(roles) > 1:
            line.wrong("role", "同一指标不能既按比例计算又按条件判定。")
        elif "decision" not in roles and not {"numerator", "denominator"} <= roles and "" not in roles:
            line.wrong("role", "按比例计算的指标须有分子和分母。")
        if own.get(group[0][1]["rate"], group[0][1]["kind"]) != group[0][1]["kind"]:
            line.wrong("rate", "系统中这一指标的计算方式不同，请另取代号。")
        symbols = [row["symbol"] for _, row in group if row["symbol"]]
        for other, row in group:
            if row["symbol"] and symbols.count(row["symbol"]) > 1:
                other.wrong("symbol", "同一指标的符号重复。")
