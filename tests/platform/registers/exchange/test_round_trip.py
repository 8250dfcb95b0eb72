"""Every register goes out to a workbook and comes back unchanged, whatever kinds of columns it has."""

from __future__ import annotations

import io
import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import models, transaction
from stdnum.cn import uscc
from tests.platform.registers.conftest import place

from jingtu.platform.ledger import records
from jingtu.platform.organisations.models import Facility, Organisation
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import values, versions
from jingtu.platform.registers.declarations import Field, Register, all_registers
from jingtu.platform.registers.exchange.exporting import export
from jingtu.platform.registers.exchange.importing import dry_run
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.quantities import axis_of

pytestmark = pytest.mark.django_db
ON = date(2024, 6, 30)
REGISTERS = [item for item in all_registers() if item.listed]
TEXTS = ["", "电镀", "=1+1", "007", "无", "（甲）乙", "合计以外", "2024.1", "√", "A-1", "12.50"]


def code_of(draw: random.Random) -> str:
    body = "91990122MA" + "".join(draw.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=7))
    return body + str(uscc.calc_check_digit(body))


def value_of(item: Field, column: models.Field[Any, Any], draw: random.Random, plant: Facility) -> Any:
    """Something that the column may hold."""
    if item.kind == "facility":
        return plant
    if not item.required and draw.random() < 0.3:
        return column.get_default()
    if item.kind in {"text", "long_text"}:
        text = draw.choice(TEXTS) or ("甲" if item.required else "")
        return text + "\n第二行" if item.kind == "long_text" and text else text[: column.max_length or 200]
    if item.kind == "phone":
        return "0771-5550123"
    if item.kind == "choice":
        return draw.choice(item.choices)[0]
    if item.kind == "boolean":
        return draw.random() < 0.5
    if item.kind == "date":
        return date(2000, 1, 1) + timedelta(days=draw.randrange(8000))
    if item.kind == "year":
        return draw.randrange(1990, 2030)
    if item.kind == "integer":
        return draw.randrange(0, 30_000)
    if item.kind == "mass":
        return draw.randrange(0, 10**9)
    if item.kind == "uscc":
        return code_of(draw)
    low = {"longitude": 100, "latitude": 24}.get(axis_of(item.id, item.label), 30)
    whole = low + draw.randrange(5) if item.kind == "coordinate" else draw.randrange(0, 900)
    assert isinstance(column, models.DecimalField), item.id
    if column.max_digits - column.decimal_places < len(str(whole)):
        whole = 0
    return Decimal(whole) + Decimal(draw.randrange(10**column.decimal_places)).scaleb(-column.decimal_places)


def enter(register: Register, county: Region, seed: int) -> None:
    draw = random.Random(seed)
    columns = values.columns(register)
    for number in range(6):
        holder = Organisation.objects.create(
            name=f"青禾第{number}化工有限公司",
            kind=Organisation.Kind.ENTERPRISE,
            region=county,
            uscc=code_of(draw),
        )
        plant = Facility.objects.create(organisation=holder, name=f"{holder.name}一厂", region=county)
        facts = {item.id: value_of(item, columns[item.id], draw, plant) for item in register.fields}
        enterprise = register.enterprise
        if enterprise is not None:
            if enterprise.uscc:
                facts[enterprise.uscc] = holder.uscc
            if enterprise.name:
                facts[enterprise.name] = holder.name
        state = draw.choice(register.lifecycle.states).id
        entry = Entry.objects.create(register=register.id, code=f"C-{number}" if number % 3 else "")
        held = holder if enterprise is not None or number % 2 else None
        with transaction.atomic():
            versions.write(
                entry, header={"name": holder.name, "region": county, "holder": held, "state": state},
                facts=values.blank_facts(register) | facts,
                effective_from=date(2024, 1, 1), ledger_row=records.append("test", on=ON, subject_type="test"),
            )  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("register", REGISTERS, ids=[item.id for item in REGISTERS])
def test_an_export_read_back_changes_nothing(register: Register, seed: int) -> None:
    county = place("青禾县", Region.Level.COUNTY, "990122")
    enter(register, county, seed)
    rows = versions.versions(register.id, ON).prefetch_related("region__names").order_by("entry_id")
    content = export(register, list(rows), register.fields, on=ON)
    diff = dry_run(register, io.BytesIO(content), "导出.xlsx", actor=None, on=ON, region=county)
    assert [item.to_json() for item in diff.obstacles()] == []
    assert [(row.name, row.changes) for row in diff.rows if row.changes] == []
    assert diff.count("unchanged") == 6
