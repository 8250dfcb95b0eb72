"""``jingtu trial``: the first officer accounts of a fresh installation, for trying it with real plans."""

from __future__ import annotations

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="在标准输出打印一份 JSON")
def trial(as_json: bool) -> None:
    """给已有计划的地方各开通一个经办人账号，便于试用。只在还没有业务账号时可用。

    \b
    例：jingtu plan load 计划.docx --confirm
        jingtu trial
    """  # noqa: D301 - click reads the escape as the character it is
    from jingtu.service.cli.django import setup
    from jingtu.service.cli.main import print_json

    setup()
    from jingtu.platform import clock
    from jingtu.platform.people.bootstrap import open_first_officers
    from jingtu.platform.regions.models import Region
    from jingtu.programme.plans.models import Plan

    live = Plan.objects.filter(state=Plan.State.CONFIRMED).values("region")
    regions = Region.objects.filter(pk__in=live).order_by("path")
    accounts = open_first_officers(regions, clock.business_date())
    if as_json:
        print_json(
            [
                {
                    "username": item.username,
                    "region": item.region,
                    "role": item.role.label,
                    "password": item.password,
                }
                for item in accounts
            ]
        )
        return
    if not accounts:
        click.echo("已有业务账号，或还没有生效的计划；没有开通新账号。", err=True)
    for item in accounts:
        click.echo(
            f"已开通{item.region}{item.role.label}：用户名 {item.username}  初始密码 {item.password}"
            "（首次登录须修改，此处只显示一次）",
            err=True,
        )
