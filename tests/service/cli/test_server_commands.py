"""init, tick, ledger, backup, restore, serve: as an administrator calls them, each in its own process."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import subprocess
import tarfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ON_POSTGRES, Installation


def result(done: subprocess.CompletedProcess[str], code: int = 0) -> Any:
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def execute(installation: Installation, *statements: str) -> None:
    """Statements of somebody who holds the database itself."""
    if ON_POSTGRES:
        import psycopg

        with psycopg.connect(installation.environment["JINGTU_DATABASE_URL"]) as connection:
            connection.execute("SET session_replication_role = replica")
            for statement in statements:
                connection.execute(statement)
        return
    with sqlite3.connect(installation.data / "jingtu.sqlite3") as database:
        for statement in statements:
            database.execute(statement)
    database.close()


def drop_triggers(installation: Installation) -> None:
    for table in ("ledger_ledgerrow", "ledger_seal"):
        for event in ("update", "delete", *(["truncate"] if ON_POSTGRES else ["replace"])):
            execute(
                installation, f"DROP TRIGGER {table}_refuse_{event}" + (f" ON {table}" if ON_POSTGRES else "")
            )


def test_commands_say_what_to_do_before_init(installation: Installation) -> None:
    done = installation.run("tick", "--json")
    error = result(done, code=1)["error"]
    assert error["code"] == "not_configured"
    assert "jingtu init" in error["message"]


def test_init_makes_an_installation_once(installation: Installation) -> None:
    first = result(installation.run("init", "--json"))
    assert first["migrations"] > 10
    assert first["regions_added"] > 1000
    assert [item["role"] for item in first["accounts"]] == ["系统管理员", "安全管理员", "审计管理员"]
    assert all(len(item["password"]) >= 10 for item in first["accounts"])
    second = result(installation.run("init", "--json"))
    assert second["migrations"] == second["regions_added"] == 0
    assert second["accounts"] == second["triggers"] == []
    assert installation.data.stat().st_mode & 0o077 == 0
    assert (installation.data / "secret.key").stat().st_mode & 0o077 == 0


def test_tick_seals_and_writes_the_head_down_once_a_state(ready: Installation) -> None:
    first = result(ready.run("tick", "--on", "2024-06-30", "--json"))
    assert first["sealed"] > 0
    again = result(ready.run("tick", "--on", "2024-06-30", "--json"))
    assert again["head"] == first["head"]
    heads = [json.loads(line) for line in (ready.data / "ledger-heads.jsonl").read_text().splitlines()]
    assert [head["chain_hash"] for head in heads] == [first["head"]["chain_hash"]]


def test_verify_against_heads_kept_here_and_elsewhere(ready: Installation, tmp_path: Path) -> None:
    result(ready.run("tick", "--on", "2024-06-30", "--json"))
    anchor = tmp_path / "kept by the superior.json"
    assert ready.run("ledger", "head", "-o", str(anchor)).returncode == 0
    kept = json.loads(anchor.read_text())
    whole = result(ready.run("ledger", "verify", "--anchor", str(anchor), "--json"))
    assert whole["first_broken"] is None
    assert whole["rows"] == whole["sealed"] == kept["seq"]
    # Somebody cuts the tail off, and the file of heads on this machine with it.
    drop_triggers(ready)
    execute(
        ready,
        f"DELETE FROM ledger_seal WHERE seq = {kept['seq']}",
        f"DELETE FROM ledger_ledgerrow WHERE id = {kept['row']}",
    )
    cut = result(ready.run("ledger", "verify", "--json"), code=1)
    assert cut["first_broken"] == kept["row"]
    (ready.data / "ledger-heads.jsonl").unlink()
    assert result(ready.run("ledger", "verify", "--json"))["first_broken"] is None
    cut = result(ready.run("ledger", "verify", "--anchor", str(anchor), "--json"), code=1)
    assert (cut["first_broken"], cut["error"]["code"]) == (kept["row"], "ledger_broken")


def test_a_bad_anchor_file_is_named(ready: Installation, tmp_path: Path) -> None:
    anchor = tmp_path / "anchor.json"
    anchor.write_text("broken")
    answer = result(ready.run("ledger", "verify", "--anchor", str(anchor), "--json"), code=1)
    assert answer["errors"][0]["file"] == "anchor.json"


def test_backup_and_restore_bring_everything_back(ready: Installation, tmp_path: Path) -> None:
    result(ready.run("tick", "--on", "2024-06-30", "--json"))
    evidence = ready.data / "evidence" / "ab"
    evidence.mkdir(parents=True)
    (evidence / "abcdef").write_bytes(b"a photograph")
    file = tmp_path / "backup.tar"
    made = result(ready.run("backup", str(file), "--json"))
    assert made["files"] == 3
    assert file.stat().st_mode & 0o077 == 0
    before = result(ready.run("ledger", "verify", "--json"))
    # Life goes on after the backup, then the disk dies.
    execute(
        ready, "INSERT INTO organisations_organisation SELECT * FROM organisations_organisation WHERE false"
    )
    result(ready.run("tick", "--on", "2024-07-31", "--json"))
    (evidence / "abcdef").unlink()

    refused = result(ready.run("restore", str(file), "--json"), code=1)
    assert refused["error"]["code"] == "conflict"
    assert "--force" in refused["error"]["message"]
    restored = result(ready.run("restore", str(file), "--force", "--json"))
    assert (restored["rows"], restored["first_broken"], restored["evidence"]) == (before["rows"], None, 1)
    assert (evidence / "abcdef").read_bytes() == b"a photograph"
    assert result(ready.run("ledger", "verify", "--json")) == before
    assert result(ready.run("init", "--json"))["triggers"] == []


def test_a_backup_is_not_overwritten_by_mistake(ready: Installation, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    file.write_text("the only copy")
    assert result(ready.run("backup", str(file), "--json"), code=1)["error"]["code"] == "conflict"
    assert file.read_text() == "the only copy"


@pytest.mark.parametrize("damage", ["cut short", "no tar", "one byte changed"])
def test_a_damaged_backup_changes_nothing(ready: Installation, tmp_path: Path, damage: str) -> None:
    file = tmp_path / "backup.tar"
    result(ready.run("backup", str(file), "--json"))
    content = bytearray(file.read_bytes())
    if damage == "cut short":
        content = content[: len(content) // 2]
    elif damage == "no tar":
        content = bytearray(b"a letter")
    else:
        content[len(content) // 3] ^= 1
    file.write_bytes(content)
    before = result(ready.run("ledger", "verify", "--json"))
    refused = result(ready.run("restore", str(file), "--force", "--json"), code=1)
    assert refused["error"]["code"] == "bad_input"
    assert result(ready.run("ledger", "verify", "--json")) == before


def test_a_backup_of_a_tampered_ledger_is_refused_and_the_present_stays(
    ready: Installation, tmp_path: Path
) -> None:
    result(ready.run("tick", "--on", "2024-06-30", "--json"))
    good = tmp_path / "good.tar"
    result(ready.run("backup", str(good), "--json"))
    drop_triggers(ready)
    execute(
        ready,
        "UPDATE ledger_ledgerrow SET action = 'other' WHERE id = (SELECT min(id) FROM ledger_ledgerrow)",
    )
    bad = tmp_path / "bad.tar"
    result(ready.run("backup", str(bad), "--json"))
    assert result(ready.run("restore", str(good), "--force", "--json"))["first_broken"] is None
    refused = result(ready.run("restore", str(bad), "--force", "--json"), code=1)
    assert refused["error"]["code"] == "bad_input"
    assert refused["error"]["facts"]["first_broken"] is not None
    assert result(ready.run("ledger", "verify", "--json"))["first_broken"] is None


def test_a_backup_from_elsewhere_cannot_write_outside(ready: Installation, tmp_path: Path) -> None:
    file = tmp_path / "evil.tar"
    payload = tmp_path / "payload"
    payload.write_text("x")
    with tarfile.open(file, "w") as tar:
        tar.add(payload, arcname="../outside")
    assert (
        result(ready.run("restore", str(file), "--force", "--json"), code=1)["error"]["code"] == "bad_input"
    )
    assert not (tmp_path / "data" / "outside").exists()


def test_a_backup_made_while_others_write_is_consistent(ready: Installation, tmp_path: Path) -> None:
    writer = ready.start("-c", WRITER, "100000", stdout=subprocess.PIPE)
    try:
        assert writer.stdout is not None
        writer.stdout.readline()
        file = tmp_path / "backup.tar"
        result(ready.run("backup", str(file), "--json"))
        acknowledged = int(writer.stdout.readline())
    finally:
        writer.kill()
        writer.wait()
    restored = result(ready.run("restore", str(file), "--force", "--json"))
    assert restored["first_broken"] is None
    assert restored["rows"] > 0
    assert acknowledged > 0


# Appends ledger rows with actions of the smallest kind, telling each one after its commit.
WRITER = """
import sys
from jingtu.service.cli.django import setup
setup()
from datetime import date
from jingtu.platform.actions import Action, Subject

