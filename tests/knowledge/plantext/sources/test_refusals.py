"""A file that cannot be read is refused with one Chinese sentence that says why and what to do."""

from __future__ import annotations

import dataclasses
import io
import re
import struct
import zlib
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import DictionaryObject, NameObject, NumberObject, StreamObject
from tests.packing import packed

from jingtu.errors import NotFoundError, UnreadableDocumentError
from jingtu.knowledge.plantext.sources import LIMITS, read_bytes, read_source

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def refusal(data: bytes, **limits: int) -> UnreadableDocumentError:
    with pytest.raises(UnreadableDocumentError) as caught:
        read_bytes(data, dataclasses.replace(LIMITS, **limits))
    message = caught.value.message
    assert re.search(r"[\u4e00-\u9fff]", message)
    assert message.endswith("。")
    # Nothing of the machinery may show: no class, no part name, no position.
    assert not re.search(r"Error|Exception|Traceback|xml|0x|line \d", message)
    return caught.value


def reason(data: bytes, **limits: int) -> str:
    return refusal(data, **limits).facts["reason"]


def pdf_of(pages: int = 1, content: bytes = b"", extra: dict[str, bytes] | None = None) -> bytes:
    """A PDF made by hand: pages that share one content stream, and named forms they may draw."""
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        page = writer.add_blank_page(200, 200)
        if content:
            stream = StreamObject()
            stream.set_data(content)
            page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
        forms = DictionaryObject()
        for name, drawn in (extra or {}).items():
            form = StreamObject()
            form.set_data(drawn)
            form[NameObject("/Type")] = NameObject("/XObject")
            form[NameObject("/Subtype")] = NameObject("/Form")
            form[NameObject("/BBox")] = pypdf.generic.ArrayObject(NumberObject(n) for n in (0, 0, 9, 9))
            form[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): forms})
            forms[NameObject(name)] = writer._add_object(form)
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): forms})
    stored = io.BytesIO()
    writer.write(stored)
    return stored.getvalue()


@pytest.mark.parametrize("data", [b"", b"\0\0\0", b" \r\n\t", "\ufeff　\n".encode()])
def test_empty(data: bytes) -> None:
    assert reason(data) == "empty"


@pytest.mark.parametrize(
    ("data", "advice"),
    [
        (OLE + b"WordDocument", "另存为 .docx"),
        (b"{\\rtf1\\ansi", "另存为 .docx"),
        (b"<!DOCTYPE html><html><body>", "复制正文到 Word"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "另存为 .docx"),
        (b"Rar!\x1a\x07\0", "解压"),
        (b"7z\xbc\xaf\x27\x1c", "解压"),
        (b"\x1f\x8b\x08\0\0", "解压"),
        (b"MZ\x90\0", "上传 Word"),
        (bytes(range(256)) * 4, "上传 Word"),
        (packed({"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<a/>"}), "上传计划文本"),
        (packed({"[Content_Types].xml": b"<a/>", "ppt/presentation.xml": b"<a/>"}), "上传计划文本"),
        (packed({"OFD.xml": b"<a/>"}), "另存为 PDF"),
        (packed({"mimetype": b"", "content.xml": b"<a/>"}), "另存为 .docx"),
        (packed({"计划.doc": b"abc"}), "解压"),
    ],
)
def test_other_kinds_say_what_to_do_instead(data: bytes, advice: str) -> None:
    error = refusal(data)
    assert error.facts["reason"] == "unknown_type"
    assert advice in error.message


def test_the_name_of_a_file_decides_nothing(tmp_path: Path) -> None:
    path = tmp_path / "计划.pdf"
    path.write_text("一、总体要求", encoding="gbk")
    assert read_source(path).kind == "txt"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        read_source(tmp_path / "没有.docx")


def test_passwords(sample_folder: Path) -> None:
    assert reason(OLE + "EncryptedPackage".encode("utf-16-le")) == "encrypted"
    writer = pypdf.PdfWriter(clone_from=sample_folder / "示例县2024年度土壤污染防治工作计划.pdf")
    writer.encrypt("password", algorithm="RC4-128")
    locked = io.BytesIO()
    writer.write(locked)
    assert reason(locked.getvalue()) == "encrypted"


def test_a_pdf_that_only_forbids_copying_is_read(sample_folder: Path) -> None:
    path = sample_folder / "示例县2024年度土壤污染防治工作计划.pdf"
    writer = pypdf.PdfWriter(clone_from=path)
    writer.encrypt("", owner_password="owner", algorithm="RC4-128")
    stored = io.BytesIO()
    writer.write(stored)
    assert read_bytes(stored.getvalue()).blocks == read_source(path).blocks


def test_pictures() -> None:
    assert reason(b"\x89PNG\r\n\x1a\n" + b"\0" * 50) == "image_only"
    assert reason(b"\xff\xd8\xff\xe0" + b"\0" * 50) == "image_only"


