"""PDF files: tables by the lines drawn around their cells, over page breaks too."""

from __future__ import annotations

import io

import pypdf
import pytest
from tests.knowledge.plantext.sources.drawn import grid, line, pdf, shown, text

from jingtu.knowledge.plantext.sources import TableBlock, read_bytes


def test_cells_by_drawn_lines_with_spans_and_joined_lines() -> None:
    xs, ys = [72, 110, 330, 420, 510], [100, 130, 160, 240, 280]
    drawn = [
        *[line(72, y, 510, y) for y in (100, 130, 160, 280)],
        line(110, 240, 420, 240),  # the last column spans two rows
        line(72, 240, 110, 240),
        *[line(x, 100, x, 130) for x in xs],
        *[line(x, 160, x, 280) for x in xs],
        line(72, 130, 72, 160),
        line(510, 130, 510, 160),
        *[
            text(x + 4, 108, t)
            for x, t in zip(xs, ("序号", "任务内容", "牵头单位", "责任单位"), strict=False)
        ],
        text(80, 138, "一、源头防控"),
        text(80, 190, "1"),
        text(115, 170, "动态更新涉重金属重点行业企业全口径"),
        text(115, 186, "清单。"),
        text(115, 202, "2024年底前完成率达到80%以上。"),
        # letters spread over the width of a narrow cell
        *[text(334 + 16 * n, 170, c) for n, c in enumerate("区工业和信")],
        text(334, 186, "息化局"),
        text(424, 210, "各镇人民政府"),
        text(80, 250, "2"),
        text(115, 250, "整治。"),
        text(334, 246, "甲局"),
        text(334, 262, "乙局"),
    ]
    assert shown(read_bytes(pdf(drawn))) == [
        [
            ["序号", "任务内容", "牵头单位", "责任单位"],
            [("一、源头防控", 1, 4)],
            [
                "1",
                # the first line is full, the second was ended by hand
                "动态更新涉重金属重点行业企业全口径清单。\n2024年底前完成率达到80%以上。",
                "区工业和信息化局",
                ("各镇人民政府", 2, 1),
            ],
            ["2", "整治。", "甲局\n乙局"],
        ]
    ]
    assert ys


def test_sides_that_are_not_drawn() -> None:
    """Tables open at the left and right, as printed papers like them."""
    drawn = [line(72, y, 400, y) for y in (100, 130, 160)] + [
        line(200, 100, 200, 160),
        line(300, 100, 300, 160),
    ]
    drawn += [
        text(x, top, w)
        for top, row in ((108, "甲乙丙"), (138, "丁戊己"))
        for x, w in zip((80, 210, 310), row, strict=True)
    ]
    assert shown(read_bytes(pdf(drawn))) == [[["甲", "乙", "丙"], ["丁", "戊", "己"]]]


def test_a_table_goes_on_over_the_page_break() -> None:
    xs = [72, 110, 330, 430]
    head = ("序号", "任务内容", "牵头单位")

    def page(*rows: tuple[str, str, str], top: float = 100) -> list[str]:
        drawn = grid(xs, [top + 40 * n for n in range(len(rows) + 1)])
        for n, row in enumerate(rows):
            drawn += [text(x + 4, top + 40 * n + 10, w) for x, w in zip(xs, row, strict=False) if w]
        return drawn

    full = "更新涉重金属重点行业企业全口径清单"
    first = page(head, ("1", "做完了。", "市甲局"), ("2", full, "市乙局"), top=680)
    second = page(head, ("", "并报备案。", ""), ("3", "第三项。", "市丙局"), top=72)
    document = read_bytes(pdf([text(72, 100, "附件"), *first], [*second, text(270, 800, "- 2 -")]))
    assert shown(document) == [
        "附件",
        [
            list(head),
            ["1", "做完了。", "市甲局"],
            ["2", full + "并报备案。", "市乙局"],
            ["3", "第三项。", "市丙局"],
        ],
    ]


def test_a_row_without_a_number_is_not_glued_to_a_row_that_was_finished() -> None:
    xs = [72, 110, 330, 430]
    first = grid(xs, [680, 720]) + [
        text(x + 4, 690, w) for x, w in zip(xs, ("4", "点位一：Ⅳ类", "市甲局"), strict=False)
    ]
    second = [*grid(xs, [72, 112]), text(114, 82, "点位二：Ⅴ类")]
    table = read_bytes(pdf([*first], [*second])).blocks[0]
    assert isinstance(table, TableBlock)
    assert [[c.text for c in row] for row in table.rows] == [
        ["4", "点位一：Ⅳ类", "市甲局"],
        ["", "点位二：Ⅴ类", ""],
    ]


