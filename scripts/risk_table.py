"""Write the tables of docs/risk.md that come from the risk engine: ``python scripts/risk_table.py``."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from jingtu.knowledge.risk.options import Target
from jingtu.knowledge.risk.parameters import load
from jingtu.knowledge.risk.reproduction import VERDICTS, counts, reproduce

PAGE = Path(__file__).resolve().parents[1] / "docs" / "risk.md"
EDITION = date(2018, 8, 1)


def summary() -> str:
    """How many printed values each set leads to."""
    lines = ["| set | level | " + " | ".join(VERDICTS) + " |", "|---|---|" + "---:|" * len(VERDICTS)]
    levels: tuple[Target, ...] = ("screening", "intervention")
    for name in ("published-peer", "gb36600-consistent"):
        for level in levels:
            found = counts(reproduce(load(name), EDITION, level))
            lines.append(f"| {name} | {level} | " + " | ".join(map(str, found.values())) + " |")
    return "\n".join(lines)


def table() -> str:
    """Every screening value of GB 36600 beside that of the model."""
    lines = [
        "| item | substance | class | printed | model | by | verdict | remark |",
        "|---|---|---|---:|---:|---|---|---|",
    ]
    for row in reproduce(load("gb36600-consistent"), EDITION):
        computed = "" if row.computed is None else four_digits(row.computed)
        remark = "; ".join(filter(None, ("inputs adjusted" if row.adjusted else "", row.why)))
        lines.append(
            f"| {row.item} | {row.name} | {row.land_class} | {row.printed} | {computed} "
            f"| {row.driver or ''} | {row.verdict} | {remark} |"
        )
    return "\n".join(lines)


def four_digits(value: float) -> str:
    """Four significant digits, with a power of ten only for the very small."""
    text = f"{value:.4g}"
    return f"{float(text):.0f}" if "e+" in text else text


def render(page: str) -> str:
    """The page with its tables as the engine computes them now."""
    for name, text in (("summary", summary()), ("table", table())):
        head, opening, rest = page.partition(f"<!-- {name} -->\n")
        _, closing, tail = rest.partition(f"\n<!-- end of {name} -->")
        page = head + opening + text + closing + tail
    return page


if __name__ == "__main__":
    PAGE.write_text(render(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
