"""Standards and rates that a user adds as a table file: a draft, a local standard, a new rule of a rate.

A file (.csv or .xlsx) has one row a limit under the headings of :data:`LIMITS`, or one row a term under those of
:data:`RATES`. It is taken whole or not at all; all errors are told at once by cell. A standard of the package
cannot be replaced: an added one has a key of its own, and is judged by what its rows say (screening and
intervention values, a single limit, or classes).
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Final

from jingtu.errors import CellError, InputError
from jingtu.knowledge.sheets import Sheet, load
from jingtu.knowledge.standards.added_cells import Book, Line, head_of, lay_out
from jingtu.knowledge.standards.added_checks import check_limits
from jingtu.knowledge.standards.added_format import (
    CONFIDENCES,
    KEY,
    KINDS,
    LAND_CLASSES,
    LIMITS,
    MEDIA,
    RATES,
    SEPARATORS,
    UNSTATED,
    words_of_line,
    written,
)
from jingtu.knowledge.standards.added_names import identifier_of
from jingtu.knowledge.standards.added_rates import rules_in
from jingtu.knowledge.standards.data_rows import folded
from jingtu.knowledge.standards.editions import Edition, editions
from jingtu.knowledge.standards.rates import RateRule
from jingtu.knowledge.standards.tables import table_from
from jingtu.knowledge.standards.units import unit_of

EVALUATOR: Final = "added"


@dataclass(frozen=True, slots=True)
class AddedTable:
    """A table file as it was taken: editions of standards, rules of rates, and its rows.

    ``limits`` and ``terms`` are rows by keys of :data:`LIMITS` and :data:`RATES`, in words of the file.
    """

    name: str
    sha256: str
    editions: tuple[Edition, ...]
    rates: tuple[RateRule, ...]
    limits: tuple[Mapping[str, str], ...]
    terms: tuple[Mapping[str, str], ...]

    def to_csv(self) -> str:
        """The table in the format again; reading it gives the same editions or rules.

        Examples
        --------
        >>> table = read_added(io.BytesIO(template("limits").encode()), "样表.csv")
        Traceback (most recent call last):
        jingtu.errors.InputError: 文件“样表.csv”没有数据行，请填写后再上传。
        """
        headings, rows = (LIMITS, self.limits) if self.limits else (RATES, self.terms)
        return written(headings, rows)


def template(kind: str = "limits") -> str:
    """The headings of the format as CSV text, to be filled in; ``kind`` is ``limits`` or ``rates``."""
    return written(RATES if kind == "rates" else LIMITS, ())


def read_added_file(path: str | Path) -> AddedTable:
    """Read a table file from disk, see :func:`read_added`."""
    file = Path(path)
    with file.open("rb") as stream:
        return read_added(stream, file.name)


def read_added(stream: IO[bytes], name: str) -> AddedTable:
    """Read a table file that a user adds.

    Parameters
    ----------
    stream : binary file
        CSV or .xlsx; the first sheet that has the headings is taken.
    name : str
        Name of the file, for messages.

    Returns
    -------
    AddedTable
        Its editions can be given to ``screen`` and ``edition_on``, its rates to ``rate_on``.

    Raises
    ------
    InputError
        The file cannot be read, or cells are wrong: every one of them is listed, and nothing is taken.
    """
    content = stream.read()
    sheets = load(io.BytesIO(content), name)
    digest = hashlib.sha256(content).hexdigest()
    for sheet in sheets:
        head, rates_head = head_of(sheet, LIMITS), head_of(sheet, RATES)
        if head is None and rates_head is None:
            continue
        if rates_head is not None and _is_rates(sheet, rates_head):
            return _rates(lay_out(sheet, name, RATES, rates_head), digest)
        if head is not None:
            return _limits(lay_out(sheet, name, LIMITS, head), digest)
    message = "没有找到表头，请按样表填写第一行（标准号、标准名称、施行日期、项目、单位、限值等）。"
    raise InputError(f"文件“{name}”不能读取：{message}", [CellError(message, file=name)])


def _is_rates(sheet: Sheet, head: int) -> bool:
    return any(str(cell).strip() == "指标名称" for cell in sheet.rows[head])


def _refuse(book: Book) -> None:
    if not book.lines and not book.errors:
        message = f"文件“{book.name}”没有数据行，请填写后再上传。"
        raise InputError(message, [CellError(message, file=book.name, sheet=book.sheet)])
    if book.errors:
        raise InputError(
            f"文件“{book.name}”有{len(book.errors)}处错误，没有录入任何内容；请改正后重新上传。", book.errors
        )


def _limits(book: Book, digest: str) -> AddedTable:
    groups: dict[tuple[str, str], list[tuple[Line, dict[str, str]]]] = {}
    for line in book.lines:
        groups.setdefault((line.text("number"), line.text("valid_from")), []).append((line, _row_of(line)))
    found = [_edition(rows) for rows in groups.values()]
    _same_key(found)
    _overlaps(book, found)
    _refuse(book)
    complete = tuple(edition for edition, _ in found if edition is not None)
    return AddedTable(
        book.name, digest, complete, (), tuple(words_of_line(line, LIMITS) for line in book.lines), ()
    )


def _row_of(line: Line) -> dict[str, str]:
    """A row of the package's own tables from a row of the file; what is wrong is noted."""
    value = line.number("value")
    if value is not None and value <= 0:
        line.wrong("value", "限值须大于0。")
    lower, upper = line.number("ph_gt"), line.number("ph_le")
    for key, bound in (("ph_gt", lower), ("ph_le", upper)):
        if bound is not None and not 0 <= bound <= 14:
            line.wrong(key, "pH须在0至14之间。")
    if lower is not None and upper is not None and lower >= upper:
        line.wrong("ph_le", "pH上限须大于下限。")
    if line.text("unit") and unit_of(line.text("unit")) is None:
        line.wrong("unit", "不认识这个单位，请改用mg/kg、μg/L等常用单位。")
    aliases = "|".join(filter(None, (word.strip() for word in SEPARATORS.split(line.text("aliases")))))
    return {
        "id": identifier_of(line.text("name_cn"), line.text("cas")),
        "cas": line.text("cas"),
        "name_cn": line.text("name_cn"),
        "aliases": aliases,
        "standard": line.text("number"),
        "table": line.text("clause"),
        "clause": line.text("clause"),
        "land_use": "|".join(
            filter(None, (word.strip() for word in SEPARATORS.split(line.text("land_use"))))
        ),
        "land_class": line.choice("land_class", LAND_CLASSES, "第一类、第二类，或留空"),
        "crop": "|".join(filter(None, (word.strip() for word in SEPARATORS.split(line.text("crop"))))),
        "ph_band": _band(line),
        "ph_gt": "" if lower is None else str(lower),
        "ph_le": "" if upper is None else str(upper),
        "kind": line.choice("kind", KINDS, "筛选值、管制值、限量，或Ⅰ类至Ⅴ类"),
        "comparator": "upper_limit",
        "value": line.text("value"),
        "unit": line.text("unit"),
        "upper": "" if value is None else str(value),
        "upper_inclusive": "Y",
        "footnote": line.text("footnote"),
        "valid_from": line.text("valid_from"),
        "valid_to": line.text("valid_to"),
        "source": line.text("source"),
        "confidence": line.choice("confidence", CONFIDENCES, "高、中、低，或留空") or UNSTATED,
    }


