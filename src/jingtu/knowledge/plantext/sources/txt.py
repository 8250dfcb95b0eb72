"""Plain text in any encoding that Chinese offices use."""

from __future__ import annotations

import codecs
from itertools import pairwise

from charset_normalizer import from_bytes

from jingtu.knowledge.plantext.sources import refusals
from jingtu.knowledge.plantext.sources.limits import LIMITS, Limits
from jingtu.knowledge.plantext.sources.model import Paragraph, SourceDocument

# The longer mark first: that of UTF-32-LE begins with that of UTF-16-LE.
_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
# A text that came through a converter may have lost a byte; one in this many is forgiven.
_BYTES_A_FAULT = 2_000
# How much of a file is looked at to tell one encoding from another.
_SAMPLE = 200_000
_TEXT_CONTROLS = frozenset("\t\n\r\v\f\x1a\x1c\x1d\x1e\x1f\x85")


def read_txt(data: bytes, limits: Limits = LIMITS) -> SourceDocument:
    r"""Read a plain text: one paragraph for each physical line, empty lines kept.

    Parameters
    ----------
    data : bytes
        The file's content.
    limits : Limits
        ``characters`` is looked at.

    Returns
    -------
    SourceDocument
        Kind ``txt``; all paragraphs are ``hard_wrapped``, because a text file does not tell a line
        from a paragraph.

    Raises
    ------
    UnreadableDocumentError
        ``empty``, ``too_large``, or ``unknown_type`` where the bytes are no text.

    Examples
    --------
    >>> document = read_txt("一、总体要求\r\n\t到2024年底".encode("gb18030"))
    >>> [paragraph.text for paragraph in document.paragraphs()]
    ['一、总体要求', '\t到2024年底']
    """
    text = decode(data)
    if not text.strip("\ufeff\u200b \t\r\n\v\f\u3000\xa0"):
        raise refusals.empty("文本文件")
    if len(text) > limits.characters:
        raise refusals.too_large("文本文件", f"超过 {limits.characters // 10_000} 万字")
    return SourceDocument("txt", [Paragraph(line, hard_wrapped=True) for line in text.splitlines()])


def decode(data: bytes) -> str:
    """The text that bytes of an unknown Chinese encoding stand for.

    Byte order marks decide, then strict decoders from the least to the most permissive: UTF-8 does
    not accept other encodings by accident, GB 18030 and Big5 accept each other and are told apart by
    how common the characters are that they give.

    Raises
    ------
    UnreadableDocumentError
        With reason ``unknown_type``: no encoding makes text of these bytes.

    Examples
    --------
    >>> decode("土壤".encode("utf-16")), decode("污染防治工作計畫".encode("big5"))
    ('土壤', '污染防治工作計畫')
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            text = _lenient(data[len(mark) :], name)
            if text is not None and _is_text(text):
                return text
    text = _lenient(data, "utf-8") if b"\0" not in data[:_SAMPLE] else None
    if text is not None and _is_text(text):
        return text
    wide = _utf16_without_mark(data)
    if wide is not None:
        return wide
    if b"\0" not in data:
        candidates = [
            (_commonness(candidate, name), candidate)
            for name in ("gb18030", "big5hkscs")
            if (candidate := _lenient(data, name)) is not None and _is_text(candidate)
        ]
        best = max(candidates, default=None, key=lambda pair: pair[0])
        if best is not None and best[0] > 0.5:
            return best[1]
        guess = from_bytes(data[:_SAMPLE]).best()
        if guess is not None:
            text = _lenient(data, guess.encoding)
            if text is not None and _is_text(text):
                return text
    raise refusals.unknown_type(
        "这个文件不是能识别的文档", "请上传 Word（.docx）、带文字层的 PDF 或纯文本（.txt）。"
    )


def _lenient(data: bytes, encoding: str) -> str | None:
    """Decode, forgiving a cut last character and a rare lost byte; ``None`` when it does not fit."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if error.start < len(data) // 2 and len(data) < _BYTES_A_FAULT:
            return None
    except LookupError:
        return None
    text = data.decode(encoding, errors="replace")
    faults = text.count("\ufffd")
    # One lost byte spoils up to four characters of its neighbourhood.
    return text if faults <= 4 + 4 * (len(data) // _BYTES_A_FAULT) else None


def _is_text(text: str) -> bool:
    sample = text[:_SAMPLE]
    strange = sum(1 for char in sample if char < " " and char not in _TEXT_CONTROLS)
    private = sum(1 for char in sample if "\ue000" <= char <= "\uf8ff" or char >= "\U000e0000")
    return strange == 0 and private * 50 <= len(sample)


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 without a mark: right when line ends, digits or ideographs come out as such."""
    if len(data) < 4:
        return None
    best: tuple[float, str] | None = None
    for name in ("utf-16-le", "utf-16-be"):
        text = _lenient(data[: len(data) // 2 * 2], name)
        if text is None or not _is_text(text):
            continue
        sample = text[:_SAMPLE]
        known = sum(
            1
            for char in sample
            if "\u4e00" <= char <= "\u9fff" or " " <= char <= "~" or char in "\r\n\t，。、；：（）“”《》　"
        )
        ends = sum(1 for char in sample if char in "\n，。、 \r")
        share = known / len(sample)
        if share > 0.9 and ends and (best is None or share > best[0]):
            best = (share, text)
    return best[1] if best else None


def _commonness(text: str, encoding: str) -> float:
    """Share of the non-ASCII characters that stand in the first, common plane of their own encoding."""
    common = total = 0
    low, high = (0xB0, 0xD7) if encoding == "gb18030" else (0xA4, 0xC6)
    for char in text[:_SAMPLE]:
        if char < "\x80" or char == "\ufffd":
            continue
        raw = char.encode(encoding, errors="ignore")
        total += 1
        # Full-width punctuation stands in rows A1 to A3 of both encodings.
        if len(raw) == 2 and (low <= raw[0] <= high or 0xA1 <= raw[0] <= 0xA3) and raw[1] >= 0x40:
            common += 1
            if encoding == "gb18030" and raw[1] < 0xA1:
                common -= 1
    # Mojibake sets punctuation where no sentence has it.
    doubled = sum(1 for left, right in pairwise(text[:_SAMPLE]) if left in "，。、；" and right in "，。、；")
    return (common - doubled) / total if total else 1.0
