"""Run a command against a private PostgreSQL cluster that lives only as long as the command.

    python scripts/postgres.py [--durable] -- pytest tests/platform

Finds PostgreSQL 15 or later and PostGIS; as root on Debian or Ubuntu installs what is missing. The
cluster listens on a free loopback port and a socket in a temporary folder, trusts only this machine and
is stopped by its process id. Where there is no PostgreSQL and no right to install it, says what is left
out and ends with 0, so that ``make test`` still tells about everything else.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from packages import install

PACKAGES = ("postgresql-15", "postgresql-15-postgis-3")
DATABASE = "jingtu"
# A test loses nothing by a power cut; a benchmark must pay what an office pays.
HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def find_binaries() -> Path | None:
    """The folder of ``initdb`` and ``postgres`` with PostGIS beside them, newest version first."""
    candidates = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True
    )
    on_path = shutil.which("initdb")
    if on_path:
        candidates.append(Path(on_path).resolve().parent)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists() and _has_postgis(folder):
            return folder
    return None


def _has_postgis(folder: Path) -> bool:
    answer = subprocess.run([folder / "pg_config", "--sharedir"], capture_output=True, text=True, check=False)
    if answer.returncode == 0 and Path(answer.stdout.strip(), "extension", "postgis.control").exists():
        return True
    return Path("/usr/share/postgresql", folder.parent.name, "extension", "postgis.control").exists()


def _die_with_parent() -> None:
    """Let the kernel stop the server when this script is killed; Linux only, elsewhere nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)


class Cluster:
    """A PostgreSQL server in a temporary folder."""

    def __init__(self, binaries: Path, *, durable: bool) -> None:
        self.binaries = binaries
        self.settings = () if durable else HASTY
        self.folder = Path(tempfile.mkdtemp(prefix="jingtu-pg-"))
        # PostgreSQL refuses to run as root.
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user:
            account = pwd.getpwnam(self.user)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://jingtu@127.0.0.1:{self.port}/{DATABASE}"

    def _as_user(self) -> dict[str, object]:
        return {"user": self.user, "group": self.user, "extra_groups": []} if self.user else {}

    def _call(self, *command: str | Path) -> None:
        done = subprocess.run(command, capture_output=True, cwd=self.folder, check=False, **self._as_user())  # type: ignore[call-overload]
        if done.returncode:
            raise SystemExit(f"{Path(command[0]).name}: {done.stderr.decode(errors='replace').strip()}")

    def start(self) -> None:
        data = self.folder / "data"
        self._call(
            self.binaries / "initdb", "-D", data, "-U", "jingtu", "-A", "trust", "-E", "UTF8", "--no-sync",
            "--locale=C.UTF-8",
        )  # fmt: skip
        options = [
            "listen_addresses=127.0.0.1", f"port={self.port}", f"unix_socket_directories={self.folder}",
            "max_connections=120", "shared_buffers=256MB", "log_min_messages=fatal", *self.settings,
        ]  # fmt: skip
        arguments = [argument for option in options for argument in ("-c", option)]
        with (self.folder / "server.log").open("wb") as log:
            self.process = subprocess.Popen(  # type: ignore[call-overload]
                [self.binaries / "postgres", "-D", data, *arguments],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - this script has one thread
                **self._as_user(),
            )
        deadline = time.monotonic() + 60
        where = ["-q", "-h", "127.0.0.1", "-p", str(self.port)]
        ready = [self.binaries / "pg_isready", *where, "-d", "template1"]
        while subprocess.run(ready, check=False).returncode:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit((self.folder / "server.log").read_text(errors="replace"))
            time.sleep(0.05)
        client = [self.binaries / "psql", *where, "-X", "-U", "jingtu"]
        # Into the template, so that databases made by the tests have it too.
        self._call(*client, "-d", "template1", "-c", "CREATE EXTENSION IF NOT EXISTS postgis")
        self._call(*client, "-d", "template1", "-c", f"CREATE DATABASE {DATABASE}")

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # fast shutdown: end sessions, then leave
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--durable", action="store_true", help="keep fsync on, for measurements")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        parser.error("a command after -- is needed")
    binaries = find_binaries()
    if binaries is None and install(PACKAGES):
        binaries = find_binaries()
    if binaries is None:
        sys.stderr.write(f"LEFT OUT: {' '.join(command)}: needs {' and '.join(PACKAGES)}\n")
        return 0
    cluster = Cluster(binaries, durable=options.durable)

    def on_term(*_: object) -> None:
        raise SystemExit(143)

    signal.signal(signal.SIGTERM, on_term)
    try:
        cluster.start()
        return subprocess.run(
            command, env={**os.environ, "JINGTU_DATABASE_URL": cluster.url}, check=False
        ).returncode
    finally:
        cluster.stop()


if __name__ == "__main__":
    raise SystemExit(main())
