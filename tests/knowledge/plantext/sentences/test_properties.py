"""What holds for every text: spans give back the words, generated sentences are read back, nothing breaks."""

import calendar
import re
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingtu.knowledge.plantext.piece import Piece
from jingtu.knowledge.plantext.sentences import (
    Context,
    identify_indicator,
    identify_register,
    read_deadlines,
    read_deliverables,
    read_notes,
    read_quantities,
    read_registers,
    read_target_row,
    read_targets,
)

READERS: list[Callable[[Piece, Context], list[Any]]] = [
    read_targets,
    read_quantities,
    read_deadlines,
    read_deliverables,
    read_registers,
]
WORDS = [
    "到2024年底",
    "2025年",
    "6月底前",
    "每月3日前",
    "每年不少于2次",
    "按季度",
    "第一季度",
    "限期",
    "汛期前",
    "“十四五”",
    "累计",
    "分别",
    "达到",
    "不低于",
    "以上",
    "左右",
    "以内",
    "93%",
    "80%和52%",
    "1:1",
    "百分之九十",
    "11口",
    "6家",
    "下降",
    "比2013年",
    "控制不新增",
    "得到有效保障",
    "总体保持稳定",
    "Ⅴ类",
    "达到国家考核要求",
    "受污染耕地安全利用率",
    "地下水点位水质",
    "优先监管地块清单",
    "制定",
    "建立",
    "方案",
    "台账",
    "名录",
    "报告",
    "根据",
    "《办法》",
    "〔2018〕41号",
    "（",
    "）",
    "“",
    "”",
    "，",
    "。",
    "；",
    "：",
    "、",
    "\n",
    "全市",
    "完成",
    "的",
    "和",
    "为基数",
    "以",
    "以来",
    "起",
    "同",
    "①",
    "实现",
    "甲县",
    "企业",
]
INVISIBLE = re.compile(r"[\s\u200b\ufeff\u00ad]+")  # white space, and what a printer shows nothing for
TEXTS = st.one_of(
    st.text(max_size=120),
    st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=3)), max_size=40).map("".join),
)
YEARS = st.one_of(st.none(), st.integers(1990, 2060))


@given(TEXTS, YEARS, st.lists(st.integers(0, 300), max_size=6))
@settings(max_examples=400, deadline=None)
def test_spans_give_back_the_words_of_any_text(text: str, year: int | None, cuts: list[int]) -> None:
    edges = sorted({min(cut, len(text)) for cut in cuts})
    spans = list(zip(edges[::2], edges[1::2], strict=False)) or [(0, len(text))]
    piece = Piece(text, spans)
    inside = {position for low, high in spans for position in range(low, high)}
    for reader in READERS:
        for found in reader(piece, Context(year)):
            words = getattr(found, "text", None) or getattr(found, "name", None)
            given_back = "".join(text[low:high] for low, high in found.spans)
            assert INVISIBLE.sub("", given_back) == INVISIBLE.sub("", words)
            assert words
            assert all(0 <= low < high <= len(text) for low, high in found.spans)
            assert found.spans == sorted(found.spans)
            assert {p for low, high in found.spans for p in range(low, high)} <= inside


@given(TEXTS, TEXTS, st.one_of(st.none(), st.text(max_size=5)))
@settings(max_examples=150, deadline=None)
def test_rows_and_identifiers_take_any_text(name: str, value: str, scope: str | None) -> None:
    text = name + value
    row = read_target_row(
        Piece(text, [(0, len(name))]), Piece(text, [(len(name), len(text))]), Context(2024), scope
    )
    for target in row:
        assert "".join(text[low:high] for low, high in target.spans) == target.text
    read_notes(Piece(text, [(0, len(text))]))
    identify_indicator(text)
    identify_register(text)


