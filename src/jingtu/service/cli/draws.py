"""``jingtu draws``: draws done again from their records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from uuid import UUID


@click.group()
def draws() -> None:
    """双随机与回头看：按记录重新抽取，核对结果。"""


@draws.command(epilog="示例：jingtu draws verify --json")
@click.option(
    "--uid", "uids", type=click.UUID, multiple=True,
    help="只核验这一次抽取（页面地址中的标识）；可写多次，不写时核验全部。",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档。")
@click.pass_context
def verify(context: click.Context, uids: tuple[UUID, ...], *, as_json: bool) -> None:
    """按记录的名单、种子和算法重新抽取一次，与登记的结果和台账比对；有不一致时退出码为 1。"""
    from jingtu.errors import NotFoundError
    from jingtu.service.cli.django import setup
    from jingtu.service.cli.main import print_json

    setup()
    from jingtu.platform.draws.models import Draw

    rows = Draw.objects.exclude(state=Draw.State.CANCELLED)
    rows = rows.select_related("region", "ledger_row", "seed_row", "draw_row").order_by("id")
    if uids:
        rows = rows.filter(uid__in=uids)
        missing = sorted({str(uid) for uid in uids} - {str(row.uid) for row in rows})
        if missing:
            raise NotFoundError("没有找到这次抽取，或已取消。", uids=missing)
    found = [_verified(row) for row in rows]
    bad = [item["uid"] for item in found if not item["good"]]
    document: dict[str, Any] = {"draws": found}
    if bad:
        document |= {
            "error": {
                "code": "draw_differs", "message": "有抽取与记录不一致。", "facts": {"draws": bad},
            },
            "errors": [],
        }  # fmt: skip
    if as_json:
        print_json(document)
    else:
        for item in found:
            click.echo(
                f"{'一致' if item['good'] else '不一致'}  {item['on']}  {item['title']}  {item['uid']}"
            )
            for check in item["checks"]:
                if not check["good"]:
                    click.echo(f"  不一致：{check['label']} {check['detail']}".rstrip())
        click.echo(f"共核验 {len(found)} 次抽取，不一致 {len(bad)} 次", err=True)
    context.exit(1 if bad else 0)


def _verified(row: Any) -> dict[str, Any]:
    """One draw with what was checked; a record that cannot be drawn from does not agree."""
    from jingtu.errors import ConflictError
    from jingtu.platform.draws import verifying

    try:
        checks = [
            {"label": item.label, "good": item.good, "detail": item.detail} for item in verifying.verify(row)
        ]
    except ConflictError as error:
        checks = [{"label": error.message, "good": False, "detail": ""}]
    return {
        "uid": str(row.uid), "title": row.title, "on": row.on.isoformat(),
        "good": all(item["good"] for item in checks), "checks": checks,
    }  # fmt: skip
