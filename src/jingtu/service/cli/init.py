"""``jingtu init``: make or bring up to date the database of an installation."""

from __future__ import annotations

from typing import Any

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="在标准输出打印一份 JSON")
def init(as_json: bool) -> None:
    """建立数据库（或升级到当前版本），导入行政区划，开通三个管理员账号。可以重复运行。

    \b
    例：jingtu init
    """  # noqa: D301 - click reads the escape as the character it is
    from jingtu.service.cli.django import setup
    from jingtu.service.cli.main import print_json

    setup(initialised=False)
    result = initialise()
    if as_json:
        print_json(result)
        return
    click.echo(f"数据库已就绪：{result['database']}", err=True)
    if result["regions_added"]:
        click.echo(f"已导入行政区划 {result['regions_added']} 个", err=True)
    for account in result["accounts"]:
        click.echo(
            f"已开通{account['role']}：用户名 {account['username']}  初始密码 {account['password']}"
            "（首次登录须修改，此处只显示一次）",
            err=True,
        )


def initialise() -> dict[str, Any]:
    """Bring the database up to date and fill what every installation has; a second call changes nothing.

    Returns
    -------
    dict
        ``database``, ``migrations`` (how many ran), ``triggers`` (installed anew), ``regions_added`` and
        ``accounts`` with one-time passwords of the administrators opened now.
    """
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from jingtu.platform import clock
    from jingtu.platform.ledger import protection
    from jingtu.platform.people.bootstrap import bootstrap_administrators
    from jingtu.platform.regions.loading import load_regions
    from jingtu.platform.regions.models import Region

    data = settings.CONFIG.data_path
    data.mkdir(parents=True, exist_ok=True)
    data.chmod(0o700)
    executor = MigrationExecutor(connection)
    pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if pending:
        # Without the checks: one of them complains of missing triggers, which this very step installs.
        call_command("migrate", verbosity=0, skip_checks=True, interactive=False)
    triggers = protection.install(connection)
    on = clock.business_date()
    before = Region.objects.count()
    if not before:
        load_regions("builtin", on=on)
    accounts = bootstrap_administrators(on)
    return {
        "database": connection.settings_dict["NAME"] if connection.vendor == "sqlite" else "PostgreSQL",
        "migrations": pending,
        "triggers": triggers,
        "regions_added": Region.objects.count() - before,
        "accounts": [
            {"username": item.username, "role": item.role.label, "password": item.password}
            for item in accounts
        ],
    }
