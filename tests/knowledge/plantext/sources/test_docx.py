"""Word files: what a reader of the page sees, in the order of the page."""

from __future__ import annotations

from pathlib import Path

from jingtu.knowledge.plantext.sources import Paragraph, SourceDocument, TableBlock, read_bytes, read_source


def run(text: str, settings: str = "") -> str:
    return f"<w:r>{f'<w:rPr>{settings}</w:rPr>' if settings else ''}<w:t>{text}</w:t></w:r>"


def par(*content: str, properties: str = "") -> str:
    settings = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{settings}{''.join(c if c.startswith('<') else run(c) for c in content)}</w:p>"


def cell(*content: str, settings: str = "") -> str:
    inner = "".join(c if c.startswith("<") else par(c) for c in content) or par()
    return f"<w:tc>{f'<w:tcPr>{settings}</w:tcPr>' if settings else ''}{inner}</w:tc>"


def table(*rows: list[str]) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows) + "</w:tbl>"


def texts(document: SourceDocument) -> list[str]:
    return [p.text for p in document.paragraphs()]


def cells(block: TableBlock) -> list[list[tuple[str, int, int]]]:
    return [[(c.text, c.row_span, c.col_span) for c in row] for row in block.rows]


NUMBERING = """
<w:abstractNum w:abstractNumId="0">
  <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>
  <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="（%2）"/></w:lvl>
  <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
  <w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%2.%4"/></w:lvl>
  <w:lvl w:ilvl="4"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="l"/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="1">
  <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/></w:lvl>
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="0"/>
  <w:lvlOverride w:ilvl="2"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
"""


