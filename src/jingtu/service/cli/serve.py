"""``jingtu serve``: the web server with its background work, until Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from jingtu.errors import ConflictError, NotConfiguredError
from jingtu.service.lifetime import VARIABLE

STOP_SECONDS = 30


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址；默认只有本机能访问")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="端口")
@click.option("--workers", default=None, type=click.IntRange(1, 64), help="网页进程数；不写时按数据库和核数")
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64), help="每个进程的线程数")
def serve(host: str, port: int, workers: int | None, threads: int) -> None:
    """启动网页服务和后台任务，按 Ctrl-C 停止。

    \b
    例：jingtu serve --port 8000
    """  # noqa: D301 - click reads the escape as the character it is
    from jingtu.service.cli.django import setup

    setup()
    from django.conf import settings
    from django.db import connection

    _require_sound()
    if workers is None:
        # SQLite has one writer at a time, and threads of one process share its cache.
        workers = 1 if connection.vendor == "sqlite" else min(os.cpu_count() or 1, 4)
    connection.close()
    os.environ[VARIABLE] = str(os.getpid())
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    with serving(settings.CONFIG.data_path), _background():
        click.echo(f"净土已启动：http://{host}:{port}  （按 Ctrl-C 停止）", err=True)
        _announce_examples()
        _run_server(host, port, workers, threads)
    click.echo("已停止。", err=True)


def _require_sound() -> None:
    """Refuse to serve a database that is behind the code or whose ledger is not protected."""
    from django.core.checks import ERROR, Tags, run_checks
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotConfiguredError("数据库版本落后于程序，请先运行 jingtu init 升级（建议先 jingtu backup）。")
    faults = [
        item
        for item in run_checks(tags=[Tags.database], databases=["default"], include_deployment_checks=False)
        if item.level >= ERROR
    ]
    if faults:
        raise ConflictError(" ".join(f"{item.msg} {item.hint or ''}" for item in faults))


@contextmanager
def serving(data: Path) -> Iterator[None]:
    """Hold the mark that this installation is being served.

    Raises
    ------
    ConflictError
        It is being served already, or being restored.
    """
    data.mkdir(parents=True, exist_ok=True)
    with (data / "serve.lock").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConflictError("这个数据目录已有服务在运行，请先停止它。", data=str(data)) from None
        yield


@contextmanager
def _background() -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-m", "jingtu.service.background"], start_new_session=True)
    try:
        yield
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                # A job cut off here is whole-or-nothing and is run again at the next start.
                process.kill()
                process.wait()


def _run_server(host: str, port: int, workers: int, threads: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    server = Granian(
        "jingtu.service.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
    )
    server.serve()


def _announce_examples() -> None:
    """Say that there are accounts of the sample year: their passwords may be public knowledge."""
    from django.db import connection

    from jingtu.platform.people.models import User

    count = User.objects.filter(is_example=True, is_active=True).count()
    connection.close()
    if count:
        click.echo(f"含示例账号 {count} 个，仅供演示；正式使用请另建数据目录。", err=True)
