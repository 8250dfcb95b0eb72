"""From a file to a draft: read, kept with its text, compared with the plan in force; nothing is live yet."""

from __future__ import annotations

import hashlib
import io
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jingtu.errors import ConflictError, InputError
from jingtu.knowledge.plantext import model
from jingtu.knowledge.plantext.normalise import normalise
from jingtu.knowledge.plantext.reading import read_plan_document
from jingtu.knowledge.plantext.sources import read_source
from jingtu.platform.actions import Action, Subject
from jingtu.platform.evidence import storage
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import find_by_code, find_by_name
from jingtu.programme.plans.actions.base import PlanAction
from jingtu.programme.plans.comparing import differences, match
from jingtu.programme.plans.drafting import STEP, items_of
from jingtu.programme.plans.models import DraftItem, Plan

_YEARS = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a file: a draft, or the plan that the same bytes already gave."""

    plan: Plan
    duplicate: bool = False

    @property
    def message(self) -> str:
        """What to tell the person."""
        if not self.duplicate:
            return "计划已读取，请逐项核对后确认生效。"
        return f"这份文件此前已导入（{self.plan.get_state_display()}），没有重复建立。"


class LoadPlan(Action[Loaded]):
    """Read a plan file into a draft.

    Parameters
    ----------
    file_name : str
        The name the person's file has.
    content : bytes
        The file.
    region, year : Region, int, optional
        Chosen by the person; otherwise what the document says.

    Raises
    ------
    UnreadableDocumentError
        The file cannot be read, or is no plan.
    InputError
        The document names no region or year and none was chosen (``facts["missing"]``).
    """

    name = "plans.load"
    label = "导入计划"
    permission = "plans.load"

    def __init__(
        self,
        actor: User | None,
        on: date,
        *,
        file_name: str,
        content: bytes,
        region: Region | None = None,
        year: int | None = None,
        is_example: bool = False,
    ) -> None:
        super().__init__(actor, on)
        self.file_name, self.content = Path(file_name).name[:160], content
        self.chosen_region, self.chosen_year = region, year
        self.is_example = is_example
        self.sha256 = hashlib.sha256(content).hexdigest()

    def execute(self) -> Loaded:
        """Read first, outside the transaction: reading a long document must not hold the database."""
        self.read()
        self.check_permission()
        known = (
            Plan.objects.filter(file__sha256=self.sha256, region=self.region, year=self.year)
            .exclude(state=Plan.State.DISCARDED)
            .order_by("-pk")
            .first()
        )
        if known is not None:
            return Loaded(known, duplicate=True)
        return super().execute()

    def read(self) -> None:
        """Read the document and settle whose it is, for which year."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"plan{Path(self.file_name).suffix.lower()[:10]}"
            path.write_bytes(self.content)
            try:
                document = read_source(path)
                self.text = normalise(document).text
                self.reading = read_plan_document(document)
            except InputError as error:
                error.facts["file"] = self.file_name
                raise
        self.region = self.chosen_region or self._region(self.reading)
        year = self.chosen_year or self.reading.year
        if year is None or year not in _YEARS:
            raise InputError(
                "文件里没有写明年度，请选择这份计划属于哪一年。", missing="year", file=self.file_name
            )
        self.year: int = year

    def _region(self, reading: model.Plan) -> Region:
        found = None
        if reading.region is not None:
            if reading.region.adcode:
                found = find_by_code(reading.region.adcode, self.on)
            if found is None:
                named = find_by_name(reading.region.name, on=self.on)
                found = named[0] if len(named) == 1 else None
        if found is None:
            words = (
                f"“{reading.region.name}”不在行政区表中，或有重名，"
                if reading.region
                else "文件里没有写明地区，"
            )
            raise InputError(f"{words}请选择这份计划属于哪个行政区。", missing="region", file=self.file_name)
        return found

    def subject(self) -> Subject:
        return Subject("plan", region_path=self.region.path)

    def perform(self) -> Loaded:
        live = (
            Plan.objects.filter(region=self.region, year=self.year, state=Plan.State.CONFIRMED)
            .select_related("region")
            .first()
        )
        reading = self.reading
        plan = Plan.objects.create(
            title=(reading.title or "")[:200],
            region=self.region,
            year=self.year,
            issue_number=(reading.issue_number or "")[:60],
            issued_on=reading.issued_on,
            issuer=(reading.issuer or "")[:120],
            amends=live,
            file=storage.store(io.BytesIO(self.content), self.file_name),
            file_name=self.file_name,
            text=self.text,
            reading=reading.to_json(),
            uploaded_by=self.actor,
            is_example=self.is_example or self.region.is_example,
        )
        items = draft_items(plan, items_of(reading), live)
        DraftItem.objects.bulk_create(items)
        self.record(
            plan=str(plan.uid),
            file=self.sha256,
            region=str(self.region.uid),
            year=self.year,
            items=len(items),
            amends=str(live.uid) if live else None,
        )
        return Loaded(plan)


def draft_items(plan: Plan, contents: list[tuple[str, dict[str, Any]]], live: Plan | None) -> list[DraftItem]:
    """Unsaved items of a draft, each compared with the plan in force where there is one."""
    items = []
    position = 0
    for kind in DraftItem.Kind.values:
        new = [content for name, content in contents if name == kind]
        before = confirmed_items(live, kind) if live is not None else []
        for pair in match(kind, [item.content for item in before], new):
            position += STEP
            old = before[pair.old] if pair.old is not None else None
            content = new[pair.new] if pair.new is not None else None
            if content is None and (old is None or old.content.get("carried_from")):
                continue  # what was carried over from last year stays, whatever the new text says
            items.append(_item(plan, kind, position, old, content))
    return items


def confirmed_items(plan: Plan, kind: str) -> list[DraftItem]:
    """The items that became live when a plan was confirmed, in its order."""
    found = plan.items.filter(kind=kind, state=DraftItem.State.CONFIRMED)
    return list(found.exclude(change=DraftItem.Change.REMOVED).order_by("position", "pk"))


def _item(
    plan: Plan, kind: str, position: int, old: DraftItem | None, content: dict[str, Any] | None
) -> DraftItem:
    if content is None:
        assert old is not None
        return DraftItem(
            plan=plan, kind=kind, position=position, content=old.content, original=None,
            change=DraftItem.Change.REMOVED, matches_uid=old.matches_uid,
        )  # fmt: skip
    found = differences(kind, old.content, content) if old is not None else []
    change = DraftItem.Change.NEW
    if old is not None:
        change = DraftItem.Change.CHANGED if found else DraftItem.Change.SAME
    return DraftItem(
        plan=plan, kind=kind, position=position, content=content, original=content, change=change,
        matches_uid=old.matches_uid if old is not None else None, differences=found,
    )  # fmt: skip


class DiscardPlan(PlanAction[Plan]):
    """Give up a draft; the file and what was read stay on record."""

    name = "plans.discard"
    label = "放弃草稿"
    permission = "plans.load"

    def __init__(self, actor: User | None, on: date, plan: Plan, reason: str = "") -> None:
        super().__init__(actor, on, plan)
        self.reason = reason.strip()

    def check_state(self) -> None:
        if self.plan.state != Plan.State.DRAFT:
            raise ConflictError("只有待确认的计划可以放弃；已生效的计划请导入调整稿。", state=self.plan.state)

    def perform(self) -> Plan:
        self.record(plan=str(self.plan.uid), reason=self.reason)
        self.plan.state = Plan.State.DISCARDED
        self.plan.save(update_fields=["state"])
        return self.plan