def test_a_scan_has_no_text_layer() -> None:
    writer = pypdf.PdfWriter()
    picture = StreamObject()
    picture.set_data(b"\x80" * 100)
    for name, value in (("/Width", 10), ("/Height", 10), ("/BitsPerComponent", 8)):
        picture[NameObject(name)] = NumberObject(value)
    picture[NameObject("/Type")] = NameObject("/XObject")
    picture[NameObject("/Subtype")] = NameObject("/Image")
    picture[NameObject("/ColorSpace")] = NameObject("/DeviceGray")
    place = writer._add_object(picture)
    for _ in range(3):
        page = writer.add_blank_page(595, 842)
        content = StreamObject()
        content.set_data(b"q 595 0 0 842 0 0 cm /Im Do Q")
        page[NameObject("/Contents")] = writer._add_object(content)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/XObject"): DictionaryObject({NameObject("/Im"): place})}
        )
    stored = io.BytesIO()
    writer.write(stored)
    assert reason(stored.getvalue()) == "image_only"


def test_a_pdf_without_a_word_is_empty() -> None:
    assert reason(pdf_of(pages=2)) == "empty"


@pytest.mark.parametrize("suffix", ["docx", "pdf"])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.7, 0.95])
def test_a_file_cut_short(sample_folder: Path, suffix: str, share: float) -> None:
    data = (sample_folder / f"示例县2024年度土壤污染防治工作计划.{suffix}").read_bytes()
    assert reason(data[: int(len(data) * share)]) in {"damaged", "empty"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<w:document",
        b"<a/>",
        b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b"<a>" * 100_000 + b"</a>" * 100_000,
    ],
)
def test_a_word_file_whose_body_is_no_document(body: bytes) -> None:
    data = packed({"[Content_Types].xml": b"<a/>", "word/document.xml": body})
    assert reason(data) == "damaged"


def test_tables_nested_without_end(make_docx) -> None:
    deep = 3_000
    body = "<w:tbl><w:tr><w:tc>" * deep + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * deep
    assert reason(make_docx(body)) == "damaged"


def test_entities_are_not_opened() -> None:
    laughs = b"<!DOCTYPE l [<!ENTITY a 'ha'>" + b"".join(
        b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
    )
    data = packed({"[Content_Types].xml": b"<a/>", "word/document.xml": laughs + b"]><l>&j;</l>"})
    assert reason(data) == "damaged"


class TestBombs:
    def test_a_file_over_the_limit(self) -> None:
        assert reason(b"a" * 1001, file_bytes=1000) == "too_large"

    def test_too_many_parts(self) -> None:
        files = {f"word/{n}": b"" for n in range(50)} | {"[Content_Types].xml": b""}
        assert reason(packed(files), archive_entries=20) == "too_large"

    def test_a_part_that_inflates_beyond_reason(self) -> None:
        files = {"[Content_Types].xml": b"<a/>", "word/document.xml": b" " * 30_000_000}
        data = packed(files)
        assert len(data) < 100_000
        assert reason(data) == "too_large"

    def test_a_directory_that_lies_about_the_size(self) -> None:
        data = bytearray(packed({"[Content_Types].xml": b"<a/>", "word/document.xml": b" " * 5_000_000}))
        true_size = struct.pack("<I", 5_000_000)
        assert data.count(true_size) == 2
        lied = bytes(data).replace(true_size, struct.pack("<I", 1000))
        assert reason(lied, part_bytes=1_000_000) in {"damaged", "too_large"}

    def test_all_parts_together(self) -> None:
        files = {f"word/{n}": bytes([65 + n]) * 900_000 for n in range(5)} | {"[Content_Types].xml": b""}
        assert reason(packed(files), archive_bytes=2_000_000) == "too_large"

    def test_more_words_than_any_plan(self, make_docx) -> None:
        body = f"<w:p><w:r><w:t>{'土' * 2000}</w:t></w:r></w:p>"
        assert reason(make_docx(body), characters=1000) == "too_large"
        assert reason(("土" * 2000).encode(), characters=1000) == "too_large"

    def test_too_many_pages(self) -> None:
        assert reason(pdf_of(pages=12), pdf_pages=10) == "too_large"

    def test_a_stream_that_inflates_beyond_reason(self) -> None:
        bomb = pdf_of(content=b" " * 20_000_000)
        assert len(bomb) < 100_000
        assert reason(bomb, pdf_inflated_bytes=10_000_000) == "too_large"

    def test_a_stream_within_a_stream(self) -> None:
        packed = zlib.compress(zlib.compress(b" " * 50_000_000, 9), 9)
        data = (
            b"%PDF-1.4\n1 0 obj <</Filter[/FlateDecode/FlateDecode]/Length "
            + str(len(packed)).encode()
            + b">>stream\n"
            + packed
            + b"\nendstream endobj\n"
        )
        assert reason(data, pdf_inflated_bytes=10_000_000) == "too_large"

    def test_forms_that_draw_each_other_without_end(self) -> None:
        """Ten forms, each drawing the next ten times: ten thousand million characters in 2 kB."""
        forms = {f"/F{n}": b"/F%d Do " % (n + 1) * 10 for n in range(10)}
        forms["/F10"] = b"0 0 5 5 re f "
        assert reason(pdf_of(content=b"/F0 Do", extra=forms), pdf_page_objects=3_000) == "too_large"

    def test_a_form_that_draws_itself(self) -> None:
        data = pdf_of(content=b"/F0 Do", extra={"/F0": b"/F0 Do"})
        assert reason(data, pdf_page_objects=3_000) in {"too_large", "damaged", "empty"}
