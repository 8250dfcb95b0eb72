"""One county, two units, one plan with one task and its form."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from jingtu.platform.ledger import records
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry
from jingtu.programme.plans.forms import building, filling
from jingtu.programme.plans.models import Plan, Progress

JUNE = date(2024, 6, 30)
ROWS = [
    {
        "group": "源头预防",
        "number": "1",
        "item": "涉镉等重金属行业企业排查整治工作情况",
        "responsible_units": [{"raw": "县生态环境局"}],
    },
    {
        "group": "源头预防",
        "number": "2",
        "item": "农田残膜回收情况",
        "responsible_units": [{"raw": "县农业农村局"}],
    },
    {
        "group": "试点示范",
        "number": "1",
        "item": "重金属行业企业排查整治技术试点情况（按季度报送，4月、7月、10月、1月分别报送上一季度进展情况）",
        "responsible_units": [],
    },
]


class World:
    """One county, two units, one plan with one task and its form."""

    def __init__(self) -> None:
        self.region = Region.objects.create(level="county", path="/1/")
        self.region.names.create(name="甲县", code="999901", source="test")
        self.ecology = Organisation.objects.create(name="县生态环境局", kind="ecology", region=self.region)
        self.farming = Organisation.objects.create(name="县农业农村局", kind="department", region=self.region)
        self.plan = Plan.objects.create(region=self.region, year=2024, state="confirmed", title="计划")
        self.task = Entry.objects.create(register="plan_tasks")
        row = self.ledger()
        versions.write(
            self.task,
            header={
                "name": "开展涉镉污染源排查整治",
                "region": self.region,
                "holder": self.ecology,
                "state": "not_started",
            },
            facts={
                "plan_id": self.plan.pk,
                "position": 1,
                "number": "1",
                "section": "",
                "unit_text": "",
                "text": "对耕地周边涉镉等重金属行业企业开展排查整治。",
                "units_open_ended": False,
                "spans": [],
                "registers": [],
                "due": None,
            },
            effective_from=date(2024, 1, 1),
            ledger_row=row,
        )
        self.form = building.build_form(self.plan, ROWS)

    def ledger(self) -> LedgerRow:
        return records.append("test", on=JUNE, subject_type="test")

    def report(
        self, organisation: Organisation, period: str, text: str, state: str = "in_progress", **more: Any
    ) -> Progress:
        return Progress.objects.create(
            entry=self.task,
            organisation=organisation,
            period=period,
            on=filling.month_end(period),
            state=state,
            text=text,
            ledger_row=self.ledger(),
            **{"recorded_from": datetime(2024, 6, 30, tzinfo=UTC), **more},
        )

    def cells(self, month: str = "2024-06", known_at: datetime | None = None) -> list[dict[str, Any]]:
        filled = filling.fill(self.form, month, date(2024, 12, 31), known_at, lambda *_: None)
        return [filled[str(row.pk)]["progress"] for row in self.form.rows.all()]