def test_a_row_cut_by_the_page_break_under_a_group_that_spans_rows() -> None:
    """The group's cell is cut as well, and one half of the row has neither group nor unit."""
    xs = [72, 130, 330, 430]

    def page(top: float, heights: list[float], first_ends: int) -> list[str]:
        ys = [top]
        for height in heights:
            ys.append(ys[-1] + height)
        inner = [line(130, y, 430, y) for y in ys[1:-1]]
        return [*grid(xs, [ys[0], ys[-1]]), *inner, line(72, ys[first_ends], 430, ys[first_ends])]

    first = [
        *page(700, [40, 40], 1),
        *[text(x + 4, 710, w) for x, w in zip(xs, ("试点", "1．甲项情况", "市甲局"), strict=False)],
        *[
            text(x + 4, 750, w)
            for x, w in zip(xs, ("其他", "2．乙项情况（按季度报送上一季", "市乙局"), strict=False)
        ],
    ]
    second = [
        *page(72, [40, 40], 2),
        text(134, 82, "度情况）"),
        *[text(x + 4, 122, w) for x, w in zip(xs[1:], ("3．丙项情况", "市丙局"), strict=False)],
    ]
    assert shown(read_bytes(pdf(first, second))) == [
        [
            ["试点", "1．甲项情况", "市甲局"],
            [("其他", 2, 1), "2．乙项情况（按季度报送上一季度情况）", "市乙局"],
            ["3．丙项情况", "市丙局"],
        ]
    ]


def test_a_merged_cell_goes_on_over_the_page_break() -> None:
    """各镇人民政府 stands once beside three rows; an empty cell of its own stays empty."""
    xs = [72, 110, 260, 350, 450]

    def page(top: float, *rows: tuple[str, str, str]) -> list[str]:
        ys = [top + 40 * n for n in range(len(rows) + 1)]
        drawn = [*grid(xs, [ys[0], ys[-1]]), *[line(72, y, 350, y) for y in ys[1:-1]]]
        for y, row in zip(ys, rows, strict=False):
            drawn += [text(x + 4, y + 10, w) for x, w in zip(xs, row, strict=False) if w]
        return drawn

    first = page(720, ("1", "做完了。", "市甲局"), ("2", "做好了。", ""))
    second = page(72, ("3", "第三项。", ""), ("4", "第四项。", "市丁局"))
    assert shown(read_bytes(pdf([*first, text(354, 730, "各镇政府")], second))) == [
        [
            ["1", "做完了。", "市甲局", ("各镇政府", 4, 1)],
            ["2", "做好了。", ""],
            ["3", "第三项。", ""],
            ["4", "第四项。", "市丁局"],
        ]
    ]


def test_the_name_of_a_group_cut_by_the_page_break() -> None:
    """农用地分 | 类管理: the cell was full, so its words go on; 源头预防 had room and stands for itself."""
    xs = [72, 130, 330]

    def page(top: float, group: str, item: str, height: float) -> list[str]:
        return [*grid(xs, [top, top + height]), text(77, top + 8, group), text(134, top + 8, item)]

    cut = [page(780, "农用地分", "2．甲项情况", 24), page(72, "类管理", "3．乙项情况", 40)]
    assert shown(read_bytes(pdf(*cut))) == [[[("农用地分类管理", 2, 1), "2．甲项情况"], ["3．乙项情况"]]]
    whole = [page(700, "源头预防", "2．甲项情况", 100), page(72, "地下水", "1．乙项情况", 40)]
    assert shown(read_bytes(pdf(*whole))) == [[["源头预防", "2．甲项情况"], ["地下水", "1．乙项情况"]]]


def test_numbers_of_rows_are_never_joined() -> None:
    xs = [72, 90, 330]
    first = [*grid(xs, [780, 804]), text(77, 786, "1"), text(94, 786, "更新涉重金属重点行业企业全口径清单")]
    second = [*grid(xs, [72, 112]), text(77, 80, "2"), text(94, 80, "整治。")]
    assert shown(read_bytes(pdf(first, second))) == [
        [["1", "更新涉重金属重点行业企业全口径清单"], ["2", "整治。"]]
    ]


def test_tables_of_other_columns_stay_apart() -> None:
    first = [*grid([72, 200, 300], [680, 720]), text(80, 690, "甲"), text(210, 690, "乙")]
    second = [*grid([72, 150, 300], [72, 112]), text(80, 82, "丙"), text(160, 82, "丁")]
    assert shown(read_bytes(pdf(first, second))) == [[["甲", "乙"]], [["丙", "丁"]]]


def test_a_frame_of_one_cell_is_text() -> None:
    drawn = [*grid([60, 500], [90, 200]), text(72, 100, "专栏一"), text(72, 130, "框内文字。")]
    assert shown(read_bytes(pdf(drawn))) == ["专栏一", "框内文字。"]


@pytest.mark.parametrize("angle", [90, 270])
@pytest.mark.parametrize("has_entry", [True, False])
def test_a_landscape_table_on_a_portrait_page(angle: int, *, has_entry: bool) -> None:
    """Annexes stand sideways: mostly the page says so itself, sometimes only the letters do."""
    # What is printed is turned back so that it is upright once the page is turned.
    matrix = "0 1 -1 0 595 0" if angle == 90 else "0 -1 1 0 0 842"
    drawn = [*grid([72, 200, 300], [400, 440]), text(80, 410, "甲局"), text(210, 410, "乙局")]
    reader = pypdf.PdfReader(io.BytesIO(pdf([f"q {matrix} cm", *drawn, text(72, 460, "注：无"), "Q"])))
    writer = pypdf.PdfWriter(clone_from=reader)
    if has_entry:
        writer.pages[0].rotate(angle)
    stored = io.BytesIO()
    writer.write(stored)
    assert shown(read_bytes(stored.getvalue())) == [[["甲局", "乙局"]], "注：无"]
