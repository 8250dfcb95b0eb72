"""Everything that happened to an entry in one line of time: moves, changes, records, duties, evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.apps import apps
from django.utils import timezone

from jingtu.platform.evidence.models import Attachment
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.people.models import User
from jingtu.platform.people.policies import Reach
from jingtu.platform.registers import timeline
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.entry_records import listing as lists
from jingtu.platform.registers.entry_records.declarations import kinds_of
from jingtu.platform.registers.models import Entry

MOST = 80
_EACH = 40  # of one source
CHANGES = {"registers.change": "变更", "registers.correct": "更正", "registers.import": "导入变更"}


@dataclass(frozen=True, slots=True)
class Passage:
    """One thing that happened: on which day, recorded when, by whom."""

    kind: str  # move, change, record, duty, evidence
    label: str
    on: date
    at: datetime
    actor: str = ""
    note: str = ""
    reason: str = ""
    address: str = ""
    evidence: Sequence[Attachment] = field(default_factory=tuple)


def passages(
    register: Register,
    entry: Entry,
    on: date,
    known_at: datetime | None,
    reach: Reach,
    moves: Sequence[timeline.Happening],
) -> list[Passage]:
    """The latest of all that happened up to a day, as known at a moment; the newest first.

    Parameters
    ----------
    reach : Reach
        Of the permission to read duties.
    moves : sequence of Happening
        From ``timeline.transitions`` of the same day and moment.
    """
    found = [
        Passage(
            "move", item.label, item.on, item.at, item.actor.display_name if item.actor else "系统",
            f"办理后为“{item.target}”", item.reason, evidence=item.evidence,
        )
        for item in moves
    ]  # fmt: skip
    found += _changes(register, entry, on, known_at)
    found += _records(register, entry, on, known_at)
    found += _duties(entry, on, known_at, reach)
    found += _evidence(entry, on, known_at, {file.pk for item in moves for file in item.evidence})
    return sorted(found, key=lambda item: item.at, reverse=True)[:MOST]


def _changes(register: Register, entry: Entry, on: date, known_at: datetime | None) -> list[Passage]:
    rows = LedgerRow.objects.filter(subject_uid=entry.uid, action__in=CHANGES, on__lte=on)
    if known_at is not None:
        rows = rows.filter(at__lte=known_at)
    listed = list(rows.order_by("-id")[:_EACH])
    names = _names({row.actor_uid for row in listed})
    labels = {item.id: item.label for item in register.fields}
    labels |= {"name": register.name_label, "region": "行政区", "holder": register.holder_label}
    found = []
    for row in listed:
        columns = [*row.facts.get("header", ()), *row.facts.get("fields", ())]
        note = "、".join(dict.fromkeys(labels[name] for name in columns if name in labels))
        found.append(
            Passage(
                "change", CHANGES[row.action], row.on, row.at, names.get(row.actor_uid, "系统"), note,
                str(row.facts.get("reason", "")),
            )
        )  # fmt: skip
    return found


def _records(register: Register, entry: Entry, on: date, known_at: datetime | None) -> list[Passage]:
    found = []
    for kind in kinds_of(register.id):
        rows = kind.model._default_manager.filter(entry=entry, on__lte=on)
        if known_at is not None:
            rows = rows.filter(recorded_from__lte=known_at)
        listed = list(rows.select_related("entered_by").order_by("-recorded_from", "-id")[:_EACH])
        first: dict[Any, datetime] = {}
        for row in reversed(listed):
            first.setdefault(row.uid, row.recorded_from)
        for row in listed:
            row.entry = entry
            again = first[row.uid] != row.recorded_from
            found.append(
                Passage(
                    "record", f"更正{kind.label}" if again else kind.label, row.on, row.recorded_from,
                    row.entered_by.display_name if row.entered_by else "系统", lists.title(kind, row),
                    row.reason, lists.address(kind, row) if row.is_believed(known_at) else "",
                )
            )  # fmt: skip
    return found


def _duties(entry: Entry, on: date, known_at: datetime | None, reach: Reach) -> list[Passage]:
    model = apps.get_model("duties", "Duty")
    rows = model.objects.filter(entry=entry, raised_on__lte=on).select_related("closed_by")
    found = []
    for row in rows.order_by("-raised_on", "-id")[:_EACH]:
        address = row.uid if reach.allows(row.region_path, [row.holder_id]) else None
        due = f"{row.due.isoformat()} 前" if row.due else "期限未配置"
        found.append(_duty("产生待办", row.raised_on, f"{row.what}，{due}", "系统", address))
        if row.closed_on is not None and row.closed_on <= on:
            who = row.closed_by.display_name if row.closed_by else "系统"
            found.append(_duty("办结待办", row.closed_on, row.what, who, address))
    return [item for item in found if known_at is None or item.at <= known_at]


def _duty(label: str, day: date, note: str, who: str, uid: Any) -> Passage:
    # A duty knows its days, not its moments: it stands at the end of the day.
    moment = timezone.make_aware(datetime.combine(day, time(23, 59)))
    return Passage("duty", label, day, moment, who, note, address=f"/duties/{uid}/" if uid else "")


def _evidence(entry: Entry, on: date, known_at: datetime | None, shown: set[int]) -> list[Passage]:
    rows = Attachment.objects.filter(subject_uid=entry.uid).exclude(pk__in=shown)
    if known_at is not None:
        rows = rows.filter(uploaded_at__lte=known_at)
    return [
        Passage(
            "evidence", "佐证材料", timezone.localtime(row.uploaded_at).date(), row.uploaded_at,
            row.uploaded_by.display_name if row.uploaded_by else "系统", row.title or row.name,
        )
        for row in rows.select_related("uploaded_by").order_by("-uploaded_at")[:_EACH]
        if timezone.localtime(row.uploaded_at).date() <= on
    ]  # fmt: skip


def _names(uids: set[Any]) -> Mapping[Any, str]:
    return dict(User.objects.filter(uid__in=uids - {None}).values_list("uid", "display_name"))
