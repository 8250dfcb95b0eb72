"""The compressed streams of a PDF, measured before anything is parsed."""

from __future__ import annotations

import io
import re
import zlib

from jingtu.knowledge.plantext.sources import refusals
from jingtu.knowledge.plantext.sources.limits import LIMITS, Limits

_WHAT = "PDF 文件"
_STREAM = re.compile(rb"stream\r?\n")
_FLATE = re.compile(rb"/(?:FlateDecode|Fl)\b")
_LZW = re.compile(rb"/(?:LZWDecode|LZW)\b")
_PICTURE = re.compile(rb"/Subtype\s*/Image\b")
# How far back from its content the dictionary of a stream is looked for.
_DICTIONARY = 600
_STEP = 1024 * 1024
# Streams in the old LZW code are decoded byte by byte; nobody writes large ones any more.
_LZW_BYTES = 2 * 1024 * 1024


def check(data: bytes, limits: Limits = LIMITS) -> None:
    r"""Refuse a PDF whose streams inflate beyond the limits; pictures are never inflated and not counted.

    Raises
    ------
    UnreadableDocumentError
        With reason ``too_large``.

    Examples
    --------
    >>> check(b"<</Filter/FlateDecode>>stream\n" + zlib.compress(b"BT (1) Tj ET") + b"\nendstream")
    """
    left = limits.pdf_inflated_bytes
    for match in _STREAM.finditer(data):
        if data[max(match.start() - 3, 0) : match.start()] == b"end":
            continue
        dictionary = data[max(match.start() - _DICTIONARY, 0) : match.start()]
        dictionary = dictionary[dictionary.rfind(b" obj") + 1 :]
        if _PICTURE.search(dictionary):
            continue
        if _LZW.search(dictionary):
            end = data.find(b"endstream", match.end())
            if end - match.end() > _LZW_BYTES:
                raise refusals.too_large(_WHAT, "内容解压后过大")
        left -= _inflated(data, match.end(), left, depth=len(_FLATE.findall(dictionary)))


def _inflated(data: bytes, start: int, left: int, depth: int) -> int:
    """How many bytes a zlib stream at ``start`` gives; streams within streams are followed."""
    if len(data) < start + 2 or data[start] & 0x0F != 8 or (data[start] << 8 | data[start + 1]) % 31:
        return 0
    inflater = zlib.decompressobj()
    total = 0
    inner: list[bytes] = []
    position = start
    pending = b""
    while not inflater.eof:
        if not pending:
            pending = data[position : position + _STEP]
            position += _STEP
            if not pending:
                break
        try:
            piece = inflater.decompress(pending, _STEP)
        except zlib.error:
            break
        pending = inflater.unconsumed_tail
        total += len(piece)
        if depth > 1:
            inner.append(piece)
        if total > left:
            raise refusals.too_large(_WHAT, "内容解压后过大")
    if depth > 1:
        total += _inflated(b"".join(inner), 0, left - total, depth - 1)
    return total


def without_security(data: bytes) -> bytes:
    """A PDF that opens without a password, but is encrypted against copying, rewritten in the clear.

    Its streams could not be measured otherwise. A file that does need a password comes back as it
    is, and the reader refuses it.
    """
    if b"/Encrypt" not in data:
        return data
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise refusals.encrypted(_WHAT) from None
        return data
    try:
        plain = io.BytesIO()
        document.save(plain, flags=pypdfium2.raw.FPDF_REMOVE_SECURITY)
        return plain.getvalue()
    finally:
        document.close()
