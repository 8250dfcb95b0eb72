"""Settings that an installation may change, read once from the environment.

Every attribute is one environment variable ``JINGTU_<NAME>``; ``docs/settings.md`` lists them all and
a test holds that list against this class.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from jingtu.errors import InputError


def _setting(default: Any, purpose: str) -> Any:
    return field(default=default, metadata={"purpose": purpose})


@dataclass(frozen=True, slots=True)
class Config:
    """What an installation may set; each attribute is the variable ``JINGTU_`` + its upper-case name."""

    data: str = _setting("var", "Folder for the database, evidence files and the secret key")
    database_url: str = _setting(
        "", "postgresql://user:password@host:port/name; empty: SQLite in the data folder"
    )
    secret_key: str = _setting("", "Signing key; empty: read from, or created in, the data folder")
    today: str = _setting("", "Business date YYYY-MM-DD for demonstrations and tests; empty: the real date")
    allowed_hosts: str = _setting("127.0.0.1,localhost,[::1]", "Host names served, separated by commas")
    https: bool = _setting(False, "Behind TLS: secure cookies, HSTS, redirect to https")
    session_hours: int = _setting(8, "Hours of idleness after which a session ends (one office day)")
    lockout_failures: int = _setting(5, "Failed logins of one user from one address before the lock-out")
    lockout_minutes: int = _setting(30, "Minutes a lock-out lasts")
    upload_mib: int = _setting(50, "Largest uploaded file in MiB (a scanned report; larger ones are split)")
    hash_algorithm: str = _setting(
        "sha256", "Ledger hash: sha256, or sm3 where national algorithms are asked"
    )
    log_json: bool = _setting(False, "Logs as JSON lines, for a log collector")
    proxy_count: int = _setting(
        0, "Trusted reverse proxies in front, for the client's address in the lock-out"
    )

    @classmethod
    def from_environment(cls, environment: dict[str, str] | None = None) -> Config:
        """Read all variables; a bad value is named with what it should be."""
        source = dict(os.environ) if environment is None else environment
        values: dict[str, Any] = {}
        for item in fields(cls):
            raw = source.get(f"JINGTU_{item.name.upper()}")
            if raw is None:
                continue
            values[item.name] = _convert(item.name, raw, item.default)
        return cls(**values)

    @property
    def data_path(self) -> Path:
        return Path(self.data).expanduser().resolve()

    @property
    def heads_path(self) -> Path:
        """Where heads of the ledger are written down outside the database, one a day."""
        return self.data_path / "ledger-heads.jsonl"

    @property
    def business_date(self) -> date | None:
        return date.fromisoformat(self.today) if self.today else None

    def read_secret_key(self) -> str:
        """The signing key, created with mode 0600 in the data folder at the first start."""
        if self.secret_key:
            return self.secret_key
        path = self.data_path / "secret.key"
        if not path.exists():
            self.data_path.mkdir(parents=True, exist_ok=True)
            descriptor, fresh = tempfile.mkstemp(dir=self.data_path)  # mode 0600
            with os.fdopen(descriptor, "w") as stream:
                stream.write(secrets.token_urlsafe(64))
            # A link, not a write: of two first starts at once one wins, and both read the same key.
            with contextlib.suppress(FileExistsError):
                os.link(fresh, path)
            Path(fresh).unlink()
        return path.read_text()

    def database(self) -> dict[str, Any]:
        """The Django database dictionary for ``database_url``."""
        if not self.database_url:
            return sqlite_database(self.data_path / "jingtu.sqlite3")
        parts = urlsplit(self.database_url)
        if parts.scheme == "sqlite":
            return sqlite_database(Path(unquote(parts.path)))
        if parts.scheme not in {"postgresql", "postgres"}:
            raise InputError("JINGTU_DATABASE_URL 只支持 postgresql:// 或 sqlite://", value=parts.scheme)
        return {
            "ENGINE": "jingtu.platform.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": None,  # what a connection has prepared is worth keeping
            "CONN_HEALTH_CHECKS": True,
            "ATOMIC_REQUESTS": False,
            "OPTIONS": {"server_side_binding": True},
        }


def sqlite_database(path: Path) -> dict[str, Any]:
    """SQLite with write-ahead log and full synchronisation: nothing acknowledged is lost."""
    return {
        "ENGINE": "jingtu.platform.sqlite",
        "NAME": str(path),
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
                "PRAGMA cache_size=-65536;PRAGMA temp_store=MEMORY;"
            ),
        },
    }


def _convert(name: str, raw: str, default: Any) -> Any:
    variable = f"JINGTU_{name.upper()}"
    if isinstance(default, bool):
        if raw.lower() not in {"0", "1", "true", "false", "yes", "no", ""}:
            raise InputError(f"{variable} 应为 1 或 0", value=raw)
        return raw.lower() in {"1", "true", "yes"}
    if isinstance(default, int):
        if not raw.isdigit():
            raise InputError(f"{variable} 应为整数", value=raw)
        return int(raw)
    if name == "hash_algorithm" and raw not in {"sha256", "sm3"}:
        raise InputError(f"{variable} 只支持 sha256 或 sm3", value=raw)
    if name == "today" and raw:
        try:
            date.fromisoformat(raw)
        except ValueError as error:
            raise InputError(f"{variable} 应为 2024-06-30 这样的日期", value=raw) from error
    return raw
