"""Text files of Chinese offices: whatever the encoding, the same lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingtu.knowledge.plantext.sources import read_bytes
from jingtu.knowledge.plantext.sources.txt import decode

SIMPLIFIED = (
    "一、总体要求\n\t到2024年底，受污染耕地安全利用率不低于94%。\n\n（示例生态环境局牵头，县财政局参与）"
)
TRADITIONAL = "一、總體要求\n推動土壤污染防治工作，保護地下水環境，落實各項任務。\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_the_same_lines_from_every_encoding(encoding: str) -> None:
    document = read_bytes(SIMPLIFIED.encode(encoding))
    assert [(p.text, p.hard_wrapped) for p in document.paragraphs()] == [
        ("一、总体要求", True),
        ("\t到2024年底，受污染耕地安全利用率不低于94%。", True),
        ("", True),
        ("（示例生态环境局牵头，县财政局参与）", True),
    ]


@pytest.mark.parametrize("encoding", ["big5", "big5hkscs", "utf-8", "gb18030"])
def test_traditional_characters_are_not_taken_for_simplified_mojibake(encoding: str) -> None:
    assert decode(TRADITIONAL.encode(encoding)) == TRADITIONAL


def test_characters_that_only_gb18030_has() -> None:
    # 㙟 stands in the four-byte part: names of villages use such characters.
    text = "黄㙟村等3个点位完成巡查，按期报送情况。"
    assert decode(text.encode("gb18030")) == text


def test_line_ends_of_every_system_and_page_breaks() -> None:
    lines = [p.text for p in read_bytes("一\r\n二\r三\n四\f五".encode()).paragraphs()]
    assert lines == ["一", "二", "三", "四", "五"]


def test_a_lost_byte_in_a_long_text_is_shown_and_does_not_spoil_the_rest() -> None:
    data = (SIMPLIFIED * 40).encode()
    broken = data[:3000] + b"\xff" + data[3000:-1]
    text = decode(broken)
    assert text.count("\ufffd") <= 6
    assert text.count("受污染耕地安全利用率不低于94%") >= 39


@given(
    st.text(
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
        | st.sampled_from("，。、；0123456789（）%\n"),
        min_size=1,
        max_size=300,
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_unicode_encodings_are_never_mistaken(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text
