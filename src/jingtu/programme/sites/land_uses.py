"""Uses to which a parcel changes, and the classification of land by which the change was written down."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources

RESIDENTIAL, PUBLIC, OTHER = "residential", "public", "other"
# 一住两公: residential, and public administration and service.
KEY_USES = (RESIDENTIAL, PUBLIC)
NEW_USES = (
    (RESIDENTIAL, "居住用地"),
    (PUBLIC, "公共管理与公共服务用地"),
    (OTHER, "其他用地"),
)


@cache
def _rows() -> tuple[dict[str, str], ...]:
    file = resources.files(__package__) / "data" / "land_use_classes.csv"
    return tuple(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def versions() -> tuple[tuple[str, str], ...]:
    """The classifications to choose from.

    Examples
    --------
    >>> versions()
    (('2020', '自然资办发〔2020〕51号'), ('2023', '自然资发〔2023〕234号'))
    """
    return tuple(dict.fromkeys((row["version"], row["document"]) for row in _rows()))


def kind_of(version: str, code: str) -> str:
    """What a code of a classification is, by its first two digits; ``""`` where the table does not say.

    Examples
    --------
    >>> kind_of("2023", "070102"), kind_of("2020", "0804"), kind_of("2023", "1001")
    ('residential', 'public', '')
    """
    for row in _rows():
        if row["version"] == version and code.strip().startswith(row["code"]):
            return row["kind"]
    return ""
