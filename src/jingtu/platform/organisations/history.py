"""What happened to an organisation, from the ledger: who did what, and what it changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Facility, Organisation
from jingtu.platform.people.models import User

SHOWN = 100
_LABELS = {
    "organisations.create": "随文件登记",
    "organisations.enter": "登记",
    "organisations.enlist": "随清单登记",
    "organisations.enlist_facility": "随清单登记厂区",
    "organisations.fill_in": "随清单补登",
    "organisations.rename": "更名",
    "organisations.set_kind": "更正类型",
    "organisations.set_code": "登记代码",
    "organisations.add_alias": "登记别名",
    "organisations.withdraw_alias": "停用别名",
    "organisations.add_facility": "登记厂区",
    "organisations.edit_facility": "更正厂区",
    "organisations.close_facility": "关闭厂区",
    "organisations.merge": "合并",
    "organisations.undo_merge": "撤销合并",
    "organisations.keep_apart": "确认不是同一单位",
    "organisations.assign_name": "对应文件中的名称",
}
_COLUMNS = {
    "name": "名称", "address": "地址", "industry_code": "行业代码", "permit_number": "排污许可证编号",
    "status": "状态", "region": "行政区", "permit_class": "许可管理类别", "longitude": "经度", "latitude": "纬度",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the history."""

    label: str
    on: date
    at: datetime
    who: str
    what: list[str]


def steps(organisation: Organisation, known_at: datetime | None = None) -> list[Step]:
    """The latest first; what was done with entries that were merged into this one comes along."""
    taken_in = list(organisation.absorbed.select_related("duplicate"))
    subjects = [organisation.uid, *(item.duplicate.uid for item in taken_in)]
    rows = LedgerRow.objects.filter(subject_uid__in=subjects, action__in=_LABELS)
    if known_at is not None:
        rows = rows.filter(at__lte=known_at)
    found = list(rows.order_by("-pk")[:SHOWN])
    people = dict(
        User.objects.filter(uid__in={row.actor_uid for row in found if row.actor_uid}).values_list(
            "uid", "display_name"
        )
    )
    others = {row.facts.get(name) for row in found for name in ("into", "other") if row.facts.get(name)}
    named = {item.uid: item.name for item in Organisation.objects.filter(uid__in=[*others, *subjects])}
    result = []
    for row in found:
        what = _what(row, {str(uid): name for uid, name in named.items()})
        if row.subject_uid != organisation.uid and row.subject_uid in named:
            what.insert(0, f"原“{named[row.subject_uid]}”")
        who = people.get(row.actor_uid, "") if row.actor_uid else "系统"
        result.append(Step(_LABELS[row.action], row.on, row.at, who or "系统", what))
    return result


def _what(row: LedgerRow, named: dict[str, str]) -> list[str]:
    facts: dict[str, Any] = row.facts
    if row.action == "organisations.rename":
        return [f"{facts['old']} → {facts['new']}"]
    if row.action == "organisations.set_kind":
        kinds = dict(Organisation.Kind.choices)
        return [f"{kinds.get(facts['old'], '')} → {kinds.get(facts['new'], '')}"]
    if row.action == "organisations.set_code":
        return [f"{facts.get('old') or '未登记'} → {facts.get('uscc') or '无代码'}"]
    if row.action in {"organisations.add_alias", "organisations.withdraw_alias", "organisations.assign_name"}:
        return [facts["alias"]]
    if row.action == "organisations.merge":
        return [f"并入“{named.get(facts['into'], '')}”"]
    if row.action == "organisations.undo_merge":
        return [f"与“{named.get(facts['into'], '')}”重新分开"]
    if row.action == "organisations.keep_apart":
        return [f"与“{named.get(facts['other'], '')}”"]
    if row.action == "organisations.enter":
        return [facts["name"]]
    return [*([facts["name"]] if facts.get("name") else []), *_changes(facts.get("changes", {}))]


def _changes(changes: dict[str, list[str]]) -> list[str]:
    states = dict(Facility.Status.choices) | dict(Facility.PermitClass.choices)
    found = []
    for column, (old, new) in changes.items():
        if column == "region":
            found.append("改了行政区")
        else:
            before, after = (states.get(word, word) or "空" for word in (old, new))
            found.append(f"{_COLUMNS.get(column, '其他')}：{before} → {after}")
    return found