SUBJECTS = st.sampled_from(
    [
        "受污染耕地安全利用率",
        "污染地块安全利用率",
        "化肥利用率",
        "隐患排查整改合格率",
        "农膜回收率",
        "甲项目开工率",
    ]
)
FIGURES = st.one_of(st.integers(0, 100), st.integers(1, 999).map(lambda n: n / 10).filter(lambda x: x % 1))
FORMS = st.sampled_from(
    [
        ("不低于{}%", ">="),
        ("累计不少于{}%", ">="),
        ("达到{}%以上", ">="),
        ("在{}%以上", ">="),
        ("达到{}%左右", "≈"),
        ("控制在{}%以内", "<="),
        ("不超过{}%", "<="),
        ("高于{}%", ">"),
        ("低于{}%", "<"),
        ("为{}%", "="),
    ]
)
SPACES = st.sampled_from(["", "", "", " ", "\n", "　"])


@given(SUBJECTS, FORMS, FIGURES, st.sampled_from(["", "全县", "我区"]), st.integers(2016, 2035), st.data())
@settings(max_examples=300, deadline=None)
def test_a_generated_sentence_is_read_back(
    subject: str, form: tuple[str, str], figure: float, scope: str, year: int, data: st.DataObject
) -> None:
    pattern, comparator = form
    sentence = f"到{year}年底，{scope}{subject}{pattern.format(figure)}。"
    spaced = "".join(c + data.draw(SPACES) for c in sentence)
    piece = Piece(spaced, [(0, len(spaced))])
    (target,) = read_targets(piece, Context(2016))
    expected = (subject, comparator, figure, "%", date(year, 12, 31), "累计" in pattern)
    assert (
        target.indicator,
        target.comparator,
        target.value,
        target.unit,
        target.due,
        target.cumulative,
    ) == expected
    assert target.scope == (scope or None)
    (quantity,) = read_quantities(piece, Context(2016))
    assert (
        quantity.subject,
        quantity.comparator,
        quantity.value,
        quantity.unit,
        quantity.due,
        quantity.cumulative,
    ) == expected


@given(
    st.integers(2010, 2040),
    st.integers(1, 12),
    st.sampled_from(["{y}年{m}月底前完成", "{y}年{m}月底前，完成", "到{y}年{m}月底，完成", "{m}月底前完成"]),
)
def test_a_month_end_is_its_last_day(year: int, month: int, pattern: str) -> None:
    text = pattern.format(y=year, m=month)
    (deadline,) = read_deadlines(Piece(text, [(0, len(text))]), Context(year))
    assert deadline.due == date(year, month, calendar.monthrange(year, month)[1])
    assert deadline.kind == "deadline"


@given(st.integers(1, 99), st.sampled_from("家口个处座项"), st.sampled_from(["", "至少", "不少于"]))
def test_a_generated_count_is_read_back(number: int, unit: str, comparator: str) -> None:
    text = f"完成甲项目整治{comparator}{number}{unit}"
    (quantity,) = read_quantities(Piece(text, [(0, len(text))]), Context(2024))
    assert (quantity.value, quantity.unit) == (number, unit)
    assert quantity.comparator == (">=" if comparator else "=")


@pytest.mark.parametrize(
    "text",
    [
        "水质" * 50_000,
        "1" * 100_000,
        "1," * 50_000,
        "2024年底、" * 15_000,
        "每年" * 50_000,
        "总体" * 50_000,
        "（" * 100_000,
        "“" * 100_000,
        "《" * 100_000,
        "80%和" * 20_000,
        "不少于1家" * 20_000,
        "完成率80%，" * 14_000,
        "方案名录" * 25_000,
        "得到进一步" * 20_000,
        "根据《" * 30_000,
    ],
    ids=lambda text: text[:6],
)
def test_no_text_makes_the_reading_slow(text: str) -> None:
    piece = Piece(text, [(0, len(text))])
    started = time.process_time()  # of the processor: other work on the machine is no fault of a pattern
    for reader in READERS:
        reader(piece, Context(2024))
    # A few seconds on a slow machine; a pattern that backtracks would need hours.
    assert time.process_time() - started < 20
