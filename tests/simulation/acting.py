"""What people do, each operation decided from the seed, its number and what is in the database."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, TypeVar

from tests.simulation import making
from tests.simulation.city import City
from tests.simulation.planning import Numbered

from jingtu.errors import ConflictError
from jingtu.platform.clock import OPEN_TIME
from jingtu.platform.duties import ticking
from jingtu.platform.duties.actions import CheckDuty, CloseDuty, WaiveDuty
from jingtu.platform.duties.models import Duty
from jingtu.platform.evidence.attaching import attach
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import rename_region
from jingtu.platform.registers.actions import ChangeFacts, CorrectFacts, CreateEntry
from jingtu.platform.registers.declarations import Register, all_registers
from jingtu.platform.registers.entry_records import AddRecord, CorrectRecord, WithdrawRecord
from jingtu.platform.registers.entry_records.declarations import RecordKind, kinds_of
from jingtu.platform.registers.models import Entry, Version
from jingtu.platform.registers.moves import MoveEntry, RevokeMove

Thing = TypeVar("Thing")
# Registers and records that more is written about than about others.
_BUSY = {
    "farmland_plots": 3, "groundwater_points": 3, "groundwater_wells": 2, "reserve_projects": 3,
    "key_regulated_units": 3, "cadmium_sources": 2, "heavy_metal_enterprises": 2, "priority_parcels": 2,
    "construction_parcels": 2, "self_monitorings": 4, "hazard_inspections": 6, "rechecks": 3, "demolitions": 2,
    "farmland_measures": 3, "farmland_crop_tests": 3, "project_funding": 3, "project_payments": 2, "project_work": 2,
}  # fmt: skip
OTHERS: dict[str, Callable[[Doing], Any]] = {}  # acts of single registers, see their modules


class Doing:
    """One operation being done: what it draws from, and the day it is about."""

    def __init__(self, seed: int, item: Numbered, city: City) -> None:
        self.rng = Random(f"{seed}/{item.number}")
        self.item, self.city, self.day = item, city, item.day

    def act(self) -> Any:
        own = getattr(self, f"_{self.item.act}", None)
        return own() if own is not None else OTHERS[self.item.act](self)

    # What is drawn

    def one(self, things: Sequence[Thing]) -> Thing:
        if not things:
            raise ConflictError("nothing of the kind is there")
        return self.rng.choice(things)

    def register(self) -> Register:
        return self.one(
            [item for item in all_registers() if item.listed for _ in range(_BUSY.get(item.id, 1))]
        )

    def entry(self, register: Register) -> Version:
        """The version of today of some entry of a register."""
        found = Version.objects.filter(
            register=register.id,
            recorded_to=OPEN_TIME,
            effective_from__lte=self.day,
            effective_to__gt=self.day,
        )
        return self.one(
            list(
                found.select_related("entry", "region", "holder").order_by("entry__code", "name", "entry_id")
            )
        )

    def person(self, permission: str, path: str) -> User:
        return self.one(self.city.able(permission, path))

    def proof(self, register: Register, version: Version, actor: User | None) -> Attachment:
        return attach(
            io.BytesIO(f"{self.item.number} {version.name}\n".encode()), f"{self.item.number}.txt",
            subject_type=register.id, subject_uid=version.entry.uid, read_permission=register.read_permission,
            region_path=version.region.path, actor=actor,
        )  # fmt: skip

    def some_days_ago(self) -> date:
        """Today, or as things are entered: some days late."""
        return self.day - timedelta(days=self.rng.choice((0, 0, 0, 1, 3, 12)))

    # Entries

    def _found(self) -> Entry:
        return self._create(number=self.item.number, early=True)

    def _create(self, number: int = 0, *, early: bool = False) -> Entry:
        registers = [item for item in all_registers() if item.listed for _ in range(_BUSY.get(item.id, 1))]
        register = registers[number * 7 % len(registers)] if number else self.register()
        town = self.one([*self.city.towns, *self.city.counties])
        actor = self.person(register.edit_permission, town.path)
        on = self.day - timedelta(days=self.rng.randint(30, 700)) if early else self.some_days_ago()
        facts = making.values(self.rng, register.fields, on, self.item.number)
        header = {
            "name": f"{register.label}{self.item.number}", "region": town,
            "holder": self.one([None, *self.city.bodies]),
        }  # fmt: skip
        code = f"S{self.item.number:05}"
        state = self.one(register.lifecycle.initial)
        return CreateEntry(actor, on, register.id, header, facts, code=code, state=state).execute()

    def _change(self) -> Any:
        return self._amend(ChangeFacts, self.some_days_ago())

    def _correct(self) -> Any:
        return self._amend(
            CorrectFacts, self.day - timedelta(days=self.rng.randint(1, 120)), reason="与原件核对，记错"
        )

    def _amend(self, action: Any, on: date, **rest: Any) -> Any:
        register = self.register()
        version = self.entry(register)
        actor = self.person(register.edit_permission, version.region.path)
        every = making.values(self.rng, register.fields, on, self.item.number)
        facts = {key: every[key] for key in sorted(every) if self.rng.random() < 0.3}
        header = {}
        if self.rng.random() < 0.3:
            header["name"] = f"{version.name[:20]}改{self.item.number}"
        if self.rng.random() < 0.15:
            header["region"] = self.one(self.city.towns)
        if self.rng.random() < 0.2:
            header["holder"] = self.one(self.city.bodies)
        if action is CorrectFacts and self.rng.random() < 0.4:
            rest["until"] = on + timedelta(days=self.rng.randint(1, 90))
        return action(actor, on, version.entry, facts=facts, header=header, **rest).execute()

    def _move(self) -> Any:
        register = self.register()
        version = self.entry(register)
        # Who leaves everything to leave and remove again soon has nothing left to simulate.
        moves = list(register.lifecycle.moves_from(version.state))
        lasting = [move for move in moves if not register.lifecycle.state(move.target).final]
        move = self.one(lasting if lasting and self.rng.random() < 0.85 else moves)
        actor = self.person(move.permission, version.region.path)
        fields = [register.field(name) for name in move.fields]
        facts = making.values(self.rng, fields, self.day, self.item.number, move.required_fields)
        evidence = [self.proof(register, version, actor)] if self.rng.random() < 0.9 else []
        return MoveEntry(
            actor, self.some_days_ago(), version.entry, move.id, reason=f"事由{self.item.number}", facts=facts,
            evidence=evidence,
        ).execute()  # fmt: skip

    def _revoke(self) -> Any:
        register = self.register()
        version = self.entry(register)
        actor = self.person(register.edit_permission, version.region.path)
        return RevokeMove(actor, self.day, version.entry, reason="流转有误").execute()

    # Records

    def kind(self) -> tuple[Register, RecordKind]:
        register = self.one(
            [item for item in all_registers() if kinds_of(item.id) for _ in range(_BUSY.get(item.id, 1))]
        )
        return register, self.one(
            [kind for kind in kinds_of(register.id) for _ in range(_BUSY.get(kind.id, 1))]
        )

    def _record(self) -> Any:
        register, kind = self.kind()
        version = self.entry(register)
        actor = self.person(kind.permission, version.region.path)
        on = self.some_days_ago()
        if kind.id == "hazard_inspections":  # the base year of the second look, and old ones
            on = self.one([on, date(2021, 5, 6), on - timedelta(days=self.rng.randint(100, 1300))])
        given = making.values(self.rng, kind.fields, on, self.item.number, kind=kind.id)
        return AddRecord(
            actor, on, version.entry, kind.id, given, [self.proof(register, version, actor)]
        ).execute()

    def some_record(self) -> tuple[RecordKind, Any]:
        _, kind = self.kind()
        rows = kind.model._default_manager.filter(recorded_to=OPEN_TIME)
        return kind, self.one(list(rows.select_related("entry").order_by("on", "entry__code", "pk")))

    def _correct_record(self) -> Any:
        kind, record = self.some_record()
        actor = self.person(kind.permission, self._path(record.entry))
        every = making.values(self.rng, kind.fields, record.on, self.item.number, kind=kind.id)
        given = {key: every[key] for key in sorted(every) if self.rng.random() < 0.5}
        on = record.on - timedelta(days=self.rng.choice((0, 0, 0, 2)))
        return CorrectRecord(actor, on, record, kind.id, given, reason="与原件核对，记错").execute()

    def _withdraw_record(self) -> Any:
        kind, record = self.some_record()
        actor = self.person(kind.permission, self._path(record.entry))
        return WithdrawRecord(actor, record.on, record, kind.id, reason="不应登记").execute()

    def _path(self, entry: Entry) -> str:
        return entry.versions.filter(recorded_to=OPEN_TIME).order_by("effective_from")[0].region.path

    # Duties, days, names

    def _duty(self) -> Any:
        every = Duty.objects.exclude(state__in=("closed", "cancelled", "waived"))
        order = ("rule", "entry__code", "period", "holder__name", "due")
        duty = self.one(list(every.select_related("entry").order_by(*order)[:400]))
        note = f"办理{self.item.number}"
        if duty.state == Duty.State.SUBMITTED:
            accept = self.rng.random() < 0.7
            return CheckDuty(self._for(CheckDuty, duty), self.day, duty, accept=accept, note=note).execute()
        if self.rng.random() < 0.15:
            return WaiveDuty(self._for(WaiveDuty, duty), self.day, duty, note).execute()
        actor = self._for(CloseDuty, duty)
        file = attach(
            io.BytesIO(note.encode()), f"{note}.txt", subject_type="duty", subject_uid=duty.uid,
            read_permission=_read_of(duty), region_path=duty.region_path, actor=actor,
        )  # fmt: skip
        return CloseDuty(actor, self.day, duty, note, evidence=[file]).execute()

    def _for(self, action: Any, duty: Duty) -> User:
        return self.person(action.permission, duty.region_path)

    def _tick(self) -> Any:
        return ticking.tick(self.day)

    def _rename_county(self) -> Any:
        county = self.city.counties[1]
        return rename_region(county, "样本新县", code="990129", on=self.day, source="模拟的批复")

    def _rename_town(self) -> Any:
        town = Region.objects.filter(path__startswith=self.city.counties[0].path, level="town").order_by(
            "pk"
        )[0]
        return rename_region(town, "清溪镇", on=self.day, source="模拟的批复")


def _read_of(duty: Duty) -> str:
    return next(item for item in all_registers() if item.id == duty.entry.register).read_permission
