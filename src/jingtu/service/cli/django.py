"""Django for a command: set up on demand, so that commands without a database never load it."""

from __future__ import annotations

import os

from jingtu.errors import NotConfiguredError

SETTINGS = "jingtu.service.web.settings"


def setup(*, initialised: bool = True) -> None:
    """Set Django up.

    Parameters
    ----------
    initialised : bool
        Whether the command needs the tables; only ``jingtu init`` and ``jingtu restore`` do without.

    Raises
    ------
    NotConfiguredError
        The server part is not installed, the database does not answer, or ``jingtu init`` has not been run.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    try:
        import django
    except ModuleNotFoundError:
        raise NotConfiguredError("此命令需要服务端组件，请安装：pip install 'jingtu[server]'。") from None
    django.setup()
    if initialised:
        _require_tables()


def _require_tables() -> None:
    from django.db import DatabaseError, connection

    try:
        tables = connection.introspection.table_names()
    except DatabaseError as error:
        raise NotConfiguredError(
            "数据库连接不上，请检查 JINGTU_DATABASE_URL 和数据库服务是否已启动。", database=connection.vendor
        ) from error
    if "ledger_ledgerrow" not in tables:
        raise NotConfiguredError("数据库尚未初始化，请先运行 jingtu init。")