class Write(Action):
    name, label, permission = "test.write", "", None
    def subject(self):
        return Subject("test")
    def perform(self):
        self.record(n=self.n)

for n in range(int(sys.argv[1])):
    action = Write(None, date(2024, 6, 30))
    action.n = n
    action.execute()
    print(n + 1, flush=True)
"""


def test_nothing_acknowledged_is_lost_by_a_kill(ready: Installation) -> None:
    """``kill -9`` in the middle of writing: every row told is there, and the ledger holds."""
    before = result(ready.run("ledger", "verify", "--json"))["rows"]
    writers = [ready.start("-c", WRITER, "100000", stdout=subprocess.PIPE) for _ in range(3)]
    for writer in writers:
        assert writer.stdout is not None
        for _ in range(20):
            writer.stdout.readline()
    for writer in writers:
        writer.kill()
    told = sum(20 + len(writer.communicate()[0].splitlines()) for writer in writers)
    found = result(ready.run("ledger", "verify", "--json"))
    assert found["first_broken"] is None
    # One write of each may have been committed and not yet told.
    assert told <= found["rows"] - before <= told + len(writers)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def get(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            status: int = answer.status
            return status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def wait_for(url: str, seconds: float = 60) -> int:
    deadline = time.monotonic() + seconds
    while not (status := get(url)) and time.monotonic() < deadline:
        time.sleep(0.2)
    return status


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_serve_answers_seals_and_leaves_nobody_behind(ready: Installation, end: signal.Signals) -> None:
    port = free_port()
    server = ready.start(
        "-m", "jingtu.service.cli.main", "serve", "--port", str(port), stderr=subprocess.PIPE
    )
    try:
        assert wait_for(f"http://127.0.0.1:{port}/healthz") == 200
        assert get(f"http://127.0.0.1:{port}/static/css/jingtu.css") == 200
        deadline = time.monotonic() + 30
        while (found := result(ready.run("ledger", "verify", "--json")))["sealed"] < found["rows"]:
            assert time.monotonic() < deadline
        # One installation, one server.
        second = ready.run("serve", "--port", str(free_port()))
        assert second.returncode == 1
        assert "已有服务在运行" in second.stderr
        assert ready.run("restore", str(ready.data / "secret.key")).returncode == 1
    finally:
        server.send_signal(end)
        code = server.wait(timeout=60)
    assert code in {0, -signal.SIGKILL}
    assert (code == 0) == (end != signal.SIGKILL)
    deadline = time.monotonic() + 20
    while get(f"http://127.0.0.1:{port}/healthz"):
        assert time.monotonic() < deadline, "the server's children outlived it"
        time.sleep(0.2)
    assert result(ready.run("tick", "--on", "2024-06-30", "--json"))


def test_serve_refuses_an_unprotected_ledger(ready: Installation) -> None:
    drop_triggers(ready)
    refused = ready.run("serve", "--port", str(free_port()))
    assert refused.returncode == 1
    assert "jingtu init" in refused.stderr
    assert len(result(ready.run("init", "--json"))["triggers"]) == 6


def test_the_server_listens_on_this_machine_only_unless_told() -> None:
    from jingtu.service.cli.serve import serve

    assert {option.name: option.default for option in serve.params}["host"] == "127.0.0.1"


def test_no_password_of_the_database_among_the_arguments() -> None:
    """Every user of a machine can read the arguments of every process."""
    from jingtu.service.archive import _client

    settings = {"NAME": "jingtu", "HOST": "db", "PORT": "5432", "USER": "jingtu", "PASSWORD": "s3cret"}
    arguments, environment = _client(settings)
    assert "s3cret" not in " ".join(arguments)
    assert environment["PGPASSWORD"] == "s3cret"
