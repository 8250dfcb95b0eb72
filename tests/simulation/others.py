"""Acts beside the entries: quantities of heavy metals, bodies merged and parted, small workbooks, dated rules."""

from __future__ import annotations

import io
import tempfile
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from tests.simulation.acting import OTHERS, Doing

from jingtu.errors import ConflictError
from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.organisations.actions.facilities import AddFacility, CloseFacility, EditFacility
from jingtu.platform.organisations.actions.merging import MergeOrganisations, UndoMerge
from jingtu.platform.organisations.models import Facility, Organisation, OrganisationMerge
from jingtu.platform.organisations.permissions import EDIT
from jingtu.platform.registers import declarations
from jingtu.platform.registers.actions import ChangeFacts
from jingtu.platform.registers.exchange.importing import apply
from jingtu.platform.rulebooks.actions import AddTable
from jingtu.programme.sources.metals.quotas.actions import Particulars
from jingtu.programme.sources.metals.quotas.kinds import (
    AllotPermit,
    OpenQuota,
    TransferBetween,
    TransferIn,
    TransferOut,
    VerifyReduction,
)
from jingtu.programme.sources.metals.quotas.models import QuotaTransaction, ReductionSource
from jingtu.programme.sources.metals.quotas.projects import Reverse, UseSources
from jingtu.programme.sources.metals.quotas.rules import EnterReplacementRule
from jingtu.service.demo.groundwater import stability_table

PLANTS, WELLS = "heavy_metal_enterprises", "groundwater_wells"
METALS = ("pb", "cd", "cr", "as")
_KINDS = {"open": 6, "allot": 2, "reduce": 5, "in": 3, "out": 1, "between": 2, "use": 4, "reverse": 2}


def quota(doing: Doing) -> Any:
    """One transaction of the quota ledger."""
    rng = doing.rng
    version = doing.entry(declarations.get(PLANTS))
    actor = doing.person("metals.quota.post", version.region.path)
    kind = rng.choices(list(_KINDS), list(_KINDS.values()))[0]
    number = doing.item.number
    said = Particulars(project=f"项目{number}", document=f"文件{number}", counterpart="外市企业")
    metal, grams, on = rng.choice(METALS), rng.randint(1, 3000), doing.some_days_ago()
    if kind == "open":
        return OpenQuota(actor, on, version.entry, metal, grams * 3, said).execute()
    if kind == "allot":
        return AllotPermit(actor, on, version.entry, metal, grams, said).execute()
    if kind == "reduce":
        way = rng.choice(("closure", "process", "treatment"))
        return VerifyReduction(actor, on, version.entry, metal, grams // 3 + 1, said, way=way).execute()
    if kind == "in":
        return TransferIn(actor, on, version.entry, metal, grams, said).execute()
    if kind == "reverse":
        made = QuotaTransaction.objects.filter(reverses=None, reversal=None).order_by("pk")
        return Reverse(actor, doing.one(list(made)), "录入有误").execute()
    source = doing.one(list(ReductionSource.objects.select_related("account__entry").order_by("pk")))
    owner, metal, part = source.account.entry, source.account.metal, rng.randint(1, 600)
    if kind == "out":
        return TransferOut(actor, on, owner, metal, part, said, source=source).execute()
    if kind == "between":
        return TransferBetween(actor, on, owner, metal, part, said, source=source, to=version.entry).execute()
    spent = part + rng.randint(0, 80)
    return UseSources(actor, on, version.entry, metal, part, said, parts=[(source, spent)]).execute()


def merge(doing: Doing) -> Any:
    """Two bodies found to be one; or the last such finding taken back."""
    last = OrganisationMerge.objects.filter(undone_on=None).order_by("-pk").first()
    if last is not None:
        actor = doing.person(EDIT.name, last.into.region.path)
        return UndoMerge(actor, doing.day, last, "核实为两家单位").execute()
    bodies = list(Organisation.objects.filter(merged_into=None, kind="enterprise").order_by("pk"))
    if len(bodies) < 2:
        raise ConflictError("not two bodies of the kind")
    duplicate, into = doing.rng.sample(bodies, 2)
    actor = doing.person(EDIT.name, into.region.path)
    return MergeOrganisations(actor, doing.day, duplicate, into, reason="同一单位").execute()


def imported(doing: Doing) -> Any:
    """A workbook of wells: some that the list has, with other depths, and some that it has not."""
    register = declarations.get(WELLS)
    book = Workbook()
    sheet = book.active
    sheet.append(["编号", "名称", "所属乡镇", "井深", "监测层位"])
    towns = [item for item in doing.city.towns if item.path.startswith(doing.city.counties[0].path)]
    for place, number in enumerate(doing.rng.sample(range(1, 25), 4)):
        town = doing.one(towns)
        code = f"W{number:03}"
        sheet.append([code, f"导入井{code}", town.name, doing.rng.randint(10, 90) + place / 10, "孔隙潜水"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wells.xlsx"
        book.save(path)
        county = doing.city.counties[0]
        actor = doing.person(register.import_permission, county.path)
        return apply(register, path, path.name, actor=actor, on=doing.day, region=county)


def rule(doing: Doing) -> None:
    """What the city enters itself: the ratio of replacement, and when water counts as stable."""
    city = doing.city.city
    EnterReplacementRule(
        None, doing.day, city, metal="", ratio=Decimal(1), source="示例方案", clause="等量替代",
        valid_from=doing.day - timedelta(days=400),
    ).execute()  # fmt: skip
    actor = doing.person(str(AddTable.permission), city.path)
    AddTable(actor, doing.day, city, io.BytesIO(stability_table()), "判定规则.csv").execute()


def plant(doing: Doing) -> Any:
    """A plant of a company is entered, called otherwise, stopped, or closed."""
    company = doing.one(list(Organisation.objects.filter(merged_into=None, kind="enterprise").order_by("pk")))
    plants = list(company.facilities.filter(valid_to=OPEN_DATE).order_by("pk"))
    town, name = doing.one(doing.city.towns), f"厂区{doing.item.number}"
    if len(plants) < 2 or doing.rng.random() < 0.4:
        return AddFacility(
            doing.person(EDIT.name, town.path), doing.day, company, name, town,
            permit_number=f"P{doing.item.number}", status=doing.rng.choice(("building", "operating")),
        ).execute()  # fmt: skip
    one = doing.one(plants)
    actor = doing.person(EDIT.name, one.region.path)
    if doing.rng.random() < 0.3:
        return CloseFacility(actor, doing.some_days_ago(), one, "停止生产").execute()
    return EditFacility(
        actor, doing.some_days_ago(), one, name, one.region, status=doing.rng.choice(("suspended", "operating")),
        mistake=doing.rng.random() < 0.3,
    ).execute()  # fmt: skip


def entry_of_plant(doing: Doing) -> Any:
    """Something on a list is found to be of one plant, and its company answers for it."""
    registers = [
        item
        for item in declarations.all_registers()
        if any(field.kind == "facility" for field in item.fields)
    ]
    register = doing.one(registers)
    version = doing.entry(register)
    plants = Facility.objects.filter(organisation__merged_into=None).select_related("organisation")
    one = doing.one(list(plants.order_by("pk")))
    actor = doing.person(register.edit_permission, version.region.path)
    named = next(field.id for field in register.fields if field.kind == "facility")
    header = {"holder": one.organisation}
    return ChangeFacts(actor, doing.day, version.entry, facts={named: one}, header=header).execute()


OTHERS |= {"plant": plant, "entry_of_plant": entry_of_plant}
OTHERS |= {"quota": quota, "merge": merge, "import": imported, "rule": rule}
