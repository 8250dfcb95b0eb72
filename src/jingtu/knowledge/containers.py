"""Zip containers (``.docx``, ``.xlsx``, ``.ofd``, ``.zip``) from outside, opened with distrust.

The directory is judged before anything is inflated, and every part is held to the limits again while
it is inflated, because a directory can lie. Nothing is ever written under a name found in a container.
"""

from __future__ import annotations

import io
import lzma
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import TracebackType
from typing import IO, ClassVar, Self

from jingtu.errors import InputError

_BAD_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    IndexError,
    RuntimeError,  # a password is asked for; a method that this machine cannot inflate
)
_CHUNK = 1024 * 1024
_MIB = 1024 * 1024
_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_LOCAL_HEADER = 30
# A directory takes 46 bytes an entry and the name; longer than this on average is no honest name.
_DIRECTORY_BYTES_AN_ENTRY = 1024
_ADVICE = {
    "damaged": "请重新保存后再上传。",
    "too_many": "请删去图片和无关内容后再上传。",
    "too_large": "请删去图片和无关内容后再上传。",
    "bomb": "请由原文件重新生成后再上传。",
    "encrypted": "请去掉密码后再上传。",
    "hostile": "请重新打包后再上传。",
    "nested": "请解压后分别上传。",
}


@dataclass(frozen=True, slots=True)
class ContainerLimits:
    """How far a container is believed. Properties of this program (memory, time), not of the law.

    Parameters
    ----------
    entries : int
        Most parts, folders included.
    total_bytes : int
        All parts inflated, those of nested containers included, in bytes.
    entry_bytes : int
        One part inflated when it is read, and all nested containers that are looked into, in bytes.
    ratio : int
        Most bytes inflated from one byte packed.
    ratio_from : int
        Parts of fewer bytes cannot hurt whatever their ratio is.
    nesting : int, optional
        How many containers may stand in one another; each is judged like the outer one. ``None``
        leaves parts that are containers closed: for callers that never open one.
    rooted_names : bool
        Names may begin with a slash, as some writers of Office files have them.

    Examples
    --------
    >>> ContainerLimits(entries=2000, total_bytes=400 * 1024**2).ratio
    200
    """

    entries: int
    total_bytes: int
    entry_bytes: int = 64 * _MIB
    # Office XML deflates 10 to 40 times; a table of ten thousand equal rows reaches 150.
    ratio: int = 200
    ratio_from: int = 10 * _MIB
    nesting: int | None = None
    rooted_names: bool = False


class ContainerError(InputError):
    """A container that is not read.

    ``facts["reason"]`` is ``damaged``, ``too_many``, ``too_large``, ``bomb``, ``encrypted``, ``hostile``
    (a name that climbs out of its folder) or ``nested``; ``facts["what"]`` says it in words without a
    subject, ``advice`` what to do: callers put the name of the file before them.
    """

    code: ClassVar[str] = "bad_container"
    title: ClassVar[str] = "压缩文件无法读取"

    @property
    def reason(self) -> str:
        return str(self.facts.get("reason", "damaged"))

    @property
    def what(self) -> str:
        return str(self.facts.get("what", self.message))

    @property
    def advice(self) -> str:
        return _ADVICE[self.reason]


def _error(reason: str, what: str) -> ContainerError:
    return ContainerError(f"文件{what}，{_ADVICE[reason]}", reason=reason, what=what)


def is_container(start: bytes) -> bool:
    r"""Whether the first four bytes are those of a zip container.

    Examples
    --------
    >>> is_container(b"PK\x03\x04..."), is_container(b"%PDF-1.7")
    (True, False)
    """
    return start.startswith(_STARTS)


