"""Table files that users enter, read by the rule books themselves."""

from __future__ import annotations

import csv
import io
from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO

from jingtu.platform.pages import sheets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from jingtu.knowledge.standards.added import AddedTable
    from jingtu.knowledge.standards.added_cells import Heading

TEMPLATES = {"limits": "标准限值模板", "rates": "核算规则模板"}
# A table never changes once it is entered; what was read of its text holds for good.
KEPT = 64


def read(stream: BinaryIO, name: str) -> AddedTable:
    """Read and judge a file; raises ``InputError`` with all its errors."""
    from jingtu.knowledge.standards.added import read_added

    return read_added(stream, name)


@lru_cache(maxsize=KEPT)
def kept(content: str) -> AddedTable:
    """A table of the database from its text."""
    return read(io.BytesIO(content.encode()), "已录入的表.csv")


def template(kind: str) -> HttpResponse:
    """An empty table to fill in, as a spreadsheet."""
    from jingtu.knowledge.standards.added import template as text

    headings = next(csv.reader(io.StringIO(text(kind).lstrip("\ufeff"))))
    return sheets.response(TEMPLATES[kind], headings, [])


def formats() -> list[tuple[str, str, Sequence[Heading]]]:
    """For each kind of table its template's name and its headings with what stands under them."""
    from jingtu.knowledge.standards.added_format import LIMITS, RATES

    return [("limits", TEMPLATES["limits"], LIMITS), ("rates", TEMPLATES["rates"], RATES)]
