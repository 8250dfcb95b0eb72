"""Small files of every kind, made here."""

from __future__ import annotations

from tests.packing import packed

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 40
HEIC = b"\0\0\0\x18ftypheic" + b"\0" * 40
WORD_TYPES = b'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
MACRO_TYPES = (
    b'<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
)


def archive(**members: bytes) -> bytes:
    """A zip; in names ``__`` stands for a slash and ``_dot_`` for a dot."""
    return packed({name.replace("__", "/").replace("_dot_", "."): data for name, data in members.items()})


def nested(levels: int) -> bytes:
    """A zip with so many zips in one another."""
    content = packed({"一.txt": b"x"})
    for _ in range(levels):
        content = packed({"内.zip": content})
    return content


def office(types: bytes = WORD_TYPES, main: str = "word/document.xml", **more: bytes) -> bytes:
    return packed(
        {"[Content_Types].xml": types, main: b"<document/>"}
        | {name.replace("__", "/").replace("_dot_", "."): data for name, data in more.items()}
    )


def compound(*names: str) -> bytes:
    """The beginning of an old Office file, with the names of its directory."""
    directory = b"".join(name.encode("utf-16-le").ljust(64, b"\0") + b"\0" * 64 for name in names)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + directory


def encrypted_zip() -> bytes:
    """A zip whose directory says that its member is encrypted."""
    content = bytearray(packed({"a.txt": b"secret"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(signature) + offset] |= 1
    return bytes(content)
