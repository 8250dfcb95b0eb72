"""A small world for the access matrix: two counties of one city, their units, plans, parcels, people."""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client

from jingtu.platform import clock
from jingtu.platform.draws.actions import PerformDraw, PrepareDraw, RecordSeed
from jingtu.platform.draws.models import Draw
from jingtu.platform.duties.models import Duty
from jingtu.platform.evidence.attaching import attach
from jingtu.platform.evidence.laboratory import preparing
from jingtu.platform.evidence.laboratory.importing import ImportResults
from jingtu.platform.evidence.laboratory.models import Survey
from jingtu.platform.evidence.laboratory.surveys import CreateSurvey, Said
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.filings.actions import RecordReceipt
from jingtu.platform.jobs.models import Job
from jingtu.platform.ledger import records
from jingtu.platform.organisations.models import Facility, Organisation, OrganisationAlias
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region
from jingtu.platform.registers import values, versions
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.declarations import get as register_of
from jingtu.platform.registers.entry_records import AddRecord, believed_records
from jingtu.platform.registers.exchange.mappings import RememberMapping
from jingtu.platform.registers.models import ColumnMapping, Entry, SavedView, Version
from jingtu.platform.rulebooks.actions import AddTable
from jingtu.platform.rulebooks.models import AddedTable
from jingtu.platform.scorecards import declarations as scorecards
from jingtu.platform.scorecards.filling import Answer, FillScorecard
from jingtu.platform.scorecards.models import Scorecard
from jingtu.programme.plans.actions.confirming import ConfirmPlan
from jingtu.programme.plans.actions.targets import PromoteQuantity
from jingtu.programme.plans.drafting import blank
from jingtu.programme.plans.models import DraftItem, FormRow, Plan, ReportForm, Target, TaskQuantity
from jingtu.programme.sources.metals.quotas.actions import Particulars
from jingtu.programme.sources.metals.quotas.kinds import OpenQuota
from jingtu.programme.sources.metals.quotas.rules import EnterReplacementRule

PARCELS = "priority_parcels"
LAND, LAND_SYSTEM = "construction_parcels", "construction_land_system"
INSPECTION = "key_unit_inspection"
PLOTS, PLOT_RECORDS = "farmland_plots", "farmland_image_checks"  # entries that carry records
SMELTERS = "heavy_metal_enterprises"  # entries that keep quotas
# Units by the role of those who act for them: the name a plan writes, the kind, the kind of organisation.
UNITS: dict[str, tuple[str, str, str]] = {
    "department": ("区农业农村局", "department", "department"),
    "township": ("{town}人民政府", "government", "government"),
    "enterprise": ("{county}化工有限公司", "enterprise", "enterprise"),
    "survey_firm": ("{county}勘查有限公司", "enterprise", "survey_firm"),
    "laboratory": ("{county}检测有限公司", "enterprise", "laboratory"),
    "granary": ("{county}粮库有限公司", "enterprise", "granary"),
}
REGIONAL = ("officer", "head", "reviewer", "department")
PASSWORD = "Guan-Tian-2024"


@dataclass
class County:
    """One county with what lies in it."""

    region: Region
    town: Region
    bodies: dict[str, Organisation] = field(default_factory=dict)
    plan: Plan | None = None
    draft: Plan | None = None
    own_task: Entry | None = None  # of all units of UNITS
    other_task: Entry | None = None  # of another unit of the county
    led_tasks: dict[str, Entry] = field(default_factory=dict)  # one led by each unit of UNITS
    target: Target | None = None
    own_target: Target | None = None  # of the figure of ``own_task``
    form: ReportForm | None = None
    parcels: dict[str, Entry] = field(default_factory=dict)
    claimed: dict[str, Entry] = field(default_factory=dict)  # parcels that wait for the second person
    plots: dict[str, Entry] = field(default_factory=dict)  # each with a record
    smelters: dict[str, Entry] = field(default_factory=dict)  # each with a posting of its quota
    scored: dict[str, Entry] = field(default_factory=dict)  # key units, each with a card filled in
    files: dict[str, Attachment] = field(default_factory=dict)
    duties: dict[str, Duty] = field(default_factory=dict)  # by the unit that owes them
    submitted: dict[str, Duty] = field(default_factory=dict)  # those that wait for the second person
    mapping: ColumnMapping | None = None
    surveys: dict[str, Survey] = field(default_factory=dict)
    added: AddedTable | None = None
    land: dict[str, Entry] = field(default_factory=dict)  # construction parcels by who holds them
    drawn: Draw | None = None
    prepared: Draw | None = None


