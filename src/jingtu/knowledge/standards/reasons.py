"""Words for every verdict, reason and flag that an evaluator may give, and for how sure a limit is.

The codes stand in ``data/reasons.csv``; arrays hold their positions, documents hold the codes.
"""

from __future__ import annotations

from typing import Final

from jingtu.knowledge.standards.data_rows import rows

_ROWS = list(rows("reasons.csv"))

VERDICTS: Final[tuple[str, ...]] = tuple(row["code"] for row in _ROWS if row["kind"] == "verdict")
# Position 0 of the reasons means that there is none.
REASONS: Final[tuple[str, ...]] = ("", *(row["code"] for row in _ROWS if row["kind"] == "reason"))
FLAGS: Final[tuple[str, ...]] = tuple(row["code"] for row in _ROWS if row["kind"] == "flag")

VERDICT: Final[dict[str, int]] = {code: place for place, code in enumerate(VERDICTS)}
REASON: Final[dict[str, int]] = {code: place for place, code in enumerate(REASONS)}
FLAG: Final[dict[str, int]] = {code: 1 << place for place, code in enumerate(FLAGS)}

# The worst verdict of a sample has the highest rank; what is not judged ranks below all that is.
RANKS: Final[tuple[int, ...]] = tuple(int(row["rank"]) for row in _ROWS if row["kind"] == "verdict")

# What a reason leads to: the standard does not cover it, or it cannot be judged.
VERDICT_OF_REASON: Final[tuple[int, ...]] = (
    0,
    *(VERDICT[row["verdict"] or "not_evaluable"] for row in _ROWS if row["kind"] == "reason"),
)

_WORDS = {(row["kind"], row["code"]): row["words"] for row in _ROWS}


def words_of(kind: str, code: str) -> str:
    """Chinese wording of a code.

    Parameters
    ----------
    kind : {"verdict", "reason", "flag", "limit", "confidence"}
        Which of the five.
    code : str
        The code; an empty one has no words, one of an added table stands for itself.

    Returns
    -------
    str
        What an official would write.

    Examples
    --------
    >>> words_of("verdict", "between")
    '超过筛选值、未超过管制值'
    """
    return _WORDS.get((kind, code), code) if code else ""


def flags_of(bits: int) -> tuple[str, ...]:
    """Codes of the flags that are set.

    Examples
    --------
    >>> flags_of(FLAG["nondetect"] | FLAG["reference_only"])
    ('nondetect', 'reference_only')
    """
    return tuple(code for code, bit in FLAG.items() if bits & bit)