def _band(line: Line) -> str:
    lower, upper = line.text("ph_gt"), line.text("ph_le")
    if lower and upper:
        return f"{lower}<pH≤{upper}"
    return f"pH>{lower}" if lower else f"pH≤{upper}" if upper else ""


def _edition(rows: list[tuple[Line, dict[str, str]]]) -> tuple[Edition | None, Line]:
    first = rows[0][0]
    for line, _ in rows[1:]:
        for key, name in (
            ("title", "标准名称"),
            ("key", "代号"),
            ("version", "版本"),
            ("valid_to", "废止日期"),
            ("medium", "介质"),
        ):
            if line.text(key) != first.text(key):
                line.wrong(key, f"与第{first.row}行同一标准的“{name}”不一致。")
    start, end = first.day("valid_from"), first.day("valid_to")
    if start is not None and end is not None and end <= start:
        first.wrong("valid_to", "废止日期须晚于施行日期。")
    medium = first.choice("medium", MEDIA, "土壤、地下水、地表水、农产品或沉积物")
    key = _key_of(first)
    check_limits(rows)
    if first.book.errors or start is None:
        return None, first
    title = first.text("title") + (f"（{first.text('version')}）" if first.text("version") else "")
    lines = [row for _, row in rows]
    ranks = {"low": 0, "medium": 1, "high": 2}
    edition = Edition(
        standard=key,
        number=first.text("number"),
        title=title,
        valid_from=start,
        valid_to=end,
        clause="；".join(dict.fromkeys(row["clause"] for row in lines)),
        evaluator=EVALUATOR,
        medium=medium,
        source="；".join(dict.fromkeys(row["source"] for row in lines)),
        confidence=min((row["confidence"] for row in lines), key=ranks.__getitem__),
        added=table_from(lines, key),
    )
    return edition, first


def _key_of(line: Line) -> str:
    given = line.text("key")
    key = given or re.sub(r"[^a-z0-9]", "", _bare(line.text("number")).casefold())
    where = "key" if given else "number"
    if not KEY.fullmatch(key):
        line.wrong(where, "代号须以小写字母开头，只含小写字母、数字和下划线（2至40个）；请填写“代号”一列。")
    elif key in {edition.standard for edition in editions()}:
        line.wrong(where, "这个代号属于系统收录的标准，不能用自行录入的表替换；请在“代号”一列另取代号。")
    return key


def _same_key(found: Iterable[tuple[Edition | None, Line]]) -> None:
    titles: dict[str, Line] = {}
    for edition, line in found:
        if edition is None:
            continue
        before = titles.setdefault(edition.standard, line)
        if _bare(before.text("number")) != _bare(line.text("number")):
            line.wrong("number", f"与第{before.row}行的标准代号相同，请在“代号”一列分别填写。")


def _bare(number: str) -> str:
    """A number without its year."""
    return re.sub(r"[-—–](?:19|20)\d{2}.*$", "", folded(number))


def _overlaps(book: Book, found: Sequence[tuple[Edition | None, Line]]) -> None:
    whole = [(edition, line) for edition, line in found if edition is not None]
    for place, (edition, line) in enumerate(whole):
        for other, before in whole[:place]:
            if other.standard == edition.standard and _days_meet(other, edition):
                book.wrong(
                    f"与第{before.row}行的版本在同一段时间都有效，请填写“废止日期”。", line.row, "valid_from"
                )


def _days_meet(one: Edition, other: Edition) -> bool:
    last = date.max
    return one.valid_from < (other.valid_to or last) and other.valid_from < (one.valid_to or last)


def _rates(book: Book, digest: str) -> AddedTable:
    rules = rules_in(book)
    _refuse(book)
    return AddedTable(
        book.name, digest, (), rules, (), tuple(words_of_line(line, RATES) for line in book.lines)
    )
