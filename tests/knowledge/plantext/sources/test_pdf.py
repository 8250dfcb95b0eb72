"""PDF files: lines and paragraphs by where things stand on the page."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pytest
from tests.knowledge.plantext.sources.drawn import HEIGHT, pdf, shown, text

from jingtu.knowledge.plantext.sources import SourceDocument, read_bytes, read_source

BODY = "对照时序进度要求完成全年各项任务并按月报送进展情况确保取得实效到年底全部"  # 35 characters


def test_indented_lines_begin_paragraphs_also_over_a_page_break() -> None:
    left, step = 72, 24
    first = [
        text(left + 24, 72, "一、总体要求"),
        text(left + 24, 72 + step, BODY[:33]),
        text(left, 72 + 2 * step, BODY),
        text(left, 72 + 3 * step, "到此为止。"),
        text(left + 24, 72 + 4 * step, BODY[:33]),
        text(left, 72 + 5 * step, BODY),
    ]
    second = [text(left, 72, "下页接着。"), text(left + 24, 72 + step, "二、任务")]
    document = read_bytes(pdf(first, second))
    assert shown(document) == [
        "一、总体要求",
        BODY[:33] + BODY + "到此为止。",
        BODY[:33] + BODY + "下页接着。",
        "二、任务",
    ]
    assert [block.page for block in document.blocks] == [1, 1, 1, 2]


def test_a_heading_at_the_margin_under_a_full_line_is_a_heading() -> None:
    lines = [
        text(72 + 24, 72, BODY[:33]),
        text(72, 96, BODY),
        text(72, 120, "（二）保障措施"),
        text(72 + 24, 144, BODY[:33]),
        text(72, 168, BODY),
        text(72, 192, "完。"),
    ]
    assert shown(read_bytes(pdf(lines))) == [BODY[:33] + BODY, "（二）保障措施", BODY[:33] + BODY + "完。"]


def test_a_line_left_short_for_a_figure_goes_on() -> None:
    """Where nothing is justified, 2024年 does not fit and the line above ends early."""
    lines = [
        text(72 + 24, 72, BODY[:33]),
        text(72, 96, BODY[:33]),  # two characters short of the margin
        text(72, 120, "2024.5%以上。"),
        text(72 + 24, 144, BODY[:33]),
        text(72, 168, BODY),
        text(72, 192, BODY[:31]),  # four short: ended by hand
        text(72, 216, "以上。"),
    ]
    assert shown(read_bytes(pdf(lines))) == [
        BODY[:33] + BODY[:33] + "2024.5%以上。",
        BODY[:33] + BODY + BODY[:31],
        "以上。",
    ]


def test_lines_that_begin_everywhere() -> None:
    lines = [text(72 + 13 * n, 72 + 24 * n, f"第{n}行") for n in range(20)]
    assert shown(read_bytes(pdf(lines))) == [f"第{n}行" for n in range(20)]


def test_wide_pages_do_not_move_the_margin_of_upright_ones() -> None:
    upright = [text(96, 72, BODY[:33]), text(72, 96, BODY), text(96, 144, BODY[:33]), text(72, 168, BODY)]
    over = [text(72, 72, "接着说。")]
    data = pdf(upright, over, [text(72, 72 + 20 * n, BODY + BODY[:20]) for n in range(30)])
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    writer.pages[2].mediabox.upper_right = (HEIGHT, HEIGHT)
    stored = io.BytesIO()
    writer.write(stored)
    assert shown(read_bytes(stored.getvalue()))[:2] == [BODY[:33] + BODY, BODY[:33] + BODY + "接着说。"]


def test_without_indents_lines_stay_lines() -> None:
    lines = [text(72, 72 + 24 * n, BODY) for n in range(6)]
    document = read_bytes(pdf(lines))
    assert shown(document) == [BODY] * 6
    assert all(p.hard_wrapped for p in document.paragraphs())


def test_running_heads_page_numbers_and_slanted_marks_go() -> None:
    slanted = f"BT /F 60 Tf 0.7 0.7 -0.7 0.7 150 300 Tm <{'征求意见稿'.encode('utf-16-be').hex()}> Tj ET"
    pages = [
        [
            text(72, 30, "土壤污染防治资料汇编"),
            slanted,
            text(72, 200, f"正文{'甲乙丙丁'[n]}。"),
            text(270, 800, f"— {n + 1} —"),
        ]
        for n in range(4)
    ]
    assert shown(read_bytes(pdf(*pages))) == ["正文甲。", "正文乙。", "正文丙。", "正文丁。"]


def test_a_number_in_the_middle_of_a_page_is_no_page_number() -> None:
    assert shown(read_bytes(pdf([text(72, 400, "— 3 —"), text(72, 440, "正文")]))) == ["— 3 —", "正文"]


def test_items_at_the_margin_begin_anew_behind_a_finished_sentence() -> None:
    lines = [
        text(72 + 24, 72, BODY[:33]),
        text(72, 96, BODY[:33] + "。）"),
        text(72, 120, "2．" + BODY[:33]),
        text(72, 144, "3．" + BODY[:32]),  # the figure belongs to a sentence that is not finished
        text(72 + 24, 168, BODY[:33]),
        text(72, 192, "完。"),
    ]
    assert shown(read_bytes(pdf(lines))) == [
        BODY[:33] + BODY[:33] + "。）",
        "2．" + BODY[:33] + "3．" + BODY[:32],
        BODY[:33] + "完。",
    ]


def test_bold_made_by_printing_twice_is_read_once() -> None:
    drawn = [text(72, 100, "总体要求"), text(72.4, 100, "总体要求"), text(72, 130, "人人有责")]
    assert shown(read_bytes(pdf(drawn))) == ["总体要求", "人人有责"]


def test_a_text_layer_of_private_characters_is_refused() -> None:
    from jingtu.errors import UnreadableDocumentError

    with pytest.raises(UnreadableDocumentError, match="乱码"):
        read_bytes(pdf([text(72, 100, "\ue001\ue002\ue003\ue004\ue005\ue006")]))


def test_the_sample_plan_says_the_same_in_word_and_in_pdf(sample_folder: Path) -> None:
    name = "示例县2024年度土壤污染防治工作计划"
    word, printed = (read_source(sample_folder / f"{name}.{suffix}") for suffix in ("docx", "pdf"))

    def words(document: SourceDocument) -> str:
        parts = [
            p if isinstance(p, str) else "".join(str(c) for row in p for c in row) for p in shown(document)
        ]
        return "".join("".join(parts).split())

    assert [len(t.rows) for t in printed.tables()] == [len(t.rows) for t in word.tables()]
    tables = [[[c.text for c in row] for row in t.rows] for t in word.tables()]
    assert next([[c.text for c in row] for row in t.rows] for t in printed.tables()) == tables[0]
    assert words(printed).startswith(words(word)[:1500])
