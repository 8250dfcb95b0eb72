"""Whatever is done to a file, a reading or a refusal comes out, and soon."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jingtu.errors import UnreadableDocumentError
from jingtu.knowledge.plantext.sources import SourceDocument, read_bytes

REASONS = {"damaged", "encrypted", "image_only", "too_large", "empty", "unknown_type"}
SAMPLE = "示例县2024年度土壤污染防治工作计划"
SECONDS = 20

CHANGES = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.sampled_from(["flip", "cut", "double", "zero"]),
        st.integers(0, 255),
    ),
    min_size=1,
    max_size=8,
)


def changed(data: bytes, changes: list[tuple[float, str, int]]) -> bytes:
    spoiled = bytearray(data)
    for place, kind, value in changes:
        at = int(place * len(spoiled))
        if kind == "flip" and spoiled:
            spoiled[at] ^= value or 1
        elif kind == "cut":
            del spoiled[at : at + value * 8]
        elif kind == "double":
            spoiled[at:at] = spoiled[at : at + value]
        else:
            spoiled[at : at + value] = bytes(len(spoiled[at : at + value]))
    return bytes(spoiled)


def judged(data: bytes) -> None:
    began = time.monotonic()
    refusal: UnreadableDocumentError | None = None
    try:
        document = read_bytes(data)
    except UnreadableDocumentError as error:
        refusal = error
    if refusal is None:
        assert isinstance(document, SourceDocument)
        assert document.blocks
    else:
        assert refusal.facts["reason"] in REASONS
        assert refusal.message
    assert time.monotonic() - began < SECONDS


def content(folder: Path, suffix: str) -> bytes:
    return (folder / f"{SAMPLE}.{suffix}").read_bytes()


QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(changes=CHANGES)
def test_spoiled_word_files(sample_folder: Path, changes: list[tuple[float, str, int]]) -> None:
    judged(changed(content(sample_folder, "docx"), changes))


@settings(QUICK, max_examples=15)
@given(changes=CHANGES)
def test_spoiled_pdf_files(sample_folder: Path, changes: list[tuple[float, str, int]]) -> None:
    judged(changed(content(sample_folder, "pdf"), changes))


@QUICK
@given(changes=CHANGES)
def test_spoiled_text_files(sample_folder: Path, changes: list[tuple[float, str, int]]) -> None:
    judged(changed(content(sample_folder, "txt"), changes))


@settings(QUICK, max_examples=100)
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"%PDF-1.7\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe"]),
)
def test_any_bytes_behind_any_beginning(data: bytes, beginning: bytes) -> None:
    judged(beginning + data)


PIECES = st.sampled_from(
    [
        "w:p",
        "w:r",
        "w:t",
        "w:tbl",
        "w:tr",
        "w:tc",
        "w:tcPr",
        "w:ins",
        "w:del",
        "w:sdt",
        "w:sdtContent",
        "w:br",
        "w:pPr",
        "w:numPr",
        "w:txbxContent",
        "w:drawing",
        "w:tab",
        "mc:AlternateContent",
        "mc:Choice",
        "m:oMath",
    ]
)
MARKUP = st.recursive(
    st.sampled_from(["", "土壤", '<w:vMerge/>', '<w:gridSpan w:val="99999"/>', '<w:gridSpan w:val="-1"/>'])
    | st.just('<w:numId w:val="1"/>')
    | st.just('<w:footnoteReference w:id="1"/>'),
    lambda inner: st.builds(lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", PIECES, st.lists(inner, max_size=4)),
    max_leaves=30,
)  # fmt: skip


@settings(QUICK, max_examples=150)
@given(markup=MARKUP)
def test_any_well_formed_body(make_docx, markup: str) -> None:
    """Elements where no writer would put them: still a reading or a refusal."""
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="999999"/>'
        '<w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1%9"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    judged(make_docx(markup, numbering=numbering, footnotes=f'<w:footnote w:id="1">{markup}</w:footnote>'))


@pytest.mark.long
@settings(QUICK, max_examples=1500)
@given(changes=CHANGES, suffix=st.sampled_from(["docx", "pdf", "txt"]))
def test_spoiled_files_at_length(
    sample_folder: Path, suffix: str, changes: list[tuple[float, str, int]]
) -> None:
    judged(changed(content(sample_folder, suffix), changes))
