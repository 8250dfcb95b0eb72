"""Bytes on disk under their SHA-256: written once, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from jingtu.platform.evidence.kinds import Kind, kind_of, kinds
from jingtu.platform.evidence.models import StoredFile
from jingtu.platform.evidence.refusals import refuse

CHUNK = 1024 * 1024
NAME_LENGTH = 160
ORPHAN_AGE_SECONDS = 24 * 3600
_INCOMING = "incoming"
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))}
)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')


def root() -> Path:
    """The folder of evidence files."""
    return Path(settings.MEDIA_ROOT)


def path_of(sha256: str) -> Path:
    """Where the bytes with this hash lie."""
    return root() / sha256[:2] / sha256[2:4] / sha256


def store(stream: BinaryIO, file_name: str) -> StoredFile:
    """Keep a file, once by its content.

    Parameters
    ----------
    stream : binary file
        Read in pieces; never held in memory as a whole.
    file_name : str
        As the browser said; for messages only.

    Returns
    -------
    StoredFile
        An existing one where the same bytes were kept before.

    Raises
    ------
    RefusedFileError
        Too large, empty, or of a kind that is not kept; nothing is left on disk.
    """
    shown = safe_name(file_name)
    incoming = root() / _INCOMING
    incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, temporary_name = tempfile.mkstemp(dir=incoming)
    temporary = Path(temporary_name)
    try:
        digest, size = hashlib.sha256(), 0
        with os.fdopen(descriptor, "wb") as out:
            while piece := stream.read(CHUNK):
                size += len(piece)
                if size > settings.UPLOAD_BYTES:
                    limit = settings.UPLOAD_BYTES // 1024**2
                    raise refuse("too_large", f"“{shown}”超过 {limit} MB，请压缩或拆分后再上传。", shown)
                digest.update(piece)
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        kind = kind_of(temporary, shown)
        sha256 = digest.hexdigest()
        final = path_of(sha256)
        if not final.exists():
            final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            temporary.chmod(0o600)
            temporary.replace(final)
            _sync_folder(final.parent)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()
    stored, _ = StoredFile.objects.get_or_create(
        sha256=sha256, defaults={"size": size, "media_type": kind.media_type}
    )
    return stored


def _sync_folder(folder: Path) -> None:
    """A new name survives a power cut only when its folder is synchronised as well."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_file(stored: StoredFile) -> BinaryIO:
    """The bytes of a stored file, for reading."""
    return path_of(stored.sha256).open("rb")


def check(stored: StoredFile) -> bool:
    """Whether the bytes on disk still have the hash under which they were kept."""
    path = path_of(stored.sha256)
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == stored.sha256


def safe_name(file_name: str, kind: Kind | None = None) -> str:
    """A file name that every system shows as it is: no folders, no control or direction signs.

    Parameters
    ----------
    file_name : str
        As the browser said.
    kind : Kind, optional
        Where the ending does not fit the content, the right one is added.

    Examples
    --------
    >>> safe_name("../临时/报告（终稿）.pdf")
    '报告（终稿）.pdf'
    >>> safe_name("收据.exe", kinds()["pdf"])
    '收据.exe.pdf'
    """
    name = unicodedata.normalize("NFC", file_name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(
        sign for sign in name if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    )
    name = " ".join(_FORBIDDEN.sub("_", name).split()).strip(". ")
    stem, dot, extension = name.rpartition(".")
    if not dot or not extension.isalnum() or len(extension) > 10:
        stem, extension = name, ""
    if not stem or stem.split(".")[0].strip().lower() in _RESERVED:
        stem = f"未命名{stem}" if stem else "未命名"
    if kind is not None and extension.lower() not in kind.extensions:
        stem, extension = (f"{stem}.{extension}" if extension else stem), kind.extensions[0]
    ending = f".{extension}" if extension else ""
    return _cut(stem, NAME_LENGTH - len(ending), 240 - len(ending.encode())) + ending


def _cut(text: str, signs: int, size: int) -> str:
    """The beginning of ``text`` within a number of signs and of UTF-8 bytes (file systems count these)."""
    return text[:signs].encode()[:size].decode("utf-8", "ignore")


def kind_by_media_type(media_type: str) -> Kind | None:
    """The kind that a stored file was found to be."""
    return next((kind for kind in kinds().values() if kind.media_type == media_type), None)


def orphans(now: float | None = None) -> Iterator[Path]:
    """Files on disk that no row knows, a day old at least: left by a broken upload or a rolled-back step."""
    now = now if now is not None else time.time()
    if not root().is_dir():
        return
    for path in sorted(root().rglob("*")):
        if not path.is_file() or now - path.stat().st_mtime < ORPHAN_AGE_SECONDS:
            continue
        in_place = re.fullmatch(r"[0-9a-f]{64}", path.name) and path == path_of(path.name)
        if path.parent.name == _INCOMING or (
            in_place and not StoredFile.objects.filter(sha256=path.name).exists()
        ):
            yield path


def sweep(now: float | None = None) -> int:
    """Delete orphans; returns how many. Files of unknown origin are left alone."""
    count = 0
    for path in list(orphans(now)):
        path.unlink(missing_ok=True)
        count += 1
    return count