class World:
    """Builds everything through actions and models; ``clients`` are logged in by role."""

    def __init__(self) -> None:
        self.on = clock.business_date()
        self.year = self.on.year
        province = create_region("陕西省", "province", code="610000", source="试验")
        self.city = create_region("西安市", "city", province, code="610100", source="试验")
        self.here = self._county("灞桥区", "610111", "洪庆镇")
        self.there = self._county("临潼区", "610115", "零口镇")
        self.users: dict[str, User] = {}
        self.clients: dict[str, Client] = {}
        for role in Role:
            self._person(role.value)
        self.stranger = User.objects.create_user("stranger", PASSWORD, display_name="旁人")
        Membership.objects.create(user=self.stranger, role="officer", region=self.there.region)
        self.clients["anonymous"] = Client(raise_request_exception=False)
        self._things_of_people()

    # Places, units, people

    def _county(self, name: str, code: str, town_name: str) -> County:
        region = create_region(name, "county", self.city, code=code, source="试验")
        town = create_region(town_name, "town", region, code=f"{code}101", source="试验")
        county = County(region, town)
        for role, (pattern, _, kind) in UNITS.items():
            plain = pattern.format(town=town_name, county=name)
            full = f"{name}{plain[1:]}" if role == "department" else plain
            place = town if role == "township" else region
            county.bodies[role] = Organisation.objects.create(name=full, kind=kind, region=place)
        county.bodies["water"] = Organisation.objects.create(
            name=f"{name}水利局", kind="department", region=region
        )
        for body in county.bodies.values():
            Facility.objects.create(organisation=body, name="一厂", region=body.region)
            OrganisationAlias.objects.create(organisation=body, name=f"{body.name}（旧称）", source="试验")
        self._plans(county)
        self._parcels(county)
        self._land(county)
        self._draws(county)
        self._plots(county)
        self._smelters(county)
        self._scored(county)
        self._files(county)
        self._duties(county)
        self._surveys(county)
        self._rules(county)
        return county

    def _rules(self, county: County) -> None:
        lines = [
            "标准号,标准名称,施行日期,介质,项目,单位,限值类型,限值,条款,来源",
            f"DB61/T {county.region.pk}-2020,试验标准,2020-01-01,土壤,镉,mg/kg,筛选值,0.5,表1,试验",
        ]
        stream = io.BytesIO("\n".join(lines).encode())
        county.added = AddTable(None, self.on, county.region, stream, "试验.csv").execute()

    def _surveys(self, county: County) -> None:
        """One of the bodies that have a part in surveys, and one of nobody here."""
        bodies = {
            "holder": county.bodies["enterprise"], "organisation": county.bodies["survey_firm"],
            "laboratory": county.bodies["laboratory"],
        }  # fmt: skip
        for name, parts in (("own", bodies), ("region", {})):
            said = Said(
                name=f"{county.region.name}调查", code=f"{county.region.adcode}-{name}", region=county.region,
                standard="gb36600", land_class=2, **parts,
            )  # fmt: skip
            survey = county.surveys[name] = CreateSurvey(None, self.on, said).execute()
            lines = ["样品编号,点位编号,采样日期,检测项目,检测结果,单位", f"S1,P1,{self.on},砷,80,mg/kg"]
            content = "\n".join(lines).encode()
            prepared = preparing.prepare(survey, io.BytesIO(content), "结果.csv", on=self.on)
            path = Path(settings.MEDIA_ROOT) / f"{survey.code}.csv"
            path.write_bytes(content)
            ImportResults(None, self.on, prepared, path, acknowledged=True).execute()

    def _person(self, role: str) -> None:
        user = User.objects.create_user(role.replace("_", ""), PASSWORD, display_name=Role(role).label)
        self.users[role] = user
        if role != "public":
            Membership.objects.create(
                user=user,
                role=role,
                region=self.city if role == "superior" else self.here.region if role in REGIONAL else None,
                organisation=self.here.bodies.get(role),
            )
        client = Client(raise_request_exception=False)
        client.force_login(user)
        self.clients[role] = client

    def _things_of_people(self) -> None:
        self.jobs, self.views, self.sessions = {}, {}, {}
        for role, user in [*self.users.items(), ("stranger", self.stranger)]:
            self.jobs[role] = Job.objects.create(kind="test", label="试验", owner=user)
            self.views[role] = SavedView.objects.create(user=user, page="tasks", name="常用")
            self.sessions[role] = UserSession.objects.create(
                user=user, ip="127.0.0.1", session_key=uuid.uuid4().hex[:32], user_agent="试验"
            )

    # Plans

    def _unit(self, name: str, kind: str) -> dict[str, Any]:
        return {"raw": name, "expanded": name, "scope": None, "kind": kind, "spans": []}

    def _task(self, title: str, lead: dict[str, Any], others: list[dict[str, Any]]) -> dict[str, Any]:
        quantity = {
            "text": "回头看比例不低于80%", "subject": "回头看", "comparator": ">=", "value": 80, "unit": "%",
            "due": None, "base": None, "cumulative": False, "indicator_id": None, "spans": [],
        }  # fmt: skip
        return blank("task") | {
            "title": title,
            "text": title,
            "lead_units": [lead],
            "responsible_units": others,
            "quantities": [quantity],
            "deliverables": [{"name": f"{title}工作方案", "kind": "plan", "spans": []}],
        }

    def _items(self, plan: Plan, county: County) -> None:
        units = {
            role: self._unit(pattern.format(town=county.town.name, county=county.region.name), kind)
            for role, (pattern, kind, _) in UNITS.items()
        }
        lead = units.pop("department")
        led = [
            ("task", self._task(f"牵头事项{role}", unit, []))
            for role, unit in [("department", lead), *units.items()]
        ]
        contents = [
            *led,
            ("target", blank("target") | {
                "indicator": "农膜回收率", "comparator": ">=", "value": 85, "unit": "%", "kind": "number",
            }),
            ("task", self._task("开展农膜回收", lead, list(units.values()))),
            ("task", self._task("开展河道清淤", self._unit("区水利局", "department"), [])),
            ("form_row", blank("form_row") | {"group": "源头预防", "number": "1", "item": "农膜回收情况"}),
        ]  # fmt: skip
        for position, (kind, content) in enumerate(contents, start=1):
            DraftItem.objects.create(
                plan=plan, kind=kind, position=position * 1000, content=content, original=content
            )

    def _plans(self, county: County) -> None:
        def new(year: int) -> Plan:
            from jingtu.platform.evidence import storage

            stored = storage.store(io.BytesIO(f"{county.region.name}{year}年度工作计划".encode()), "计划.txt")
            plan = Plan.objects.create(
                region=county.region, year=year, title=f"{county.region.name}{year}年度工作计划",
                file=stored, file_name="计划.txt", text="开展农膜回收。",
            )  # fmt: skip
            self._items(plan, county)
            return plan

        county.plan = new(self.year)
        ConfirmPlan(None, self.on, county.plan, confirm_pending=True).execute()
        tasks = {
            version.name: version.entry
            for version in versions.versions("plan_tasks", self.on).filter(region=county.region)
        }
        county.led_tasks = {role: tasks[f"牵头事项{role}"] for role in UNITS}
        county.own_task, county.other_task = tasks["开展农膜回收"], tasks["开展河道清淤"]
        county.target = Target.objects.get(plan=county.plan)
        county.own_target = PromoteQuantity(None, self.on, self.quantity(county.own_task)).execute()
        county.form = ReportForm.objects.get(plan=county.plan)
        county.draft = new(self.year + 1)

    def quantity(self, task: Entry) -> TaskQuantity:
        return TaskQuantity.objects.filter(entry=task).latest("pk")

    def deliverable(self, task: Entry) -> Version:
        found = versions.versions("plan_deliverables", self.on).filter(deliverablefacts__task=task)
        return found.get()

    def form_row(self, county: County) -> FormRow:
        assert county.form is not None
        return county.form.rows.get()

    # Parcels and files

    def _parcels(self, county: County) -> None:
        columns = {"地块": "name", "备注": ""}
        county.mapping = RememberMapping(
            None, self.on, register_of("priority_parcels"), county.region, "上级下发表", columns
        ).execute()
        for role in (*UNITS, "water"):
            county.parcels[role] = self._parcel(county, role, "found")
            county.claimed[role] = self._parcel(county, role, "control_claimed")

    def _parcel(self, county: County, role: str, state: str) -> Entry:
        entry = Entry.objects.create(register=PARCELS, code=f"{county.region.adcode}-{role}-{state}")
        row = records.append("test", on=self.on, subject_type="test")
        versions.write(
            entry,
            header={
                "name": f"{county.region.name}{role}地块",
                "region": county.region,
                "holder": county.bodies[role],
                "state": state,
            },
            facts=values.blank_facts(register_of(PARCELS)),
            effective_from=self.on.replace(month=1, day=1),
            ledger_row=row,
        )
        return entry

    def _plots(self, county: County) -> None:
        for role in (*UNITS, "water"):
            header = {
                "name": f"{county.region.name}{role}田块", "region": county.region, "holder": county.bodies[role],
            }  # fmt: skip
            plot = county.plots[role] = CreateEntry(None, self.on, PLOTS, header, {}).execute()
            said = {"image_source": "试验影像", "agrees": "是"}
            AddRecord(None, self.on, plot, PLOT_RECORDS, said).execute()

    def _smelters(self, county: County) -> None:
        for role in ("enterprise", "water"):
            header = {
                "name": f"{county.region.name}{role}冶炼厂", "region": county.region, "holder": county.bodies[role],
            }  # fmt: skip
            plant = county.smelters[role] = CreateEntry(None, self.on, SMELTERS, header, {}).execute()
            OpenQuota(None, self.on, plant, "pb", 1000, Particulars(document="试验")).execute()
        EnterReplacementRule(
            None, self.on, county.region, metal="", ratio=Decimal(1), source="试验", valid_from=self.on
        ).execute()

    def _scored(self, county: County) -> None:
        kind = scorecards.asked(INSPECTION)
        answers = {
            place: Answer("0") if item.points else Answer(hit=False)
            for place, item in enumerate(kind.items, 1)
        }
        for role in ("enterprise", "water"):
            header = {
                "name": f"{county.region.name}{role}重点单位", "region": county.region, "holder": county.bodies[role],
            }  # fmt: skip
            unit = county.scored[role] = CreateEntry(None, self.on, kind.register, header, {}).execute()
            FillScorecard(None, self.on, kind, unit, answers).execute()

    def card(self, unit: Entry) -> Scorecard:
        return Scorecard.objects.get(entry=unit)

    def record(self, plot: Entry) -> Any:
        return believed_records(PLOT_RECORDS).get(entry=plot)

    def _land(self, county: County) -> None:
        """Construction parcels, which have to stand in a national system."""
        for role in (*UNITS, "water"):
            header = {
                "name": f"{county.region.name}{role}建设用地", "region": county.region,
                "holder": county.bodies[role],
            }  # fmt: skip
            county.land[role] = CreateEntry(None, self.on, LAND, header, {}, state="in_review").execute()
            RecordReceipt(
                None, self.on, county.land[role], LAND_SYSTEM, f"{county.region.pk}-{role}"
            ).execute()

    def _draws(self, county: County) -> None:
        said = {"kind": "look_back", "title": "回头看", "number": 1}
        register = register_of(PARCELS)
        county.prepared = PrepareDraw(None, self.on, register, county.region, **said).execute()
        drawn = PrepareDraw(None, self.on, register, county.region, **said).execute()
        county.drawn = PerformDraw(None, self.on, RecordSeed(None, self.on, drawn).execute()).execute()

    def _files(self, county: County) -> None:
        for name, task, owners in (
            ("own", county.own_task, [county.bodies[role].pk for role in UNITS]),
            ("region", county.other_task, [county.bodies["water"].pk]),
        ):
            assert task is not None
            county.files[name] = attach(
                io.BytesIO(f"{county.region.name}{name}".encode()), "说明.txt", subject_type="task",
                subject_uid=task.uid, read_permission="plans.read", region_path=county.region.path,
                organisations=owners,
            )  # fmt: skip

    # Duties

    def _duties(self, county: County) -> None:
        for role, body in county.bodies.items():
            county.duties[role] = self._duty(county, body, "open")
            county.submitted[role] = self._duty(county, body, "submitted")

    def _duty(self, county: County, body: Organisation, state: str) -> Duty:
        return Duty.objects.create(
            rule="plans.deadline", entry=county.own_task, period=state, what="报送农膜回收台账", holder=body,
            region_path=county.region.path, due=self.on, raised_on=self.on.replace(day=1), state=state,
        )  # fmt: skip