def numbered(text: str, level: int, number: int = 1) -> str:
    return par(text, properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def test_automatic_numbering_is_written_out_and_restarts_under_each_heading(make_docx) -> None:
    body = "".join(
        [
            numbered("总体要求", 0),
            numbered("重点任务", 0),
            numbered("源头防控", 1),
            numbered("更新清单", 2),
            numbered("制定方案", 2),
            numbered("农用地", 1),
            numbered("分类管理", 2),
            numbered("细项", 3),
            numbered("点", 4),
            numbered("另起", 2, 3),
            numbered("接着", 2, 3),
        ]
    )
    assert texts(read_bytes(make_docx(body, numbering=NUMBERING))) == [
        "一、总体要求",
        "二、重点任务",
        "（一）源头防控",
        "1.更新清单",
        "2.制定方案",
        "（二）农用地",
        "1.分类管理",
        "2.2.1 细项",
        "点",
        "1.另起",
        "2.接着",
    ]


def test_numbering_that_a_style_brings_and_a_paragraph_that_declines_it(make_docx) -> None:
    styles = (
        '<w:style w:styleId="H1"><w:name w:val="heading 1"/>'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="H1b"><w:name w:val="标题一"/><w:basedOn w:val="H1"/></w:style>'
    )
    body = (
        par("甲", properties='<w:pStyle w:val="H1"/>')
        + par("乙", properties='<w:pStyle w:val="H1b"/>')
        + par("丙", properties='<w:pStyle w:val="H1"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    )
    found = list(read_bytes(make_docx(body, numbering=NUMBERING, styles=styles)).paragraphs())
    assert [(p.text, p.style) for p in found] == [
        ("一、甲", "heading 1"),
        ("二、乙", "标题一"),
        ("丙", "heading 1"),
    ]


def test_numbers_in_the_first_column_of_a_table_count_through(make_docx) -> None:
    rows = [[cell(numbered(t, 0, 2))] for t in ("减排", "整治")]
    block = read_bytes(make_docx(par("表") + table(*rows), numbering=NUMBERING)).blocks[1]
    assert cells(block) == [[("1 减排", 1, 1)], [("2 整治", 1, 1)]]


def test_an_empty_numbered_cell_shows_its_number(make_docx) -> None:
    """A column 序号 is often nothing but automatic numbers."""
    rows = [[cell(numbered("", 0, 2)), cell(t)] for t in ("减排", "整治")]
    block = read_bytes(make_docx(par("表") + table(*rows), numbering=NUMBERING)).blocks[1]
    assert [[c.text for c in row] for row in block.rows] == [["1", "减排"], ["2", "整治"]]


def test_merged_cells_are_spans(make_docx) -> None:
    span = '<w:gridSpan w:val="3"/>'
    start, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    block = read_bytes(
        make_docx(
            table(
                [cell("一、源头防控", settings=span)],
                [cell("1", settings=start), cell("甲"), cell("各镇", settings=start)],
                [cell("藏", settings=on), cell("乙"), cell(settings=on)],
                [cell("2"), cell("丙"), cell("各镇")],
            )
        )
    ).blocks[0]
    assert cells(block) == [
        [("一、源头防控", 1, 3)],
        [("1", 2, 1), ("甲", 1, 1), ("各镇", 2, 1)],
        [("乙", 1, 1)],
        [("2", 1, 1), ("丙", 1, 1), ("各镇", 1, 1)],
    ]
    assert [[c and c.text for c in row] for row in block.grid()][2] == [None, "乙", None]


def test_a_vertical_merge_starts_anew_where_columns_differ(make_docx) -> None:
    start, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    block = read_bytes(
        make_docx(
            table(
                [cell("甲", settings=start), cell("乙")],
                [cell("整行", settings='<w:gridSpan w:val="2"/>')],
                [cell("丙", settings=on), cell("丁")],
            )
        )
    ).blocks[0]
    assert cells(block)[2] == [("丙", 1, 1), ("丁", 1, 1)]


def test_a_frame_around_a_table_is_taken_off_and_a_small_table_in_a_cell_is_text(make_docx) -> None:
    inner = table([cell("序号"), cell("任务")], [cell("1"), cell("减排")])
    framed = read_bytes(make_docx(par("前") + table([cell("附件1", inner)]) + par("后"))).blocks
    assert [type(b) for b in framed] == [Paragraph, Paragraph, TableBlock, Paragraph]
    assert [[c.text for c in row] for row in framed[2].rows] == [["序号", "任务"], ["1", "减排"]]

    nested = read_bytes(make_docx(table([cell("1"), cell("目标如下：", inner)]))).blocks[0]
    assert cells(nested) == [[("1", 1, 1), ("目标如下：\n序号\t任务\n1\t减排", 1, 1)]]


def test_tracked_changes_as_if_accepted(make_docx) -> None:
    body = (
        par(
            "6月底前",
            f"<w:del>{'<w:r><w:delText>初步</w:delText></w:r>'}</w:del>",
            f"<w:ins>{run('全面')}</w:ins>",
            "完成",
        )
        + par("县财政局、", properties="<w:rPr><w:del/></w:rPr>")
        + par("县水利局")
        + "<w:tbl><w:tr><w:trPr><w:del/></w:trPr>"
        + cell("删去的行")
        + "</w:tr><w:tr>"
        + cell("留下的行")
        + cell("二")
        + "</w:tr></w:tbl>"
    )
    document = read_bytes(make_docx(body))
    assert texts(document) == ["6月底前全面完成", "县财政局、县水利局"]
    assert cells(next(document.tables())) == [[("留下的行", 1, 1), ("二", 1, 1)]]


def test_hidden_words_bookmarks_fields_and_contents_lists_are_left_out(make_docx) -> None:
    toc = (
        "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr>"
    )
    body = (
        f"{toc}<w:sdtContent>{par('一、总体要求 1')}</w:sdtContent></w:sdt>"
        + par('<w:bookmarkStart w:id="0" w:name="_GoBack"/>', "一、总体要求", run("密", "<w:vanish/>"))
        + par(
            "第",
            "<w:r><w:instrText>PAGE</w:instrText></w:r>",
            "<w:fldSimple><w:r><w:t>3</w:t></w:r></w:fldSimple>",
            "页",
        )
        + par("<w:sdt><w:sdtContent><w:r><w:t>控件里的字</w:t></w:r></w:sdtContent></w:sdt>")
    )
    assert texts(read_bytes(make_docx(body))) == ["一、总体要求", "第3页", "控件里的字"]


def test_footnotes_stand_at_the_end_behind_their_mark(make_docx) -> None:
    body = par("重点建设用地安全利用", '<w:r><w:footnoteReference w:id="2"/></w:r>', "得到有效保障") + par(
        "正文"
    )
    notes = (
        f'<w:footnote w:id="-1">{par("分隔符")}</w:footnote>'
        f'<w:footnote w:id="2">{par("指用途变更的地块。")}</w:footnote>'
    )
    assert texts(read_bytes(make_docx(body, footnotes=notes))) == [
        "重点建设用地安全利用①得到有效保障",
        "正文",
        "①指用途变更的地块。",
    ]


def test_a_text_box_is_read_once_after_its_paragraph(make_docx) -> None:
    box = f"<w:txbxContent>{par('框内文字')}</w:txbxContent>"
    drawing = (
        f"<w:r><mc:AlternateContent><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert texts(read_bytes(make_docx(par("前文", drawing) + par("后文")))) == ["前文", "框内文字", "后文"]


def test_lines_broken_by_hand_are_hard_wrapped_lines(make_docx) -> None:
    body = par("到2024年底，受污染耕地安全利", "<w:r><w:br/></w:r>", "用率不低于94%。") + par("整段")
    found = list(read_bytes(make_docx(body)).paragraphs())
    assert [(p.text, p.hard_wrapped) for p in found] == [
        ("到2024年底，受污染耕地安全利", True),
        ("用率不低于94%。", True),
        ("整段", False),
    ]


def test_the_strict_variant_of_the_format_reads_the_same(make_docx) -> None:
    transitional = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(make_docx(par("土壤") + table([cell("甲"), cell("乙")])))) as old:
        stored = io.BytesIO()
        with zipfile.ZipFile(stored, "w") as new:
            for name in old.namelist():
                new.writestr(name, old.read(name).decode().replace(transitional, strict))
    document = read_bytes(stored.getvalue())
    assert texts(document) == ["土壤"]
    assert cells(next(document.tables())) == [[("甲", 1, 1), ("乙", 1, 1)]]


def test_the_sample_plan(sample_folder: Path) -> None:
    document = read_source(sample_folder / "示例县2024年度土壤污染防治工作计划.docx")
    tasks, form = document.tables()
    assert [len(tasks.rows), len(form.rows)] == [19, 13]
    assert cells(tasks)[1] == [("一、把住新增污染关口", 1, 6)]
    assert cells(form)[1][0] == ("源头防控", 4, 1)
    assert "三、重点任务" in texts(document)


def test_a_footnote_that_refers_to_itself(make_docx) -> None:
    mark = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    notes = f'<w:footnote w:id="1">{par("见本注", mark)}</w:footnote>'
    assert texts(read_bytes(make_docx(par("正文", mark), footnotes=notes))) == ["正文①", "①见本注②"]
