"""A backup file: one tar with the database, the evidence files, the heads of the ledger and a manifest.

The database is copied first, in one consistent view while others go on writing; evidence files are
named by their content and never changed, so whatever that view refers to is still there afterwards.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from jingtu.errors import InputError, JingtuError, NotConfiguredError

FORMAT = 1
DATABASE = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
HEADS = "ledger-heads.jsonl"
MANIFEST = "manifest.json"

Progress = Callable[[str], None]


def pack(target: Path, work: Path, *, evidence: Path, heads: Path, say: Progress) -> dict[str, Any]:
    """Write a backup; the target appears only when it is whole.

    Parameters
    ----------
    work : Path
        Empty folder for the copy of the database.
    evidence, heads : Path
        Folder of evidence files and file of ledger heads; either may be missing.

    Returns
    -------
    dict
        The manifest.
    """
    from django.db import connection

    say("复制数据库")
    database = work / DATABASE[connection.vendor]
    if connection.vendor == "sqlite":
        _copy_sqlite(Path(connection.settings_dict["NAME"]), database)
    else:
        _dump_postgresql(connection.settings_dict, database)
    files = {database.name: database}
    if heads.exists():
        files[HEADS] = heads
    if evidence.is_dir():
        for path in sorted(evidence.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                files[f"evidence/{path.relative_to(evidence)}"] = path
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "version": metadata.version("jingtu"),
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "database": connection.vendor,
        "sha256": {},
    }
    partial = target.with_name(f".{target.name}.part")
    try:
        say(f"写入 {len(files)} 个文件")
        with tarfile.open(partial, "w") as tar:
            for name, path in files.items():
                manifest["sha256"][name] = _sha256(path)
                tar.add(path, arcname=name, recursive=False)
            _add_text(tar, work, MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        with partial.open("rb+") as stream:
            os.fsync(stream.fileno())
        partial.chmod(0o600)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def unpack(source: Path, work: Path) -> dict[str, Any]:
    """Open a backup into an empty folder and hold every file against the manifest.

    Raises
    ------
    InputError
        No backup, damaged, or of a later format.
    """
    try:
        with tarfile.open(source, "r:") as tar:
            tar.extractall(work, filter="data")
        manifest: dict[str, Any] = json.loads((work / MANIFEST).read_text(encoding="utf-8"))
        expected: Mapping[str, str] = manifest["sha256"]
        known = manifest["format"] == FORMAT and manifest["database"] in DATABASE
    except (OSError, tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"“{source.name}”不是净土的备份文件，或文件不完整。", file=source.name) from error
    if not known:
        raise InputError(f"“{source.name}”由更新版本的净土生成，请先升级程序。", file=source.name)
    damaged = [
        name
        for name, digest in expected.items()
        if not (work / name).is_file() or _sha256(work / name) != digest
    ]
    if damaged:
        raise InputError(
            f"备份文件已损坏：{'、'.join(damaged[:5])} 与清单不符，请换用另一份备份。", file=source.name
        )
    return manifest


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _add_text(tar: tarfile.TarFile, work: Path, name: str, text: str) -> None:
    path = work / name
    path.write_text(text, encoding="utf-8")
    tar.add(path, arcname=name)


# --- SQLite ------------------------------------------------------------------------------------------------


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy through SQLite's own backup interface: one read view, no writer has to wait."""
    reader, writer = sqlite3.connect(source), sqlite3.connect(target)
    try:
        reader.backup(writer)
        writer.execute("PRAGMA journal_mode=DELETE")  # one file, without the log beside it
    finally:
        writer.close()
        reader.close()


