"""Blocks written as text, Word and PDF, in the shapes in which plans go round."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Emu, Pt
from docx.table import Table

from .blocks import Block, Form, Para, PlanDocument, TargetTable, TaskTable

_CLOSING = "，。、；：？！）》”’〉〕"
_HEADING = re.compile(r"^[一二三四五六七八九十]+、|^附件|^[（(][一二三四五六七八九十]+[）)]")


@dataclass(frozen=True)
class TextForm:
    """How a text file came to be.

    ``width`` is the length of its lines (``None``: a paragraph a line); ``tables`` is how the table's
    cells come: ``flat`` one after the other as out of a PDF, ``cells`` one cell a line behind a tab,
    ``rows`` one row a line with tabs between.
    """

    width: int | None = None
    tables: str = "flat"
    blank_lines: bool = False
    page_numbers: bool = False
    letter_spaces: bool = False
    indents: bool = False


def to_text(document: PlanDocument, form: TextForm) -> str:
    """The document as plain text."""
    lines: list[str] = []
    for block in document.blocks:
        lines += _text_lines(block, form)
    if form.page_numbers:
        lines = _with_page_numbers(lines)
    # Cells of a table are parted by their tabs; only printed lines come with empty lines between.
    return "".join(
        f"{line}\n" if line.startswith("\t") or not form.blank_lines else f"{line}\n\n" for line in lines
    )


def wrapped(text: str, width: int | None, indent: int = 0) -> list[str]:
    """Lines of a paragraph; the first is shorter by the indent, and no line begins with a comma."""
    if width is None:
        return [text]
    lines: list[str] = []
    room = width - indent
    while len(text) > room:
        cut = room
        while cut < len(text) and cut > room - 2 and text[cut] in _CLOSING:
            cut -= 1
        # A figure is not broken, as no printer does.
        while 1 < cut < len(text) and text[cut - 1 : cut + 1].isascii() and text[cut - 1 : cut + 1].isalnum():
            cut -= 1
        lines.append(text[:cut])
        text, room = text[cut:], width
    return [*lines, text]


def _text_lines(block: Block, form: TextForm) -> Iterator[str]:
    if isinstance(block, Para):
        indent = 0 if _HEADING.match(block.text) else 2
        first, *rest = wrapped(block.text, form.width, indent)
        yield "\u3000" * indent + first if form.indents else first
        yield from rest
    elif isinstance(block, TaskTable):
        yield block.title
        yield from _table_lines([list(block.head), *block.rows], form, (4, 3, 34, 6, 6, 3), repeat=5)
    elif isinstance(block, TargetTable):
        shape = form if form.tables != "flat" else TextForm(tables="cells")
        yield from _table_lines(block.rows, shape, (4, 4, 20, 20))
    else:
        yield from _form_lines(block, form)


def _table_lines(
    rows: list[list[str]], form: TextForm, widths: tuple[int, ...], repeat: int = 0
) -> Iterator[str]:
    if form.tables == "rows":
        yield from ("\t".join(row) for row in rows)
    elif form.tables == "cells":
        for row in rows:
            yield from (f"\t{cell}" for cell in row)
            yield ""
    else:
        head = rows[0]
        for number, row in enumerate(rows):
            if number and repeat and number % repeat == 0:
                yield from _head_lines(head)
            if number == 0:
                yield from _head_lines(head)
                continue
            for column, cell in enumerate(row if len(row) > 1 else []):
                narrow = column > 2 and form.letter_spaces
                for line in wrapped(cell, widths[column]) if cell else []:
                    # Justified cells spread the letters of every line but the last.
                    yield " ".join(line) if narrow and len(line) >= widths[column] - 1 else line
            if len(row) == 1:
                yield row[0]


def _head_lines(head: list[str]) -> list[str]:
    number, title, text, lead, support, responsible = head
    return [f" {number}", title[:2], title[2:], f"{text} {lead} {support}", responsible[:2], responsible[2:]]


def _form_lines(block: Form, form: TextForm) -> Iterator[str]:
    if form.tables == "rows":
        yield "\t".join(block.head)
        for group, rows in groupby(block.rows, key=lambda row: row[0]):
            for number, (_, item, units) in enumerate(rows):
                yield "\t".join(("" if number else group, item, units, "", ""))
        return
    yield " ".join(block.head)
    for group, rows in groupby(block.rows, key=lambda row: row[0]):
        yield from wrapped(group, 4)
        for _, item, units in rows:
            yield from wrapped(item, 15)
            yield from wrapped(units, 11)


def _with_page_numbers(lines: list[str], every: int = 22) -> list[str]:
    made: list[str] = []
    for number, line in enumerate(lines, start=1):
        made.append(line)
        # Not between the cells of a table: there the print has its header row instead.
        if number % every == 0 and len(line) > 12 and not line.startswith("\t"):
            made += ["", f"— {number // every + 2} —", ""]
    return made


# --- Word -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WordForm:
    """How a Word file was set.

    ``automatic`` numbers headings by Word lists, ``sideways`` sets annexes on landscape pages,
    ``breaks`` ends lines of a paragraph by hand. In task tables ``merged`` merges equal neighbours of
    the unit columns downwards, ``remarks`` adds an empty column, ``sections`` sets the sections as a
    first column that spans their rows.
    """

    automatic: bool = False
    sideways: bool = False
    size: float = 16
    breaks: bool = False
    merged: bool = False
    remarks: bool = False
    sections: bool = False


_LEVELS = (
    (re.compile(r"^[一二三四五六七八九十]+、"), "chineseCountingThousand", "%1、"),
    (re.compile(r"^（[一二三四五六七八九十]+）"), "chineseCountingThousand", "（%2）"),
    (re.compile(r"^\d+．"), "decimal", "%3．"),
    (re.compile(r"^\d+\."), "decimal", "%3."),
)


def to_docx(document: PlanDocument, path: Path, form: WordForm | None = None) -> Path:
    """The document as a Word file with real paragraphs, real tables and merged cells."""
    form = form or WordForm()
    made = Document()
    made.styles["Normal"].font.size = Pt(form.size)
    made.styles["Normal"].font.name = "Noto Serif CJK SC"
    made.styles["Normal"].element.rPr.rFonts.set(qn("w:eastAsia"), "Noto Serif CJK SC")
    made.styles["Normal"].paragraph_format.space_after = Pt(0)
    lists = _lists(made, document) if form.automatic else None
    for block in document.blocks:
        if isinstance(block, Para):
            text = "\n".join(wrapped(block.text, 26, 2)) if form.breaks else block.text
            _paragraph(made, text, document.gold["title"], lists)
            continue
        if form.sideways:
            _turn(made)
        if isinstance(block, TaskTable):
            _paragraph(made, block.title, document.gold["title"], None)
            _task_table(made, block, form)
        elif isinstance(block, TargetTable):
            _word_table(made, block.rows, (3, 1.2, 6, 5.6), merge_empty=True)
        else:
            rows = [list(block.head), *([group, item, units, "", ""] for group, item, units in block.rows)]
            _word_table(made, _groups_once(rows), (2.2, 6.4, 3.2, 2.6, 1.6), merge_empty=True)
    made.save(str(path))
    return path


def _task_table(made: DocumentType, block: TaskTable, form: WordForm) -> None:
    rows, widths = [list(block.head), *block.rows], (1.2, 2.2, 6.6, 2.2, 2.2, 1.8)
    if form.sections:
        rows, widths = _with_section_column(rows), (1.4, *widths)
    if form.remarks:
        rows = [[*row, "" if number else "备注"] if len(row) > 1 else row for number, row in enumerate(rows)]
        widths = (*widths, 1.2)
    table = _word_table(made, rows, widths)
    if form.sections:
        _merge_equal(table, rows, 0)
    if form.merged:
        for column in range(3 + form.sections, 6 + form.sections):
            _merge_equal(table, rows, column)


def _with_section_column(rows: list[list[str]]) -> list[list[str]]:
    made, section = [["类别", *rows[0]]], ""
    for row in rows[1:]:
        if len(row) == 1:
            section = row[0]
        else:
            made.append([section, *row])
    return made


def _merge_equal(table: Table, rows: list[list[str]], column: int) -> None:
    """Merge cells downwards that say the same, within a section."""
    start = 1
    for number in range(2, len(rows) + 1):
        same = number < len(rows) and len(rows[number]) == len(rows[start]) > 1
        if same and rows[number][column] == rows[start][column] != "":
            continue
        if number - start > 1:
            merged = table.cell(start, column).merge(table.cell(number - 1, column))
            for extra in merged.paragraphs[1:]:
                extra._p.getparent().remove(extra._p)
        start = number


def _groups_once(rows: list[list[str]]) -> list[list[str]]:
    last = None
    made = []
    for row in rows:
        made.append(["", *row[1:]] if row[0] == last else row)
        last = row[0]
    return made


def _turn(made: DocumentType) -> None:
    section = made.add_section()
    if section.page_width < section.page_height:
        section.page_width, section.page_height = section.page_height, section.page_width


def _paragraph(made: DocumentType, text: str, title: str | None, lists: dict[int, int] | None) -> None:
    level = None
    if lists is not None:
        for number, (pattern, _, _) in enumerate(_LEVELS):
            found = pattern.match(text)
            if found and number in lists:
                level, text = number, text[found.end() :].lstrip()
                break
    paragraph = made.add_paragraph()
    paragraph.add_run(text)
    if "".join(text.split()) == title:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif level is None or level > 0:
        paragraph.paragraph_format.first_line_indent = Emu(made.styles["Normal"].font.size * 2)
    if level is not None and lists is not None:
        numbered = parse_xml(
            f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{min(level, 2)}"/><w:numId w:val="{lists[level]}"/></w:numPr>'
        )
        paragraph._p.get_or_add_pPr().append(numbered)


def _lists(made: DocumentType, document: PlanDocument) -> dict[int, int] | None:
    """A three-level Word list; ``None`` where the printed numbers do not count through."""
    texts = [block.text for block in document.blocks if isinstance(block, Para)]
    used = [number for number, (pattern, _, _) in enumerate(_LEVELS) if any(pattern.match(t) for t in texts)]
    levels = [number for number in used if number < 2] + [number for number in used if number >= 2][:1]
    numbering = made.part.numbering_part.element
    body = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:suff w:val="nothing"/>'
        f'<w:lvlText w:val="{shape}"/></w:lvl>'
        for depth, (_, kind, shape) in (
            (min(number, 2), _LEVELS[number]) for number in (0, 1, *(n for n in levels if n > 1))
        )
    )
    abstract = parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{body}</w:abstractNum>')
    numbering.insert(0, abstract)
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    return dict.fromkeys(levels, 77) if _counts_through(texts, levels) else None


def _counts_through(texts: list[str], levels: list[int]) -> bool:
    """Whether the printed numbers are those that a list would give."""
    digits = "一二三四五六七八九十"
    counts: dict[int, int] = {}
    for text in texts:
        for level in levels:
            found = _LEVELS[level][0].match(text)
            if not found:
                continue
            counts = {depth: count for depth, count in counts.items() if depth <= level}
            counts[level] = counts.get(level, 0) + 1
            printed = re.sub(r"[、（）．.]", "", found[0])
            number = int(printed) if printed.isdigit() else digits.index(printed) + 1
            if number != counts[level]:
                return False
            break
    return True


def _word_table(
    made: DocumentType, rows: list[list[str]], widths: tuple[float, ...], *, merge_empty: bool = False
) -> Table:
    table = made.add_table(rows=len(rows), cols=len(widths), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    head = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(head)
    for number, row in enumerate(rows):
        cells = table.rows[number].cells
        if len(row) == 1:
            cells[0].merge(cells[-1]).text = row[0]
            continue
        for cell, text, width in zip(cells, row, widths, strict=True):
            cell.width = Cm(width)
            cell.paragraphs[0].add_run(text)
    if merge_empty:
        for column in range(len(widths)):
            if any(row[column] for row in rows[1:]):
                _merge_down(table, rows, column)
    for cell in (c for row in table.rows for c in row.cells):
        for paragraph in cell.paragraphs:
            for run in paragraph.runs:
                run.font.size = Pt(10.5)
    return table


def _merge_down(table: Table, rows: list[list[str]], column: int) -> None:
    start = 1
    for number in range(2, len(rows) + 1):
        if number < len(rows) and rows[number][column] == "":
            continue
        if number - start > 1:
            merged = table.cell(start, column).merge(table.cell(number - 1, column))
            for extra in merged.paragraphs[1:]:
                extra._p.getparent().remove(extra._p)
        start = number


def to_pdf(words: list[Path], folder: Path) -> list[Path] | None:
    """Word files printed by LibreOffice; ``None`` where there is no LibreOffice."""
    return _converted(words, folder, "pdf")


def resaved(words: list[Path], folder: Path) -> list[Path] | None:
    """Word files opened and saved again by LibreOffice, which writes another markup."""
    return _converted(words, folder, "docx")


def _converted(words: list[Path], folder: Path, kind: str) -> list[Path] | None:
    office = shutil.which("soffice")
    if office is None:
        return None
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                office,
                f"-env:UserInstallation=file://{profile}",
                "--headless",
                "--convert-to",
                kind,
                "--outdir",
                str(folder),
                *map(str, words),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=300,
        )
    return [folder / f"{word.stem}.{kind}" for word in words]
