"""What kind of file this is, by its content alone; what is not on the list is refused.

The name of an uploaded file and the type its browser claims are not looked at.
"""

from __future__ import annotations

import csv
import functools
import io
import mmap
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from jingtu.knowledge.containers import Container, ContainerError, ContainerLimits, is_container
from jingtu.platform.evidence.refusals import RefusedFileError, refuse

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")
# Townships hand in archives of archives of documents; whatever lies deeper was not packed by a person.
_LIMITS = ContainerLimits(entries=5000, total_bytes=2 * 1024**3, entry_bytes=256 * 1024**2, nesting=3)
_TEXT_SAMPLE = 64 * 1024
_MARKUP = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"<head", b"<body", b"<iframe", b"<!--")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is kept."""

    id: str
    media_type: str
    extensions: tuple[str, ...]
    label: str


def _rows(name: str) -> list[dict[str, str]]:
    file = resources.files(__package__) / "data" / name
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))


@functools.cache
def kinds() -> dict[str, Kind]:
    """Kinds that are kept, by id."""
    return {
        row["id"]: Kind(row["id"], row["media_type"], tuple(row["extensions"].split("|")), row["label"])
        for row in _rows("media_types.csv")
    }


@functools.cache
def accepted_words() -> str:
    """The kinds that are kept, as a phrase for a person."""
    return "、".join(kind.label for kind in kinds().values())


@functools.cache
def _refused_members() -> dict[str, str]:
    return {row["extension"]: row["why"] for row in _rows("refused_members.csv")}


def kind_of(path: Path, shown: str) -> Kind:
    """The kind of a file on disk.

    Parameters
    ----------
    path : Path
        Where the bytes are.
    shown : str
        Name of the file for messages.

    Raises
    ------
    RefusedFileError
        The kind is not kept, or the content is damaged, encrypted, holds macros or would not stop
        growing when unpacked.
    """
    with path.open("rb") as stream:
        head = stream.read(_TEXT_SAMPLE)
    if not head:
        raise refuse("empty", f"“{shown}”是空文件，请核对后重新上传。", shown)
    if b"%PDF-" in head[:1024]:
        return _pdf(path, shown)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return kinds()["png"]
    if head.startswith(b"\xff\xd8\xff"):
        return kinds()["jpeg"]
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return kinds()["heic"]
    if is_container(head):
        return _archive(path, shown)
    if head.startswith(_COMPOUND):
        return _compound(path, shown)
    if _is_text(head):
        return kinds()["text"]
    raise refuse("unknown_type", f"“{shown}”的类型不在接收范围内；可上传：{accepted_words()}。", shown)


def _pdf(path: Path, shown: str) -> Kind:
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - 4096))
        if b"%%EOF" not in stream.read():
            raise refuse("damaged", f"“{shown}”不完整，可能上传或下载时中断，请重新保存后上传。", shown)
    return kinds()["pdf"]


def _archive(path: Path, shown: str) -> Kind:
    try:
        with path.open("rb") as stream, Container(stream, _LIMITS) as container:
            names = container.names
            _check_names((*names, *container.nested_names), shown)
            content_types = container.read("[Content_Types].xml")
    except ContainerError as error:
        raise _refused(error, shown) from error
    if content_types:
        lower = {name.lower() for name in names}
        if b"macroEnabled" in content_types or any("vbaproject" in name for name in lower):
            raise refuse("macros", f"“{shown}”含有宏，请另存为不带宏的 .docx 或 .xlsx 后上传。", shown)
        if any(name.startswith(("xl/macrosheets/", "xl/dialogsheets/")) for name in lower):
            raise refuse("macros", f"“{shown}”含有宏表，请另存为不带宏的 .xlsx 后上传。", shown)
        if any(name.startswith("word/") for name in names):
            return kinds()["docx"]
        if any(name.startswith("xl/") for name in names):
            return kinds()["xlsx"]
        raise refuse("unknown_type", f"“{shown}”的类型不在接收范围内；可上传：{accepted_words()}。", shown)
    if "OFD.xml" in names:
        return kinds()["ofd"]
    return kinds()["zip"]


def _refused(error: ContainerError, shown: str) -> RefusedFileError:
    reason = "bomb" if error.reason in ("too_many", "too_large", "nested") else error.reason
    return refuse(reason, f"“{shown}”{error.what}，{error.advice}", shown)


def _check_names(names: Iterable[str], shown: str) -> None:
    for name in names:
        extension = name.rsplit(".", 1)[-1].lower() if "." in name else ""
        if why := _refused_members().get(extension):
            raise refuse("hostile", f"“{shown}”内含{why}（.{extension}），请去掉后重新打包上传。", shown)


def _compound(path: Path, shown: str) -> Kind:
    """An old Office file: the names in its directory are UTF-16 and tell what it is."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:

        def holds(name: str) -> bool:
            return content.find(name.encode("utf-16-le") + b"\0\0") >= 0

        if holds("EncryptedPackage"):
            raise refuse("encrypted", f"“{shown}”已加密，无法查验，请去掉密码后上传。", shown)
        if holds("_VBA_PROJECT"):
            raise refuse("macros", f"“{shown}”含有宏，请另存为不带宏的 .docx 或 .xlsx 后上传。", shown)
        if holds("WordDocument"):
            return kinds()["doc"]
        if holds("Workbook") or holds("Book"):
            return kinds()["xls"]
    raise refuse("unknown_type", f"“{shown}”的类型不在接收范围内；可上传：{accepted_words()}。", shown)


def _is_text(head: bytes) -> bool:
    """Text in an encoding of Chinese offices, that no browser could take for a page."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head[: len(head) // 2 * 2].decode("utf-16", errors="replace")
    else:
        if b"\0" in head:
            return False
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                # The sample may cut the last character in two.
                text = (
                    head.decode(encoding)
                    if len(head) < _TEXT_SAMPLE
                    else head[:-4].decode(encoding, "ignore")
                )
                break
            except UnicodeDecodeError:
                continue
        else:
            return False
    odd = sum(1 for sign in text if ord(sign) < 32 and sign not in "\t\r\n\f\x1b")
    start = text.lstrip("\ufeff \t\r\n")[:200].lower().encode()
    return odd == 0 and "\ufffd" not in text and not start.startswith(_MARKUP)
