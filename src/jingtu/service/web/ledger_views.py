"""The ledger as the audit administrator sees it: filtered, verified, exported; nothing is changed here."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from jingtu.errors import InputError
from jingtu.platform.actions import Action
from jingtu.platform.jobs.models import Job
from jingtu.platform.jobs.running import start
from jingtu.platform.ledger import chain
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.pages import keyset
from jingtu.platform.pages.context import page_user
from jingtu.platform.pages.doors import needs
from jingtu.platform.pages.sheets import safe
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.declarations import all_registers
from jingtu.service.web.ledger_jobs import VERIFY

# Rows that no action object writes.
OTHER_LABELS = {
    "duties.tick": "推进待办",
    "indicators.snapshot": "指标快照",
    "regions.load": "导入行政区划",
    "plans.form.fill": "填报报表",
    "people.login": "登录",
    "people.logout": "退出登录",
    "people.locked": "登录暂停",
    "people.change_password": "修改密码",
}
SUBJECTS = {
    "account": "账号",
    "added_table": "标准和规则",
    "column_mapping": "对照表",
    "indicator": "指标",
    "reading": "指标数值",
    "register_import": "清单导入",
    "report_form": "报表",
    "score_template": "评分表",
    "scorecard": "评分",
    "survey": "检测任务",
    "tick": "日期推进",
    "attachment": "佐证材料",
    "deliverable": "成果文件",
    "duty": "待办",
    "entry": "清单条目",
    "form": "报表",
    "organisation": "单位",
    "plan": "计划",
    "regions": "行政区划",
    "region": "行政区划",
    "target": "目标",
    "task": "任务",
}


def subject_labels() -> dict[str, str]:
    """What each kind of subject is called: an entry by the name of its register."""
    return {register.id: register.label for register in all_registers()} | SUBJECTS


def action_labels() -> dict[str, str]:
    """What each action is called on pages, by its name in the ledger."""

    def below(action: type[Action[Any]]) -> Iterator[type[Action[Any]]]:
        for kind in action.__subclasses__():
            yield kind
            yield from below(kind)

    found = {
        kind.name: kind.label for kind in below(Action) if hasattr(kind, "name") and hasattr(kind, "label")
    }
    return dict(sorted((found | OTHER_LABELS).items(), key=lambda item: item[1]))


@needs("ledger.read")
@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """The ledger's rows, the latest first."""
    rows = _filtered(request)
    page = keyset.page(rows, ["-id"], request.GET.get("after", ""))
    labels, subjects = action_labels(), subject_labels()
    people = dict(
        User.objects.filter(uid__in={row.actor_uid for row in page.rows if row.actor_uid}).values_list(
            "uid", "display_name"
        )
    )
    places = {
        region.path: region.name
        for region in Region.objects.filter(
            path__in={row.region_path for row in page.rows if row.region_path}
        )
    }
    last = Job.objects.filter(kind=VERIFY, owner=page_user(request)).order_by("-pk").first()
    content = {
        "page_rows": page,
        "total": keyset.count(rows),
        "rows": [
            {
                "row": row,
                "label": labels.get(row.action, "其他事项"),
                "subject": subjects.get(row.subject_type, "其他"),
                "actor": people.get(row.actor_uid, "账号已不存在") if row.actor_uid else "系统",
                "place": places.get(row.region_path, ""),
                "facts": json.dumps(row.facts, ensure_ascii=False, indent=1, sort_keys=True),
                "sealed": hasattr(row, "seal"),
            }
            for row in page.rows
        ],
        "labels": labels,
        "given": request.GET,
        "head": chain.head(),
        "job": last,
    }
    return render(request, "ledger/ledger.html", content)


def _filtered(request: HttpRequest) -> QuerySet[LedgerRow]:
    """Rows that fit the filters; a value that is none is told, never ignored."""
    given = request.GET
    rows = LedgerRow.objects.select_related("seal")
    if given.get("action"):
        rows = rows.filter(action=given["action"])
    zone = timezone.get_current_timezone()
    if first := _day(given.get("from", "")):
        rows = rows.filter(at__gte=datetime(first.year, first.month, first.day, tzinfo=zone))
    if last := _day(given.get("to", "")):
        after = last + timedelta(days=1)
        rows = rows.filter(at__lt=datetime(after.year, after.month, after.day, tzinfo=zone))
    for name, column in (("subject", "subject_uid"), ("operation", "operation"), ("actor", "actor_uid")):
        text = given.get(name, "").strip()
        if not text:
            continue
        if column == "actor_uid" and (user := User.objects.filter(username=text.lower()).first()):
            rows = rows.filter(actor_uid=user.uid)
            continue
        try:
            rows = rows.filter(**{column: UUID(text)})
        except ValueError as error:
            raise InputError("编号应为台账中显示的完整编号，办理人可填登录名。", value=text[:60]) from error
    return rows


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InputError("日期应写成 2024-06-30 这样的年月日。", value=text[:20]) from error


@needs("ledger.verify")
@require_POST
def ledger_verify(request: HttpRequest) -> HttpResponse:
    """Verify the whole ledger in the background; the page shows how far it is."""
    job = start(VERIFY, "核验台账", {}, page_user(request))
    return HttpResponseRedirect(f"{reverse('ledger')}?job={job.uid}")


class _Echo:
    """A file that hands every line straight on."""

    def write(self, value: str) -> str:
        return value


@needs("ledger.read")  # type: ignore[arg-type]
@require_GET
def ledger_export(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered rows as CSV, in the order of the ledger, with their hashes; streamed."""
    rows = _filtered(request).order_by("id")
    labels, subjects = action_labels(), subject_labels()
    writer = csv.writer(_Echo())
    heading = [
        "序号", "记录时间", "业务日期", "事项", "事项代码", "办理人编号", "操作编号", "对象", "对象编号",
        "行政区路径", "内容", "算法", "记录校验值", "封存序号", "链上校验值",
    ]  # fmt: skip

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(heading)
        for row in rows.iterator(chunk_size=2000):
            seal = getattr(row, "seal", None)
            cells = [
                row.pk, row.at.isoformat(), row.on.isoformat(), labels.get(row.action, "其他事项"), row.action,
                row.actor_uid or "", row.operation, subjects.get(row.subject_type, "其他"), row.subject_uid or "",
                row.region_path, json.dumps(row.facts, ensure_ascii=False, sort_keys=True), row.alg, row.row_hash,
                seal.seq if seal else "", seal.chain_hash if seal else "",
            ]  # fmt: skip
            yield writer.writerow([safe(cell) if isinstance(cell, str) else cell for cell in cells])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = (
        "attachment; filename=ledger.csv; filename*=UTF-8''%E5%8F%B0%E8%B4%A6.csv"
    )
    return response
