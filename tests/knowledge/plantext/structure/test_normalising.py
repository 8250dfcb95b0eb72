"""The normalised text: noise goes, broken paragraphs are whole again, nothing breaks the reader."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.knowledge.plantext.structure.documents import lines

from jingtu.errors import UnreadableDocumentError
from jingtu.knowledge.plantext import normalise, read_plan_document
from jingtu.knowledge.plantext.sources import Paragraph, SourceDocument


def test_noise_is_gone_and_cells_have_spans():
    document = lines(
        "附件 3\n\n云岭区 2031 年度土壤污染防治计划[bookmark: _Toc1]\n— 2 —\n"
        "\t序号\n\t任务\n\t责任单位\n\n\t1\n\t开展\n\n普查\n\t区 民 政 局、区\n体育局"
    )
    normal = normalise(document)
    assert normal.text.split("\n")[:2] == ["附件3", "云岭区2031年度土壤污染防治计划"]
    (table,) = normal.tables()
    assert [[normal.of(cell) for cell in line if cell] for line in table.rows] == [
        ["序号", "任务", "责任单位"],
        ["1", "开展普查", "区民政局、区体育局"],
    ]


SENTENCE = st.text("开展调查评估监测管控修复企业地块土壤清单，、", min_size=45, max_size=110).filter(
    lambda text: text[0] not in "，、"
)


@settings(max_examples=25, deadline=None)
@given(st.lists(SENTENCE, min_size=10, max_size=16, unique=True), st.integers(22, 40), st.booleans())
def test_wrapped_paragraphs_are_whole_again(sentences, width, gap):
    """Paragraphs long enough to be broken, each closed by a full stop, come back as they were."""
    paragraphs = [f"{text}，按照规定落实各项要求并且及时报告情况。" for text in sentences]
    broken = [text[start : start + width] for text in paragraphs for start in range(0, len(text), width)]
    document = lines(("\n\n" if gap else "\n").join(broken))
    joined = normalise(document).text.split("\n")
    assert "".join(joined) == "".join(paragraphs)
    # A last line that happens to be full says nothing; all others end their paragraph.
    certain = [text for text in paragraphs if 0 < len(text) % width < 0.6 * width]
    assert all(any(line.endswith(text) for line in joined) for text in certain)


ANYTHING = st.text(
    "一二三（）()【】〔〕、，。；：《》“”第章附件注1234567890．. \t\n县民政局体育局牵头参与负责落实序号任务内容责任单位年月底前%达到不低于以下均需不再列出",
    max_size=400,
)


@settings(max_examples=80, deadline=None)
@given(ANYTHING, st.booleans())
def test_any_text_is_read_or_refused(text, hard):
    document = SourceDocument("txt", [Paragraph(line, hard_wrapped=hard) for line in text.split("\n")])
    try:
        plan = read_plan_document(document)
    except UnreadableDocumentError:
        return
    normal = normalise(document)
    for task in plan.tasks:
        for start, end in task.spans:
            assert 0 <= start < end <= len(normal.text)
        for unit in (*task.lead_units, *task.support_units, *task.responsible_units):
            assert "".join("".join(normal.text[a:b] for a, b in unit.spans).split()) == unit.raw