class Container:
    """The parts of a zip container, each inflated only when asked for and only as far as allowed.

    Parameters
    ----------
    stream : binary file
        Seekable; it stays open and belongs to the caller.
    limits : ContainerLimits
        How far it is believed.

    Raises
    ------
    ContainerError
        The container breaks a limit, is damaged or encrypted, or has names that climb.

    Examples
    --------
    >>> stream = io.BytesIO()
    >>> with zipfile.ZipFile(stream, "w") as made:
    ...     made.writestr("word/document.xml", "<a/>")
    >>> with Container(stream, ContainerLimits(entries=10, total_bytes=1000)) as container:
    ...     container.names, container.read("word/document.xml"), container.read("nothing.xml")
    (('word/document.xml',), b'<a/>', None)
    """

    def __init__(self, stream: IO[bytes], limits: ContainerLimits) -> None:
        self._limits = limits
        bounded = _Bounded(stream, max(_CHUNK, limits.entries * _DIRECTORY_BYTES_AN_ENTRY))
        try:
            self._zip = zipfile.ZipFile(bounded)
        except _DirectoryTooLongError as error:
            raise self._too_many() from error
        except _BAD_ZIP as error:
            raise _damaged() from error
        found = self._zip.infolist()
        self._judge(found)
        self._entries = {_plain(entry).lstrip("/"): entry for entry in found}
        if len(self._entries) < len(found):
            # Two parts of one name: each program would take another one of them.
            raise _damaged()
        self._left = limits.total_bytes - sum(entry.file_size for entry in found)
        self._room = limits.entry_bytes
        self._nested: tuple[str, ...] = ()
        if limits.nesting is not None:
            self._look_inside(limits.nesting)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all parts in the order of the directory, with ``/`` between folders."""
        return tuple(self._entries)

    @property
    def nested_names(self) -> tuple[str, ...]:
        """Names of the parts of nested containers; empty unless ``nesting`` allows a look inside."""
        return self._nested

    def read(self, name: str) -> bytes | None:
        """A part inflated, whole and with its checksum verified; ``None`` where there is none."""
        entry = self._entries.get(name)
        return None if entry is None else b"".join(self._chunks(entry, self._limits.entry_bytes))

    def _judge(self, entries: list[zipfile.ZipInfo]) -> None:
        limits = self._limits
        if len(entries) > limits.entries:
            raise self._too_many()
        if sum(entry.file_size for entry in entries) > limits.total_bytes:
            raise self._too_large(limits.total_bytes)
        end = 0
        for entry in sorted(entries, key=lambda entry: entry.header_offset):
            if entry.flag_bits & 0x1:
                raise _error("encrypted", "已加密，无法查验")
            if entry.file_size > limits.ratio_from and entry.file_size > limits.ratio * entry.compress_size:
                raise _bomb()
            # Parts that share packed bytes: a small file that claims the same bytes many times over.
            if entry.compress_size and entry.header_offset < end:
                raise _bomb()
            end = max(end, entry.header_offset + _LOCAL_HEADER + entry.compress_size)
            if self._climbs(entry):
                raise _error("hostile", "内含不规范的文件路径")

    def _climbs(self, entry: zipfile.ZipInfo) -> bool:
        name = _plain(entry)
        rooted = name.startswith("/") and not self._limits.rooted_names
        # The library cuts a name at its NUL; what stood behind it is a second name for others.
        hidden = "\0" in entry.orig_filename
        return rooted or hidden or ".." in name.split("/") or name[1:2] == ":"

    def _look_inside(self, levels: int) -> None:
        names: list[str] = []
        for entry in self._entries.values():
            if entry.is_dir() or not self._starts_a_container(entry):
                continue
            if not levels:
                raise _error("nested", "内有压缩包层层嵌套")
            with tempfile.SpooledTemporaryFile(max_size=8 * _MIB) as unpacked:
                for chunk in self._chunks(entry, self._room):
                    unpacked.write(chunk)
                self._room -= unpacked.tell()
                limits = replace(
                    self._limits, total_bytes=self._left, entry_bytes=self._room, nesting=levels - 1
                )
                with Container(unpacked, limits) as inner:
                    self._left, self._room = inner._left, inner._room
                    names += (*inner.names, *inner.nested_names)
        self._nested = tuple(names)

    def _starts_a_container(self, entry: zipfile.ZipInfo) -> bool:
        try:
            with self._zip.open(entry) as part:
                return is_container(part.read(4))
        except NotImplementedError:
            # A packing method that this library does not know: nothing here will ever inflate it.
            return False
        except _BAD_ZIP as error:
            raise _damaged() from error

    def _chunks(self, entry: zipfile.ZipInfo, most: int) -> Iterator[bytes]:
        size = 0
        try:
            with self._zip.open(entry) as part:
                while chunk := part.read(_CHUNK):
                    size += len(chunk)
                    if size > most:
                        raise self._too_large(most)
                    yield chunk
        except _BAD_ZIP as error:
            raise _damaged() from error

    def _too_many(self) -> ContainerError:
        return _error("too_many", f"内含文件超过 {self._limits.entries} 个")

    def _too_large(self, most: int) -> ContainerError:
        return _error("too_large", f"解压后过大（超过 {max(most // _MIB, 1)} MB）")


class _DirectoryTooLongError(Exception):
    """More of the file was asked for at once than any honest directory needs."""


class _Bounded:
    """A file that hands out no more at once than the directory of the most entries takes.

    The library lays out the whole directory before its entries can be counted; a file of 40 MB can
    name a million of them.
    """

    def __init__(self, stream: IO[bytes], most: int) -> None:
        self._stream, self._most = stream, most

    def read(self, size: int = -1) -> bytes:
        if size > self._most:
            raise _DirectoryTooLongError
        found = self._stream.read(size if size >= 0 else self._most + 1)
        if len(found) > self._most:
            raise _DirectoryTooLongError
        return found

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def seekable(self) -> bool:
        return True


def _damaged() -> ContainerError:
    return _error("damaged", "已损坏或不完整，无法打开")


def _bomb() -> ContainerError:
    return _error("bomb", "压缩比异常，疑似恶意文件")


def _plain(entry: zipfile.ZipInfo) -> str:
    return entry.filename.replace("\\", "/")