def replace_sqlite(fresh: Path, target: Path) -> None:
    """Put a database in the place of another; the old one stays beside it under another name."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for suffix in ("", "-wal", "-shm"):
        old = target.with_name(target.name + suffix)
        if old.exists():
            old.replace(target.with_name(f"{target.name}.before-restore{suffix}"))
    shutil.copyfile(fresh, target)
    with target.open("rb+") as stream:
        os.fsync(stream.fileno())


# --- PostgreSQL --------------------------------------------------------------------------------------------

ASIDE = "jingtu_before_restore"


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise NotConfiguredError(f"找不到 {name}，请安装与数据库同版本的 PostgreSQL 客户端。", tool=name)
    # Debian's wrapper picks the newest client itself; elsewhere the newest folder wins over the path.
    folders = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3])
    )
    return str(folders[-1]) if folders else found


def _client(settings: Mapping[str, Any]) -> tuple[list[str], dict[str, str]]:
    arguments = ["--no-password", "--dbname", str(settings["NAME"])]
    for option, key in (("--host", "HOST"), ("--port", "PORT"), ("--username", "USER")):
        if settings[key]:
            arguments += [option, str(settings[key])]
    # In the environment, not among the arguments, which every user of the machine can read.
    return arguments, {**os.environ, "PGPASSWORD": str(settings["PASSWORD"] or "")}


def _run(command: list[str], environment: dict[str, str], what: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own arguments, no shell
        command, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise JingtuError(f"{what}失败：{done.stderr.strip()[:500]}", command=Path(command[0]).name)
    return done.stdout


def _dump_postgresql(settings: Mapping[str, Any], target: Path) -> None:
    """``pg_dump`` of the own schema: one snapshot, no writer has to wait."""
    arguments, environment = _client(settings)
    options = ["--format=custom", "--schema=public", "--no-owner", "--no-privileges", "--file", str(target)]
    _run([_tool("pg_dump"), *options, *arguments], environment, "备份数据库")


def restore_postgresql(dump: Path, settings: Mapping[str, Any], work: Path) -> None:
    """Load a dump into an empty public schema (``set_aside`` empties it)."""
    arguments, environment = _client(settings)
    listing = _run([_tool("pg_restore"), "--list", str(dump)], environment, "读取备份")
    # The schema and extensions such as PostGIS belong to the database, not to the backup.
    kept = [
        line
        for line in listing.splitlines()
        if not any(f" {word} " in line for word in ("SCHEMA", "EXTENSION"))
    ]
    chosen = work / "restore.list"
    chosen.write_text("\n".join(kept) + "\n")
    options = [
        "--no-owner",
        "--no-privileges",
        "--exit-on-error",
        "--single-transaction",
        "--use-list",
        str(chosen),
    ]
    _run([_tool("pg_restore"), *options, *arguments, str(dump)], environment, "恢复数据库")


def set_aside() -> None:
    """Move all own tables and the trigger function of PostgreSQL's public schema aside."""
    _execute(f"DROP SCHEMA IF EXISTS {ASIDE} CASCADE", f"CREATE SCHEMA {ASIDE}")
    _move("public", ASIDE)


def put_back() -> None:
    """Undo ``set_aside`` after a restore that failed."""
    for kind, name in _own_objects("public"):
        _execute(f"DROP {kind} IF EXISTS public.{name} CASCADE")
    _move(ASIDE, "public")
    drop_aside()


def drop_aside() -> None:
    """Give up what was set aside, after a restore that held."""
    _execute(f"DROP SCHEMA IF EXISTS {ASIDE} CASCADE")


def _move(source: str, target: str) -> None:
    for kind, name in _own_objects(source):
        _execute(f"ALTER {kind} {source}.{name} SET SCHEMA {target}")


def _own_objects(schema: str) -> list[tuple[str, str]]:
    """Tables and functions of a schema that belong to no extension, names quoted."""
    from django.db import connection

    not_of_an_extension = "NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = o.oid AND d.deptype = 'e')"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT quote_ident(o.relname) FROM pg_class o WHERE o.relkind IN ('r', 'p') "  # noqa: S608
            f"AND o.relnamespace = %s::regnamespace AND {not_of_an_extension}",
            [schema],
        )
        found = [("TABLE", name) for (name,) in cursor.fetchall()]
        cursor.execute(
            "SELECT quote_ident(o.proname) || '(' || pg_get_function_identity_arguments(o.oid) || ')' "  # noqa: S608
            f"FROM pg_proc o WHERE o.pronamespace = %s::regnamespace AND {not_of_an_extension}",
            [schema],
        )
        return found + [("FUNCTION", name) for (name,) in cursor.fetchall()]


def _execute(*statements: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
