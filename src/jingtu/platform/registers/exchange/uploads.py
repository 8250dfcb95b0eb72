"""Uploaded lists between preview and confirmation: kept in the data folder, for the one who uploaded them."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from jingtu.errors import InputError, NotFoundError
from jingtu.platform.people.models import User

_KEEP_SECONDS = 7 * 24 * 3600
_KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded list: ``key`` finds it again, for its owner alone.

    ``columns``: which heading is which field, once the owner has said so; ``said``: all that was said of it.
    """

    key: str
    path: Path
    name: str
    columns: Mapping[str, str] | None = None
    said: Mapping[str, Any] | None = None


def keep(stream: BinaryIO, name: str, owner: User) -> Upload:
    """Keep an upload for a week at most.

    Raises
    ------
    InputError
        It is larger than this installation takes.
    """
    folder = _folder()
    _forget_old(folder)
    digest = hashlib.sha256(owner.uid.bytes)
    partial = folder / f"{os.getpid()}-{time.monotonic_ns()}.part"
    size = 0
    with partial.open("xb") as target:
        while part := stream.read(1 << 20):
            size += len(part)
            if size > settings.UPLOAD_BYTES:
                target.close()
                partial.unlink()
                raise InputError(
                    f"“{name}”超过 {settings.CONFIG.upload_mib} MB，没有上传；请拆分后再传。", value=name
                )
            digest.update(part)
            target.write(part)
    key = digest.hexdigest()
    path = folder / f"{key}.table"
    partial.chmod(0o600)
    partial.replace(path)
    safe = re.sub(r"[\x00-\x1f/\\]", "", name)[-120:] or "清单"
    (folder / f"{key}.json").write_text(json.dumps({"name": safe, "owner": str(owner.uid)}), encoding="utf-8")
    return Upload(key, path, safe)


def find(key: str, owner: User) -> Upload:
    """A kept upload; raises ``NotFoundError`` for another's, and where it is gone."""
    missing = NotFoundError("上传的文件已经清理或不属于您，请重新上传。")
    if not _KEY.fullmatch(key):
        raise missing
    folder = _folder()
    try:
        facts = json.loads((folder / f"{key}.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise missing from error
    path = folder / f"{key}.table"
    if facts["owner"] != str(owner.uid) or not path.exists():
        raise missing
    return Upload(key, path, facts["name"], facts.get("columns"), facts.get("said"))


def choose(upload: Upload, columns: Mapping[str, str] | None, owner: User) -> Upload:
    """Keep with an upload what its owner says of its columns; ``None``: back to what the table itself says."""
    facts = {"name": upload.name, "owner": str(owner.uid)}
    partial = upload.path.with_suffix(f".{os.getpid()}-{time.monotonic_ns()}.part")
    content = facts if columns is None else facts | {"columns": dict(columns)}
    partial.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    partial.replace(upload.path.with_suffix(".json"))
    return Upload(upload.key, upload.path, upload.name, columns)


def explain(upload: Upload, said: Mapping[str, Any] | None, owner: User) -> Upload:
    """Keep with an upload all that its owner says about its table; ``None``: nothing any more."""
    facts: dict[str, Any] = {"name": upload.name, "owner": str(owner.uid)}
    partial = upload.path.with_suffix(f".{os.getpid()}-{time.monotonic_ns()}.part")
    content = facts if said is None else facts | {"said": dict(said)}
    partial.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    partial.replace(upload.path.with_suffix(".json"))
    return Upload(upload.key, upload.path, upload.name, None, said)


def forget(upload: Upload) -> None:
    """Delete a kept upload once it is imported."""
    upload.path.unlink(missing_ok=True)
    upload.path.with_suffix(".json").unlink(missing_ok=True)


def _folder() -> Path:
    folder: Path = settings.CONFIG.data_path / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _forget_old(folder: Path) -> None:
    limit = time.time() - _KEEP_SECONDS
    for path in folder.iterdir():
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
