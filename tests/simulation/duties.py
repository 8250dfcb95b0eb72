"""Which duties have to be there on the last day, read from the raw rows by the words of their rules.

Only rules whose words say clearly what is owed: while a thing stands in a state, once a year, at the end of each
quarter, within twelve months of listing, so many working days before an event.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

from tests.simulation.recounting import END, Raw, Row

# What is to be done as long as a thing stands in one of these states; the move out of them is the deed.
WHILE = {
    "sites.verify": ("priority_parcels", {"found"}),
    "sites.monitor": ("priority_parcels", {"listed", "monitoring"}),
    "sites.delimit": ("priority_parcels", {"over_standard"}),
    "sites.control": ("priority_parcels", {"area_delimited"}),
    "sites.check": ("priority_parcels", {"control_claimed"}),
    "sites.land_survey": ("construction_parcels", {"to_survey"}),
    "sites.land_review": ("construction_parcels", {"in_review"}),
    "sites.land_correct": ("construction_parcels", {"violating"}),
    "sites.land_confirm": ("construction_parcels", {"rectifying"}),
    "cadmium.plan": ("cadmium_sources", {"listed"}),
    "cadmium.rectification": ("cadmium_sources", {"rectifying"}),
    "cadmium.check": ("cadmium_sources", {"claimed"}),
    "cadmium.strike_off": ("cadmium_sources", {"checked"}),
    "cadmium.cause_survey": ("farmland_cause_surveys", {"chosen", "surveying"}),
    "cadmium.source_cut": ("farmland_cause_surveys", {"causes_found", "cutting", "claimed"}),
    "waste.pond_grading": ("tailings_ponds", {"proposed"}),
    "waste.site_survey": ("historic_solid_waste_sites", {"clue"}),
    "waste.site_plan": ("historic_solid_waste_sites", {"listed"}),
    "waste.site_rectification": ("historic_solid_waste_sites", {"rectifying"}),
    "waste.site_check": ("historic_solid_waste_sites", {"claimed"}),
    "waste.site_strike_off": ("historic_solid_waste_sites", {"checked"}),
    "funds.start": ("reserve_projects", {"funded"}),
    "funds.finish": ("reserve_projects", {"started"}),
    "funds.acceptance": ("reserve_projects", {"finished"}),
}
_LISTED = {"published", "rectifying", "rectified", "removal_proposed"}
_MONEY = {"funded", "started", "finished", "acceptance_claimed", "accepted", "evaluated"}
# Once in the calendar year, from its first day on.
YEARLY = {
    "metals.list_update": ("heavy_metal_enterprises", {"building", "operating", "suspended", "closed"}),
    "cropland.measures": ("farmland_plots", {"safe_use"}),
    "cropland.tests": ("farmland_plots", {"safe_use"}),
    "cropland.control": ("farmland_plots", {"strict"}),
    "cropland.check_before": ("farmland_plots", {"strict"}),
    "cropland.check_during": ("farmland_plots", {"strict"}),
    "cropland.check_after": ("farmland_plots", {"strict"}),
    "waste.pond_flood_inspection": ("tailings_ponds", {"level_1", "level_2", "level_3"}),
    "funds.evaluation": ("reserve_projects", _MONEY),
    "key_units.self_monitoring": ("key_regulated_units", _LISTED),
    "key_units.toxic_report": ("key_regulated_units", _LISTED),
}
# Days on which offices are closed or open against the week, from the notices of the State Council for 2024 and 2025.
_OFF = [
    (date(2023, 12, 30), date(2024, 1, 1)), (date(2024, 2, 10), date(2024, 2, 17)), (date(2024, 4, 4), date(2024, 4, 6)),
    (date(2024, 5, 1), date(2024, 5, 5)), (date(2024, 6, 8), date(2024, 6, 10)), (date(2024, 9, 15), date(2024, 9, 17)),
    (date(2024, 10, 1), date(2024, 10, 7)), (date(2025, 1, 1), date(2025, 1, 1)), (date(2025, 1, 28), date(2025, 2, 4)),
    (date(2025, 4, 4), date(2025, 4, 6)), (date(2025, 5, 1), date(2025, 5, 5)), (date(2025, 5, 31), date(2025, 6, 2)),
    (date(2025, 10, 1), date(2025, 10, 8)),
]  # fmt: skip
_WORKED = {
    date(2024, 2, 4), date(2024, 2, 18), date(2024, 4, 7), date(2024, 4, 28), date(2024, 5, 11), date(2024, 9, 14),
    date(2024, 9, 29), date(2024, 10, 12), date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 9, 28),
    date(2025, 10, 11),
}  # fmt: skip
_DAY = """
SELECT v.entry_id, v.register, v.state FROM registers_version v
WHERE v.effective_from <= :on AND v.effective_to > :on AND v.recorded_to > :known_at
"""
_DUTIES = """SELECT d.rule, d.entry_id, d.holder_id, d.period, d.due, d.state, d.through, d.through_uid, d.closed_by_id,
       d.closing_note FROM duties_duty d"""


class Owed:
    """The duties of an installation on the last day of its year, beside the raw rows they come from."""

    def __init__(self, raw: Raw, last: date) -> None:
        self.raw, self.last = raw, last
        self.standing: dict[str, dict[int, str]] = defaultdict(dict)
        for row in raw.rows(_DAY, on=last, known_at=END):
            self.standing[row["register"]][row["entry_id"]] = row["state"]
        self.by_rule: dict[str, list[Row]] = defaultdict(list)
        for row in raw.rows(_DUTIES):
            self.by_rule[row["rule"]].append(row)

    def faults(self) -> list[str]:
        """Everything lost, doubled, left over or closed without a deed."""
        return [
            *self._doubled(), *self._while_in_state(), *self._yearly(), *self._quarters(), *self._first_inspections(),
            *self._next_inspections(), *self._demolitions(), *self._carried_over(), *self._spending(),
            *self._closed_by(),
        ]  # fmt: skip

    def live(self, rule: str) -> Counter[tuple[int, str]]:
        """Entry and period of what is not cancelled."""
        return Counter(
            (row["entry_id"], row["period"]) for row in self.by_rule[rule] if row["state"] != "cancelled"
        )

    def unfinished(self, rule: str) -> Counter[int]:
        return Counter(row["entry_id"] for row in self.by_rule[rule] if row["state"] in {"open", "submitted"})

    def _in(self, register: str, states: set[str]) -> set[int]:
        return {entry for entry, state in self.standing[register].items() if state in states}

    def _doubled(self) -> list[str]:
        """What is owed for an entry and period is owed once, whoever held the entry meanwhile; tasks of plans are
        not simulated, of which each body that has a part owes its own."""
        return [
            f"{rule}: {times} of entry {entry} for {period}"
            for rule in self.by_rule
            for (entry, period), times in self.live(rule).items()
            if times > 1
        ]

    def _while_in_state(self) -> list[str]:
        found = []
        for rule, (register, states) in WHILE.items():
            there = self._in(register, states)
            waived = {row["entry_id"] for row in self.by_rule[rule] if row["state"] == "waived"}
            unfinished = self.unfinished(rule)
            found += [f"{rule}: {times} at once for {key}" for key, times in unfinished.items() if times > 1]
            found += [f"{rule}: lost for entry {key}" for key in there - set(unfinished) - waived]
            found += [f"{rule}: left over for entry {key}" for key in set(unfinished) - there]
        return found

    def _yearly(self) -> list[str]:
        found, year = [], str(self.last.year)
        for rule, (register, states) in YEARLY.items():
            there = self._in(register, states)
            found += [f"{rule}: lost for entry {key}" for key in there if (key, year) not in self.live(rule)]
            # What was handed in before the entry left waits for its check; only what is still to be done ends.
            still = {row["entry_id"] for row in self.by_rule[rule] if row["state"] == "open"}
            found += [f"{rule}: left over for entry {key}" for key in still - there]
        return found

    def _carried_over(self) -> list[str]:
        """What is unfinished from the list of an earlier year is to be carried over."""
        rule, listed = "cadmium.carry_over", self._facts("cadmium_cadmiumsourcefacts", "list_year")
        there = self._in("cadmium_sources", {"listed", "rectifying", "claimed", "checked"})
        wanted = {key for key in there if listed.get(key) and listed[key] < self.last.year}
        return [
            f"{rule}: lost for entry {key}"
            for key in wanted
            if (key, str(self.last.year)) not in self.live(rule)
        ]

    def _quarters(self) -> list[str]:
        """A return at the end of each quarter of the year that a list of soil units is for."""
        rule, found = "key_units.quarter_return", []
        facts = {
            row["entry_id"]: row
            for row in self.raw.rows(
                "SELECT v.entry_id, f.year, f.kind FROM registers_version v"
                " JOIN key_units_keyunitlistfacts f ON f.version_id = v.id"
                " WHERE v.effective_from <= :on AND v.effective_to > :on AND v.recorded_to > :known_at",
                on=self.last, known_at=END,
            )
        }  # fmt: skip
        live = self.live(rule)
        for key in self._in("key_unit_lists", {"preparing", "drafted", "verified", "published"}):
            row = facts[key]
            if row["kind"] != "soil" or not row["year"]:
                continue
            wanted = [f"{row['year']}-{quarter}" for quarter in (1, 2, 3, 4)]
            found += [
                f"{rule}: lost for entry {key} {period}" for period in wanted if (key, period) not in live
            ]
        return found

    def _first_inspections(self) -> list[str]:
        """Whoever never inspected does so within twelve months of being listed."""
        rule = "key_units.hazard_inspection"
        listed = self._facts("key_units_keyunitfacts", "listed_on")
        inspected = {
            row["entry_id"]
            for row in self.raw.rows(
                "SELECT entry_id FROM key_units_hazardinspection WHERE recorded_to > :known_at", known_at=END
            )
        }
        found = []
        for key in self._in("key_regulated_units", _LISTED) - inspected:
            rows = [
                row for row in self.by_rule[rule] if row["entry_id"] == key and row["state"] != "cancelled"
            ]
            if not rows:
                found.append(f"{rule}: lost for entry {key}")
            day = _day(listed.get(key))
            due = _years_after(day, 1) if day else None
            first = [_day(row["due"]) for row in rows if row["state"] == "open" and row["period"] == "first"]
            found += [f"{rule}: due {said} and not {due} for entry {key}" for said in first if said != due]
        return found

    def _next_inspections(self) -> list[str]:
        """Two years after an inspection that no check sent back the next is owed, until three years at the latest."""
        rule, found = "key_units.hazard_inspection", []
        sent_back = {
            _uid(row["through_uid"])
            for row in self.by_rule[rule]
            if row["state"] == "open" and row["through_uid"]
        }
        last: dict[int, date] = {}
        for row in self.raw.rows(
            'SELECT entry_id, uid, "on" AS day FROM key_units_hazardinspection'
            ' WHERE recorded_to > :known_at AND "on" <= :on',
            known_at=END, on=self.last,
        ):  # fmt: skip
            if _uid(row["uid"]) not in sent_back:
                last[row["entry_id"]] = max(_day(row["day"]), last.get(row["entry_id"], date.min))
        for key in self._in("key_regulated_units", _LISTED) & set(last):
            if _years_after(last[key], 2) > self.last:
                continue
            live = [
                row for row in self.by_rule[rule] if row["entry_id"] == key and row["state"] != "cancelled"
            ]
            if not any(row["period"] == f"after {last[key]}" for row in live):
                found.append(f"{rule}: lost for entry {key} after {last[key]}")
            dues = [_day(row["due"]) for row in live if row["state"] == "open"]
            if dues and min(dues) > _years_after(last[key], 3):
                found.append(f"{rule}: due {min(dues)} for entry {key} after {last[key]}")
        return found

    def _spending(self) -> list[str]:
        """Of central money 52 % of this year's, 80 % of last year's, 90 % of older is spent by the year's end."""
        rule, found = "funds.execution", []
        money: dict[tuple[int, int], list[float]] = defaultdict(lambda: [0, 0])
        for place, table in enumerate(("funds_projectfunding", "funds_projectpayment")):
            for row in self.raw.rows(
                f'SELECT entry_id, year, amount FROM {table} WHERE recorded_to > :known_at AND "on" <= :on'
                " AND level = 'central'",
                known_at=END, on=self.last,
            ):  # fmt: skip
                money[row["entry_id"], row["year"]][place] += round(100 * float(row["amount"]))
        there, wanted = self._in("reserve_projects", _MONEY), set()
        for (entry, year), (received, paid) in money.items():
            asked = {0: 52, 1: 80}.get(self.last.year - year, 90)
            if entry in there and year <= self.last.year and received and 100 * paid < asked * received:
                wanted.add((entry, f"{self.last.year}-{year}"))
        live = {key for key in self.live(rule) if key[1].startswith(f"{self.last.year}-")}
        by_money = {
            (row["entry_id"], row["period"])
            for row in self.by_rule[rule]
            if row["state"] == "closed" and row["through_uid"]
        }
        still = {
            (row["entry_id"], row["period"])
            for row in self.by_rule[rule]
            if row["state"] == "open" and row["period"].startswith(f"{self.last.year}-")
        }
        found += [f"{rule}: lost for entry {entry} {period}" for entry, period in wanted - (live - by_money)]
        found += [f"{rule}: left over for entry {entry} {period}" for entry, period in still - wanted]
        return found

    def _demolitions(self) -> list[str]:
        """Fifteen working days before a demolition its plan is filed."""
        rule, found = "key_units.demolition_filing", []
        there = self._in("key_regulated_units", _LISTED)
        for row in self.raw.rows(
            "SELECT entry_id, name, starts_on FROM key_units_demolition WHERE recorded_to > :known_at",
            known_at=END,
        ):
            if row["entry_id"] not in there:
                continue
            due = _working_days_before(_day(row["starts_on"]), 15)
            rows = [
                duty
                for duty in self.by_rule[rule]
                if (duty["entry_id"], duty["period"]) == (row["entry_id"], row["name"])
                and duty["state"] != "cancelled"
            ]
            if not rows:
                found.append(f"{rule}: lost for entry {row['entry_id']} {row['name']}")
            found += [
                f"{rule}: due {duty['due']} and not {due} for entry {row['entry_id']}"
                for duty in rows
                if duty["state"] == "open" and _day(duty["due"]) != due
            ]
        return found

    def _closed_by(self) -> list[str]:
        """What is closed was closed by a record or a move that is believed, or by somebody who said how."""
        records = self._believed_records()
        moves = {_uid(row["uid"]) for row in self.raw.rows("SELECT uid FROM registers_transition")}
        found = []
        for rows in self.by_rule.values():
            for row in rows:
                uid = _uid(row["through_uid"])
                kind = str(row["through"]).partition(":")[0]
                if row["state"] != "closed":
                    continue
                deed = uid in {"record": records, "move": moves}.get(kind, set()) or (
                    kind in {"", "person", "state"} and bool(row["closing_note"])
                )
                if not deed:
                    found.append(
                        f"{row['rule']}: closed for entry {row['entry_id']} by nothing ({row['through']})"
                    )
        return found

    def _believed_records(self) -> set[str]:
        found = set()
        for table in self.raw.tables_with("uid", "entry_id", "on", "recorded_to", "entered_by_id"):
            rows = self.raw.rows(f"SELECT uid FROM {table} WHERE recorded_to > :known_at", known_at=END)
            found |= {_uid(row["uid"]) for row in rows}
        return found

    def _facts(self, table: str, column: str) -> dict[int, Any]:
        rows = self.raw.rows(
            f"SELECT v.entry_id, f.{column} AS said FROM registers_version v JOIN {table} f ON f.version_id = v.id"
            " WHERE v.effective_from <= :on AND v.effective_to > :on AND v.recorded_to > :known_at",
            on=self.last, known_at=END,
        )  # fmt: skip
        return {row["entry_id"]: row["said"] for row in rows}


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _uid(value: Any) -> str:
    return str(value or "").replace("-", "")


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _is_worked(day: date) -> bool:
    if day in _WORKED:
        return True
    return day.weekday() < 5 and not any(first <= day <= last for first, last in _OFF)


def _working_days_before(event: date | None, count: int) -> date | None:
    day = event
    while day is not None and count:
        day -= timedelta(days=1)
        count -= _is_worked(day)
    return day
