"""``jingtu law``: which provision held on which day. Needs no database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jingtu.service.cli.main import print_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from jingtu.knowledge.law.provisions import Provision

DAY = click.DateTime(formats=["%Y-%m-%d"])
AS_JSON = click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档。")
ON = click.option(
    "--on", "on", metavar="日期", type=DAY, required=True, help="查哪一天有效的条款，如 2026-08-15。"
)


@click.group(epilog="示例：jingtu law lookup 隐患排查整治 --on 2026-08-15")
def law() -> None:
    """查法律依据：哪一天适用哪一条，罚则从旧兼从轻，工作日计算。"""


@law.command(epilog="示例：jingtu law lookup 隐患排查整治 --on 2026-08-15 --json")
@click.argument("topic", metavar="事项")
@ON
@AS_JSON
def lookup(topic: str, on: datetime, *, as_json: bool) -> None:
    """查一个事项在某一天有效的条款；事项可写编号、中文名称、别名，或条款里的词。"""
    from jingtu.knowledge.law.searching import search

    named, found = search(topic, on.date())
    name = "、".join(item.name for item in named) or topic
    if as_json:
        print_json(
            {
                "topic": named[0].id if len(named) == 1 else topic,
                "name": name,
                "topics": [item.id for item in named],
                "on": on.date().isoformat(),
                "provisions": [item.to_json() for item in found],
            }
        )
        return
    _table(f"{name}，{on.date().isoformat()} 有效的条款", found)


@law.command(epilog="示例：jingtu law article 土壤污染防治法 59 --on 2026-08-14")
@click.argument("text", metavar="法规")
@click.argument("number", metavar="条")
@click.option("--on", "on", metavar="日期", type=DAY, help="只要这一天有效的条款；不写时不限。")
@AS_JSON
def article(text: str, number: str, on: datetime | None, *, as_json: bool) -> None:
    """查一部法规的某一条：收录的条款，以及新旧法条的对应。"""
    from jingtu.knowledge.law import articles, provisions, texts

    known = texts.law(text)
    found = provisions.find(text, number, on.date() if on else None)
    moves = articles.moved(text, number)
    if as_json:
        print_json(
            {
                "law": known.title,
                "law_id": known.id,
                "article": number,
                "on": on.date().isoformat() if on else None,
                "provisions": [item.to_json() for item in found],
                "moves": [
                    {
                        "law": move.law.title,
                        "article": move.article,
                        "code_articles": list(move.code_articles),
                        "relation": move.relation,
                        "confidence": move.confidence,
                    }
                    for move in moves
                ],
            }
        )
        return
    _table(f"《{known.short}》第{number}条", found)
    for move in moves:
        there = "、".join(move.code_clauses) or "没有直接对应"
        click.echo(f"《{move.law.short}》{move.clause} → 法典{there}（{articles.RELATIONS[move.relation]}）")


@law.command(epilog="示例：jingtu law topics")
@AS_JSON
def topics(*, as_json: bool) -> None:
    """列出可查的全部事项和单位类别。"""
    from jingtu.knowledge.law import binding, provisions

    if as_json:
        print_json(
            {
                "topics": [
                    {"id": item.id, "name": item.name, "aliases": list(item.aliases)}
                    for item in provisions.topics().values()
                ],
                "kinds": [{"id": item.id, "name": item.name} for item in binding.kinds().values()],
            }
        )
        return
    for item in provisions.topics().values():
        other = f"（{'、'.join(item.aliases)}）" if item.aliases else ""
        click.echo(f"{item.id}\t{item.name}{other}")
    click.echo(f"单位类别：{'、'.join(kind.name for kind in binding.kinds().values())}")


@law.command(epilog="示例：jingtu law binds --kind 土壤污染重点监管单位 --on 2026-08-15")
@click.option(
    "--kind", "kind", metavar="类别", required=True, help="单位类别，全部类别见 jingtu law topics。"
)
@ON
@click.option("--direct", is_flag=True, help="只列直接写明这类单位的条款，不列“任何单位和个人”等一般条款。")
@AS_JSON
def binds(kind: str, on: datetime, *, direct: bool, as_json: bool) -> None:
    """查某类单位在某一天受哪些条款约束。"""
    from jingtu.knowledge.law import binding

    known = binding.kind(kind)
    found = binding.binds(kind, on.date(), general=not direct)
    if as_json:
        print_json(
            {
                "kind": known.id,
                "name": known.name,
                "on": on.date().isoformat(),
                "provisions": [item.to_json() for item in found],
            }
        )
        return
    _table(f"{known.name}，{on.date().isoformat()} 受约束的条款", found)


@law.command(
    epilog="示例：jingtu law penalty 有毒有害物质排放年度报告 --conduct 2026-03-01 --decided 2026-09-30"
)
@click.argument("topic", metavar="事项")
@click.option(
    "--conduct", "conduct", metavar="日期", type=DAY, required=True, help="行为发生（开始）的日期。"
)
@click.option("--until", "until", metavar="日期", type=DAY, help="连续、继续行为终了的日期。")
@click.option("--decided", "decided", metavar="日期", type=DAY, required=True, help="作出处罚决定的日期。")
@AS_JSON
def penalty(
    topic: str, conduct: datetime, decided: datetime, until: datetime | None, *, as_json: bool
) -> None:
    """按从旧兼从轻查罚则：新旧规定并列，写明适用哪一条和理由；判断不了的写明须人工判断。"""
    from jingtu.knowledge.law.conduct import COMPARISONS, judged_by

    found = judged_by(topic, conduct.date(), decided.date(), until.date() if until else None)
    if as_json:
        print_json(found.to_json())
        return
    click.echo(
        f"{found.topic.name}：行为 {_days(found.conduct_on, found.conduct_until)}，决定 {found.decided_on}"
    )
    for item in found.weighings:
        click.echo("")
        for label, rule in (("行为时", item.before), ("决定时", item.after)):
            click.echo(f"{label}：{_line(rule) if rule else '没有收录对应罚则'}")
        click.echo(f"比较：{COMPARISONS[item.comparison]}。{item.reason}。")
        if item.applies:
            click.echo(f"适用：{item.applies.citation}")
        elif not item.needs_person:
            click.echo("适用：不能据此处罚")
    if not found.weighings:
        click.echo("没有收录这个事项的罚则（未配置）。")
    click.echo(f"\n依据：{'；'.join(item.citation for item in found.basis)}")


# ``-15`` is a number here, not an option.
@law.command(
    context_settings={"ignore_unknown_options": True}, epilog="示例：jingtu law workdays 2026-10-12 -15"
)
@click.argument("day", metavar="日期", type=DAY)
@click.argument("count", metavar="工作日数", type=int)
@click.option(
    "--region", metavar="地区", default="", help="连同地方节假日一起计算，如 guangxi（壮族三月三）。"
)
@AS_JSON
def workdays(day: datetime, count: int, region: str, *, as_json: bool) -> None:
    """从某日起算若干个工作日；负数往前算，当日不计入。"""
    from jingtu.knowledge.law.workdays import add_workdays

    found = add_workdays(day.date(), count, region)
    if as_json:
        print_json(
            {
                "from": day.date().isoformat(),
                "working_days": count,
                "region": region or None,
                "date": found.isoformat(),
            }
        )
        return
    click.echo(found.isoformat())


def _days(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()} 至 {last.isoformat()}"


def _line(item: Provision) -> str:
    from jingtu.knowledge.law.wording import fine_words

    fine = fine_words(item)
    return f"{item.citation} {item.summary}" + (f" {fine}" if fine else "")


def _table(title: str, found: Iterable[Provision]) -> None:
    from rich.console import Console
    from rich.table import Table

    from jingtu.knowledge.law.provisions import KINDS
    from jingtu.knowledge.law.wording import confidence_words, fine_words, limit_words

    table = Table(title=title, title_justify="left")
    for heading in ("类别", "条款", "内容", "期限或频次", "罚款", "可信程度"):
        table.add_column(heading, overflow="fold")
    for item in found:
        table.add_row(
            KINDS[item.kind],
            item.citation,
            item.summary,
            limit_words(item),
            fine_words(item),
            confidence_words(item.confidence),
        )
    console = Console()
    if table.row_count:
        console.print(table)
    else:
        console.print(f"{title}：没有收录（未配置）。", markup=False)
