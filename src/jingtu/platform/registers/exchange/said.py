"""What a person says about a table: which column is which, units, sheets, and which row is which entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jingtu.errors import InputError

NEW = "new"
TAKE, SKIP = "take", "skip"
_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Said:
    """Answers about one table; what is not said is told by the table, or asked.

    Parameters
    ----------
    columns : mapping, optional
        Headings as they stand to targets, ``""`` for a column that is not imported.
    answers : mapping
        By heading: the unit of a column, the day of months written without one, what a circle says.
    sheets : tuple of str
        The sheets to read; empty: those that the table itself proposes.
    hidden : {"", "take", "skip"}
        What becomes of hidden rows.
    rows : mapping
        ``sheet!row`` to the uid of the entry that is meant, or ``new``.
    """

    columns: Mapping[str, str] | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()
    hidden: str = ""
    rows: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, given: Said | Mapping[str, str] | None) -> Said:
        """Something said, from columns alone or from all of it."""
        if isinstance(given, Said):
            return given
        return cls(columns=given)

    def to_json(self) -> dict[str, Any]:
        """As kept with an upload, and as the command and the API take it."""
        return {
            "columns": None if self.columns is None else dict(self.columns), "answers": dict(self.answers),
            "sheets": list(self.sheets), "hidden": self.hidden, "rows": dict(self.rows),
        }  # fmt: skip

    @classmethod
    def from_json(cls, document: Any) -> Said:
        """Read a document; raises ``InputError`` where it is none of these."""
        try:
            columns = document.get("columns")
            hidden = document.get("hidden") or ""
            if hidden not in {"", TAKE, SKIP}:
                raise InputError("隐藏行只能选“一并导入”或“不导入”。", hidden=hidden)
            return cls(
                None if columns is None else _texts(columns),
                _texts(document.get("answers") or {}),
                tuple(str(item) for item in document.get("sheets") or ()),
                hidden,
                _texts(document.get("rows") or {}),
            )
        except (AttributeError, TypeError, ValueError) as error:
            raise InputError("对表格的说明不是规范的 JSON 对象。") from error


def row_key(sheet: str | None, number: int) -> str:
    """How a row is named in ``Said.rows``.

    Examples
    --------
    >>> row_key("清单", 12), row_key(None, 3)
    ('清单!12', '!3')
    """
    return f"{sheet or ''}!{number}"


def _texts(found: Mapping[Any, Any]) -> dict[str, str]:
    if len(found) > _MOST:
        raise ValueError("too many")
    return {str(key): "" if value is None else str(value) for key, value in found.items()}
