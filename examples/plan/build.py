"""Make the sample plan's files from its words: ``python examples/plan/build.py [FOLDER]``.

The Word file is written with python-docx, the PDF by LibreOffice from the Word file, the text file
is what copying the Word file into a plain editor gives. The files are kept under version control, so
this runs only when ``content.py`` changes.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from itertools import groupby
from pathlib import Path

from content import AMENDED, PLAN, FormRow, Plan, Row
from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

_FACE = "Noto Serif CJK SC"
_BODY = Pt(16)
_CELL = Pt(10.5)
_TASK_HEAD = ("序号", "主要任务", "任务内容", "牵头单位", "配合单位", "责任单位")
_TASK_WIDTHS = (1.3, 2.6, 10.2, 3.2, 3.4, 3.0)
_FORM_HEAD = ("重点内容", "工作事项", "责任单位", "进展情况", "备注")
_FORM_WIDTHS = (2.6, 7.6, 4.4, 6.4, 2.7)
_FORM_LINE = ("填报单位：", "填报人：", "联系电话：")


def main(folder: Path) -> None:
    """Write all forms of both plans into a folder."""
    for plan in (PLAN, AMENDED):
        word = folder / f"{plan.file_name}.docx"
        write_docx(plan, word)
        if plan is PLAN:
            (folder / f"{plan.file_name}.txt").write_text(text_of(plan), encoding="gb18030", newline="\r\n")
            write_pdf(word, folder)


def text_of(plan: Plan) -> str:
    """The plan as plain text: a paragraph a line, a table row a line with tabs between its cells."""
    lines = [*plan.notice, "", plan.title, "", *plan.prose, ""]
    lines += [f"附件：1．{plan.table_title}", f"　　　2．{plan.form_title}", ""]
    lines += ["附件1", plan.table_title, "", "\t".join(_TASK_HEAD)]
    number = 0
    for row in plan.rows:
        if row.is_section:
            lines.append(row.title)
        else:
            number += 1
            lines.append(
                "\t".join((str(number), row.title, row.text, row.lead, row.support, row.responsible))
            )
    lines += ["", "附件2", plan.form_title, "", "\t".join(_FORM_LINE), "\t".join(_FORM_HEAD)]
    for group, rows in groupby(plan.form, key=lambda row: row.group):
        lines += [
            "\t".join((group if number == 1 else "", f"{number}．{row.item}", row.unit, "", ""))
            for number, row in enumerate(rows, start=1)
        ]
    return "\n".join([*lines, plan.form_notes, ""])


def write_pdf(word: Path, folder: Path) -> None:
    """Convert a Word file with LibreOffice, in a profile of its own that is thrown away."""
    office = shutil.which("soffice")
    if office is None:
        raise SystemExit("没有找到 LibreOffice（soffice），无法生成 PDF。")
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                office,
                f"-env:UserInstallation=file://{profile}",
                "--headless",
                "--convert-to",
                "pdf",
                "--outdir",
                folder,
                word,
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )


def write_docx(plan: Plan, path: Path) -> None:
    """Write the Word file in the layout of an official document."""
    document = Document()
    style = document.styles["Normal"]
    style.font.name = _FACE
    style.font.size = _BODY
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FACE)
    style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = Pt(28)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = plan.title, "示例", ""
    # The day of the plan, not of the build.
    properties.created = properties.modified = datetime(2024, 3, 18)  # noqa: DTZ001
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.7)
    page.top_margin, page.bottom_margin = Cm(3.7), Cm(3.5)
    _page_number(page.footer.paragraphs[0])

    head, number, subject, addressed, body, warning, issuer, day = plan.notice
    for text, size in ((head, Pt(26)), (number, _BODY), (subject, Pt(20))):
        _centred(document, text, size)
    document.add_paragraph(addressed)
    _indented(document, body)
    _indented(document, warning)
    for text in (issuer, day):
        document.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)

    _centred(document, plan.title, Pt(20))
    for text in plan.prose:
        _indented(document, text, bold=text.startswith(("一、", "二、", "三、", "四、")))
    _indented(document, f"附件：1．{plan.table_title}")
    _indented(document, f"　　　2．{plan.form_title}")

    wide = document.add_section()
    wide.orientation = WD_ORIENT.LANDSCAPE
    wide.page_width, wide.page_height = Cm(29.7), Cm(21)
    wide.left_margin = wide.right_margin = Cm(2.6)
    wide.top_margin = wide.bottom_margin = Cm(2.6)
    document.add_paragraph("附件1")
    _centred(document, plan.table_title, Pt(18))
    _task_table(document, plan.rows)
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    document.add_paragraph("附件2")
    _centred(document, plan.form_title, Pt(18))
    document.add_paragraph("　　　　".join(_FORM_LINE))
    _form_table(document, plan.form)
    notes = document.add_paragraph(plan.form_notes)
    notes.runs[0].font.size = _CELL
    document.save(str(path))


def _task_table(document: DocumentType, rows: tuple[Row, ...]) -> None:
    table = _table(document, _TASK_HEAD, _TASK_WIDTHS)
    number = 0
    for row in rows:
        cells = _add_row(table, _TASK_WIDTHS).cells
        if row.is_section:
            _fill(cells[0].merge(cells[-1]), row.title, bold=True)
            continue
        number += 1
        for cell, text in zip(
            cells, (str(number), row.title, row.text, row.lead, row.support, row.responsible), strict=True
        ):
            _fill(cell, text)


def _form_table(document: DocumentType, rows: tuple[FormRow, ...]) -> None:
    table = _table(document, _FORM_HEAD, _FORM_WIDTHS)
    for group, members in groupby(rows, key=lambda row: row.group):
        first: _Cell | None = None
        for number, row in enumerate(members, start=1):
            cells = _add_row(table, _FORM_WIDTHS).cells
            for cell, text in zip(cells[1:3], (f"{number}．{row.item}", row.unit), strict=True):
                _fill(cell, text)
            first = cells[0] if first is None else first.merge(cells[0])
        if first is not None:
            _fill(first, group)


def _table(document: DocumentType, head: tuple[str, ...], widths: tuple[float, ...]) -> Table:
    table = document.add_table(rows=1, cols=len(head), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    properties = table.rows[0]._tr.get_or_add_trPr()
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    properties.append(repeated)
    for cell, text, width in zip(table.rows[0].cells, head, widths, strict=True):
        cell.width = Cm(width)
        _fill(cell, text, bold=True)
    return table


def _add_row(table: Table, widths: tuple[float, ...]) -> _Row:
    row = table.add_row()
    for cell, width in zip(row.cells, widths, strict=True):
        cell.width = Cm(width)
    return row


def _fill(cell: _Cell, text: str, *, bold: bool = False) -> None:
    for extra in cell.paragraphs[1:]:
        extra._p.getparent().remove(extra._p)
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.line_spacing = Pt(16)
    run = paragraph.add_run(text)
    run.font.size, run.bold = _CELL, bold


def _centred(document: DocumentType, text: str, size: Emu) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.font.size, run.bold = size, True
    paragraph.paragraph_format.line_spacing = Pt(size.pt * 1.6)


def _indented(document: DocumentType, text: str, *, bold: bool = False) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.first_line_indent = Emu(_BODY * 2)
    paragraph.add_run(text).bold = bold


def _page_number(paragraph: Paragraph) -> None:
    """Add ``— 1 —``, as official documents print it."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run("— ")
    run = paragraph.add_run()
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        if kind is not None:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:instrText")
            element.text = text
        run._r.append(element)
    paragraph.add_run(" —")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
