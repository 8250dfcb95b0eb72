"""What kind of file this is, by its content alone."""

from __future__ import annotations

from jingtu.errors import UnreadableDocumentError
from jingtu.knowledge.plantext.sources import archive, refusals
from jingtu.knowledge.plantext.sources.limits import LIMITS, Limits
from jingtu.knowledge.plantext.sources.model import SourceKind

_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AS_DOCX = "请用 Word 或 WPS 另存为 .docx 后再上传。"
# (first bytes, what it is, what to do)
_OTHERS: tuple[tuple[bytes, str, str], ...] = (
    (b"{\\rtf", "这是 RTF 文件", _SAVE_AS_DOCX),
    (b"Rar!\x1a", "这是 RAR 压缩包", "请解压后上传其中的文件。"),
    (b"7z\xbc\xaf\x27\x1c", "这是 7z 压缩包", "请解压后上传其中的文件。"),
    (b"\x1f\x8b", "这是 gzip 压缩包", "请解压后上传其中的文件。"),
    (b"MZ", "这是程序文件", "请上传 Word、PDF 或文本文件。"),
    (b"\x7fELF", "这是程序文件", "请上传 Word、PDF 或文本文件。"),
)
_PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
# Some producers put a comment or a mark before the header; readers accept it within the first kilobyte.
_PDF_HEADER_WITHIN = 1024


def kind_of(data: bytes, limits: Limits = LIMITS) -> SourceKind:
    """Which reader a file's content asks for.

    Raises
    ------
    UnreadableDocumentError
        ``empty``, ``encrypted``, ``image_only``, ``unknown_type``, and what the check of an archive
        finds: ``damaged`` and ``too_large``.

    Examples
    --------
    >>> kind_of(b"%PDF-1.7 ..."), kind_of("土壤".encode())
    ('pdf', 'txt')
    """
    if not data.strip(b"\0 \t\r\n"):
        raise refusals.empty("文件")
    if data.startswith(_COMPOUND_FILE):
        raise _compound_file(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        archive.check_is_word(data, limits)
        return "docx"
    if b"%PDF-" in data[:_PDF_HEADER_WITHIN]:
        return "pdf"
    if data.startswith(_PICTURES):
        raise refusals.image_only("这是图片文件，")
    for start, found, advice in _OTHERS:
        if data.startswith(start):
            raise refusals.unknown_type(found, advice)
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html")) or b"<html" in head:
        raise refusals.unknown_type(
            "这是网页文件", "请在浏览器中打开，复制正文到 Word 保存为 .docx 后再上传。"
        )
    if head.startswith((b"mime-version:", b"<?xml")):
        raise refusals.unknown_type("这是网页或 XML 格式的文件", _SAVE_AS_DOCX)
    return "txt"


def _compound_file(data: bytes) -> UnreadableDocumentError:
    """Binary Word and WPS files, and the wrapper that a password puts around a ``.docx``."""
    if "EncryptedPackage".encode("utf-16-le") in data or "EncryptionInfo".encode("utf-16-le") in data:
        return refusals.encrypted("Word 文件")
    return refusals.unknown_type("这是旧的二进制格式（.doc、.wps 等）", _SAVE_AS_DOCX)
