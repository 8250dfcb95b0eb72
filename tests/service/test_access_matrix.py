"""Walks every address and every operation of the API with every role against ``access_matrix.csv``.

The table was written by hand before the code, see ``ACCESS_MATRIX.md``; whoever adds an address adds its
rows there, from what the role is for, never from what the code answers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from openpyxl import Workbook
from tests.service.access_world import (
    INSPECTION,
    LAND_SYSTEM,
    PARCELS,
    PLOT_RECORDS,
    PLOTS,
    UNITS,
    County,
    World,
)

from jingtu.platform.people.models import Membership
from jingtu.platform.people.roles import Role
from jingtu.programme.sources.metals.models import QuotaTransaction, ReplacementRule
from jingtu.service.api.urls import api

TABLE = Path(__file__).with_name("access_matrix.csv")
ROLES = [role.value for role in Role] + ["anonymous"]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OUTCOMES = {"ok", "login", "elsewhere", "forbidden", "not_found", "refused", "bad_method"}
API = "/api/v1/"
pytestmark = pytest.mark.django_db
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def table() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


ROWS = table()


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    from django.conf import settings

    before = settings.MEDIA_ROOT
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("evidence")
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)
    settings.MEDIA_ROOT = before


# What is registered


def patterns(found: list[Any] | None = None) -> Iterator[URLPattern]:
    for item in get_resolver().url_patterns if found is None else found:
        if isinstance(item, URLResolver):
            yield from patterns(item.url_patterns)
        else:
            yield item


def namespaced(found: list[Any] | None = None, prefix: str = "") -> dict[str, str]:
    """Names of addresses with the namespace that ``reverse`` asks for."""
    names: dict[str, str] = {}
    for item in get_resolver().url_patterns if found is None else found:
        if isinstance(item, URLResolver):
            inner = f"{prefix}{item.namespace}:" if item.namespace else prefix
            names |= namespaced(item.url_patterns, inner)
        elif item.name:
            names[item.name] = prefix + item.name
    return names


def operations() -> set[tuple[str, str]]:
    """Paths and methods of the API, as its own description lists them."""
    paths = api.get_openapi_schema()["paths"]
    return {
        (re.sub(r"\{[^}]*\}", "{}", path.removeprefix(API)), method.upper())
        for path, methods in paths.items()
        for method in methods
        if method.upper() in METHODS
    }


def api_names() -> set[str]:
    """Names under which the API registers its operations as URLs; the API rows speak of these."""
    return {
        pattern.name or ""
        for resolver in get_resolver().url_patterns
        if isinstance(resolver, URLResolver) and str(resolver.pattern).startswith("api/")
        for pattern in patterns(resolver.url_patterns)
    } | {pattern.name or "" for pattern in patterns() if pattern.lookup_str.startswith("ninja.operation")}


def test_the_table_is_well_formed() -> None:
    keys = [(row["door"], row["name"], row["method"], row["variant"], row["scenario"]) for row in ROWS]
    assert len(keys) == len(set(keys))
    for row in ROWS:
        assert row["door"] in {"web", "api"}
        assert row["method"] in METHODS
        assert row["scenario"] in {"-", "own", "region", "other"}
        for role in ROLES:
            assert row[role] in OUTCOMES, (row["name"], role)
    assert list(ROWS[0])[5:-1] == ROLES


def test_every_address_stands_in_the_table_and_nothing_else() -> None:
    named = {row["name"] for row in ROWS if row["door"] == "web"}
    registered = {
        pattern.name for pattern in patterns() if not pattern.lookup_str.startswith("ninja.operation")
    }
    unnamed = [pattern for pattern in patterns() if not pattern.name]
    assert [str(pattern.pattern) for pattern in unnamed] == ["^api/"], "every address has a name"
    assert registered - {None} == named


def test_every_operation_of_the_api_stands_in_the_table_and_nothing_else() -> None:
    named = {(re.sub(r"\{[^}]*\}", "{}", row["name"]), row["method"]) for row in ROWS if row["door"] == "api"}
    assert operations() == named


def test_no_page_of_the_administration_of_django_is_served() -> None:
    assert not [pattern for pattern in patterns() if "django.contrib.admin" in pattern.lookup_str]


# What a row asks for

EDITION = {"key": "gb36600", "edition": "gb-36600-2018"}
RULE = {"subject": "cadmium_check", "parameter": "days"}
RULES = {
    "provision": {"text_id": "eec-414-2-2"},
    "standard": EDITION,
    "standard_export": EDITION,
    "limit": EDITION | {"analyte": "arsenic"},
}


class Asked:
    """The request of one row for one role."""

    def __init__(self, world: World, row: dict[str, str], role: str) -> None:
        self.world, self.row, self.role = world, row, role
        self.county: County = world.there if row["scenario"] == "other" else world.here
        self.own = row["scenario"] == "own"

    @property
    def task(self) -> Any:
        if self.row["variant"] == "lead" and self.role in UNITS:
            return self.county.led_tasks[self.role]
        return self.county.own_task if self.own else self.county.other_task

    @property
    def body(self) -> Any:
        """The unit on whose behalf something is done, or whose page it is."""
        role = self.role if self.role in UNITS else "department"
        return self.county.bodies[role if self.own else "water"]

    @property
    def target(self) -> Any:
        return self.county.own_target if self.own else self.county.target

    @property
    def parcel(self) -> Any:
        parcels = self.county.claimed if self.row["variant"] == "check" else self.county.parcels
        return parcels[
            self.role if self.own and self.role in UNITS else "department" if self.own else "water"
        ]

    @property
    def land(self) -> Any:
        return self.county.land[
            self.role if self.own and self.role in UNITS else "department" if self.own else "water"
        ]

    @property
    def draw(self) -> Any:
        waiting = self.row["name"] in {"draw_perform", "draw_cancel"}
        return self.county.prepared if waiting else self.county.drawn

    @property
    def plot(self) -> Any:
        return self.county.plots[
            self.role if self.own and self.role in UNITS else "department" if self.own else "water"
        ]

    @property
    def duty(self) -> Any:
        duties = self.county.submitted if self.row["name"].endswith("check") else self.county.duties
        return duties[self.role if self.own and self.role in UNITS else "department" if self.own else "water"]

    @property
    def plan(self) -> Any:
        return self.county.draft if self.row["variant"] == "draft" else self.county.plan

    @property
    def item(self) -> Any:
        assert self.county.draft is not None
        return self.county.draft.items.filter(kind="task").first()

    def personal(self, things: dict[str, Any]) -> Any:
        mine = self.own and self.role != "anonymous"
        return things[self.role if mine else "stranger"]

    @property
    def move(self) -> str:
        return {"check": "confirm_control", "step": "verify"}[self.row["variant"]]

    def keys(self) -> dict[str, Any]:
        name, variant, month = self.row["name"], self.row["variant"], f"{self.world.year}-01"
        if name.startswith(("task", "quantity")):
            found = {"uid": self.task.uid} if name not in {"tasks", "tasks_export"} else {}
            return found | (
                {"quantity": self.world.quantity(self.task).uid} if name.startswith("quantity") else {}
            )
        if name.startswith("target"):
            return {"uid": self.target.uid}
        if name.startswith("deliverable") and name != "deliverables":
            found = {"uid": self.world.deliverable(self.task).entry.uid}
            return found | ({"move": "draft"} if name == "deliverable_move" else {})
        if name in {"plan", "plan_file"}:
            return {"uid": self.plan.uid}
        if name.startswith("plan_") and name != "plan_upload":
            return {"uid": self.county.draft.uid} | (
                {"item": self.item.uid, "verb": variant} if name == "plan_item" else {}
            )
        if name.startswith("form_") and name != "form_new":
            found = {"uid": self.county.form.uid, "month": month}
            if name == "form_export":
                return found | {"kind": variant}
            return found | (
                {"row": self.world.form_row(self.county).pk} if name in {"form_row", "form_behind"} else {}
            )
        if name.startswith("record"):
            found = {"register_id": PLOTS, "kind": PLOT_RECORDS}
            if name == "records" or name.startswith("records_"):
                return found
            found |= {"uid": self.plot.uid}
            return found if name == "record_new" else found | {"record": self.world.record(self.plot).uid}
        if name.startswith("register_mapping") and name != "register_mappings":
            return {"register_id": PARCELS, "uid": self.county.mapping.uid}
        if name.startswith("register") and name != "registers":
            return {"register_id": PARCELS}
        if name == "entry_new":
            return {"register_id": PARCELS}
        if name in {"entry", "entry_edit", "entry_move"}:
            return {"register_id": PARCELS, "uid": self.parcel.uid} | (
                {"move": self.move} if name == "entry_move" else {}
            )
        if name.startswith("quota_"):
            return self.keys_of_quota(name)
        if name.startswith("score"):
            return self.keys_of_card(name)
        if name == "unit":
            return {"uid": self.body.uid}
        if name.startswith("draw") and name not in {"draws", "draw_new"}:
            found = {"uid": self.draw.uid}
            if name == "draw_outcome":
                return found | {"drawn": self.draw.objects_drawn.get().uid}
            return found | ({"kind": variant} if name == "draw_export" else {})
        if name.startswith("filing_"):
            return {"system": LAND_SYSTEM, "uid": self.land.uid}
        if name.startswith("organisation"):
            return self.keys_of_organisation(name)
        if name in {"duty", "duty_close", "duty_check", "duty_escalate", "duty_waive"}:
            return {"uid": self.duty.uid}
        if name in {"evidence", "evidence_withdraw"}:
            return {"uid": self.county.files["own" if self.own else "region"].uid}
        if name in {"indicator", "indicator_export"}:
            return {"id": "priority_parcel_control_ratio"}
        if name in RULES:
            return RULES[name]
        if name == "law_export":
            return {"kind": variant}
        if name == "added_template":
            return {"kind": variant}
        if name in {"added", "added_withdraw"}:
            return {"uid": self.county.added.uid}
        if name.startswith("survey"):
            return self.keys_of_survey(name)
        if name == "account_change":
            return {"uid": self.world.stranger.uid, "verb": variant}
        if name == "role_revoke":
            return {"key": Membership.objects.get(user=self.world.stranger).pk}
        if name == "job":
            return {"uid": self.personal(self.world.jobs).uid}
        if name == "session_end":
            return {"key": self.personal(self.world.sessions).pk}
        if name == "view_delete":
            return {"key": self.personal(self.world.views).pk}
        return {}

    @property
    def smelter(self) -> Any:
        return self.county.smelters["water" if self.row["scenario"] == "region" else "enterprise"]

    @property
    def scored(self) -> Any:
        return self.county.scored["water" if self.row["scenario"] == "region" else "enterprise"]

    def keys_of_card(self, name: str) -> dict[str, Any]:
        if name == "score_template":
            return {"kind_id": INSPECTION}
        if name == "score_new":
            return {"kind_id": INSPECTION, "entry_uid": self.scored.uid}
        if name in {"scorecard", "score_correct", "scorecard_print"}:
            found = {"uid": self.world.card(self.scored).uid}
            return found | ({"form": "xlsx"} if name == "scorecard_print" else {})
        return {}

    @property
    def posting(self) -> Any:
        return QuotaTransaction.objects.filter(entry=self.smelter).latest("pk")

    @property
    def ratio(self) -> Any:
        return ReplacementRule.objects.filter(region=self.county.region).latest("pk")

    def keys_of_quota(self, name: str) -> dict[str, Any]:
        if name in {"quota_account", "quota_post"}:
            return {"uid": self.smelter.uid} | ({"kind": "opening"} if name == "quota_post" else {})
        if name in {"quota_transaction", "quota_reverse"}:
            return {"uid": self.posting.uid}
        return {"uid": self.ratio.uid} if name == "quota_ratio_withdraw" else {}

    @property
    def survey(self) -> Any:
        return self.county.surveys["region" if self.row["scenario"] == "region" else "own"]

    def keys_of_survey(self, name: str) -> dict[str, Any]:
        if name in {"surveys", "survey_new", "survey_sample_file"}:
            return {}
        found: dict[str, Any] = {"uid": self.survey.uid}
        if name == "survey_import_withdraw":
            found["imported"] = self.survey.imports.get().uid
        if name == "survey_result":
            found["key"] = self.survey.samples.get().results.get().pk
        if name == "survey_sample":
            found["key"] = self.survey.samples.get().pk
        return found

    def keys_of_organisation(self, name: str) -> dict[str, Any]:
        if name in {
            "organisations", "organisations_export", "organisation_new", "organisation_doubles", "organisation_apart",
            "organisation_unresolved", "organisation_assign",
        }:  # fmt: skip
            return {}
        found: dict[str, Any] = {"uid": self.body.uid}
        if name in {
            "organisation_facility", "organisation_facility_edit", "organisation_facility_close",
        }:  # fmt: skip
            found["plant"] = self.body.facilities.get().uid
        if name == "organisation_alias_withdraw":
            found["key"] = self.body.aliases.get(name__endswith="（旧称）").pk
        return found

    def path(self) -> str:
        if self.row["door"] == "web":
            return reverse(namespaced()[self.row["name"]], kwargs=self.keys())
        name = self.row["name"]
        found = {
            "plans": lambda: self.plan.uid,
            "tasks": lambda: self.task.uid,
            "targets": lambda: self.target.uid,
            "registers": lambda: (self.plot if "/records/" in name else self.parcel).uid,
            "duties": lambda: self.duty.uid,
            "organisations": lambda: self.body.uid,
            "facilities": lambda: self.body.facilities.get().uid,
            "draws": lambda: self.draw.uid,
            "filings": lambda: self.land.uid,
            "surveys": lambda: self.survey.uid,
            "jobs": lambda: self.personal(self.world.jobs).uid,
            "metals": lambda: self.of_metals(name).uid,
            "scorecards": lambda: self.world.card(self.scored).uid,
        }
        path = name
        if "{uid}" in path:
            path = path.replace("{uid}", str(found[name.split("/")[0]]()))
        if "records/{kind}" in path:
            path = path.replace("registers/{id}", f"registers/{PLOTS}").replace("{kind}", PLOT_RECORDS)
            if "{record}" in path:
                path = path.replace("{record}", str(self.world.record(self.plot).uid))
        if "{object}" in path:
            path = path.replace("{object}", str(self.draw.objects_drawn.get().uid))
        path = path.replace("{system}", LAND_SYSTEM)
        path = path.replace("registers/{id}", f"registers/{PARCELS}").replace("{kind_id}", INSPECTION)
        path = path.replace("indicators/{id}", "indicators/priority_parcel_control_ratio")
        return API + path.replace("{move}", self.move if "{move}" in path else "")

    def of_metals(self, name: str) -> Any:
        if "/ratios/" in name:
            return self.ratio
        return self.smelter if "/enterprises/" in name else self.posting

    def query(self) -> dict[str, str]:
        """What lists of the API must be told, and the place of an indicator."""
        if self.row["name"] == "rule_new" and self.row["method"] == "GET":
            return dict(RULE)
        if self.row["name"] == "filings_export":
            return {"system": LAND_SYSTEM}
        if self.row["name"] == "scorecards/{kind_id}/sheet":
            return {"entry": str(self.scored.uid)}
        if self.row["name"] == "register_moves" and self.row["method"] == "GET":
            return {"entry": str(self.parcel.uid), "move": self.move}
        if self.row["door"] == "api" and self.row["name"] in {
            "tasks", "targets", "duties", "plans", "indicators", "indicators/{id}", "indicators/{id}/places",
            "indicators/{id}/entries", "registers",
            "registers/{id}/entries",
        }:  # fmt: skip
            return {"region": str(self.county.region.uid)}
        return {}

    def body_of_request(self) -> dict[str, Any]:
        """A payload that the officer's own request would be accepted with, as far as the gate is concerned."""
        name, year = self.row["name"], self.world.year
        if self.row["door"] == "api":
            return {
                "tasks/{uid}/progress": {
                    "organisation": str(self.body.uid), "period": f"{year}-01", "text": "已开展", "state": "in_progress",
                },
                "metals/enterprises/{uid}/transactions": {
                    "kind": "opening", "metal": "pb", "grams": 1, "document": "试验",
                },
                "metals/ratios": {
                    "region": str(self.county.region.uid), "ratio": "1", "source": "试验",
                    "valid_from": self.world.on.isoformat(),
                },
                "scorecards/{kind_id}": {
                    "entry": str(self.scored.uid), "on": self.world.on.isoformat(), "answers": [],
                },
                "targets/{uid}/readings": {"on": self.world.on.isoformat(), "value": "88"},
                "registers/{id}/entries": {"name": "新地块", "region": str(self.county.region.uid), "state": "found"},
                "registers/{id}/moves/{move}": {"entries": [{"uid": str(self.parcel.uid)}]},
                "duties/{uid}/check": {"accept": True},
                "draws": {
                    "kind": "look_back", "title": "回头看", "register_id": PARCELS, "number": 1,
                    "region": str(self.county.region.uid),
                },
                "draws/{uid}/objects/{object}/outcome": {"result": "good"},
                "filings/{system}/entries/{uid}": {"number": "试验", "reason": "试验"},
                "duties/{uid}/escalate": {"step": "supervised", "note": "督办函"},
                "duties/{uid}/waive": {"note": "单位已停产"},
            }.get(name, {"on": self.world.on.isoformat(), "reason": "试验"})  # fmt: skip
        if name == "task_report":
            return {
                "organisation": str(self.body.uid), "period": f"{year}-01", "text": "已开展", "state": "in_progress",
            }  # fmt: skip
        if name == "task_submit":
            return {"text": "已办结", "files": self.upload("总结.txt", "总结".encode())}
        if name == "task_check":
            return {"decision": "accept", "reason": "属实"}
        if name == "duty_check":
            return {"decision": "accept"}
        if name in {"duty_escalate", "duties_escalate"}:
            return {"step": "supervised", "note": "督办函", "duty": str(self.county.duties["water"].uid)}
        if name == "duty_waive":
            return {"note": "单位已停产"}
        if name == "target_reading":
            return {"on": self.world.on.isoformat(), "value": "88", "note": "试验"}
        if name == "plan_upload":
            text = f"{self.county.region.name}{year}年度土壤污染防治工作计划\n一、主要任务\n（一）开展农膜回收。（区农业农村局负责）\n"
            return {"file": self.upload("计划.txt", text.encode()), "year": str(year)}
        if name == "quota_post":
            return {
                "on": self.world.on.isoformat(), "metal": "pb", "quantity": "1", "document": "试验",
            }  # fmt: skip
        if name == "quota_ratios":
            return {
                "region": str(self.county.region.uid), "ratio": "1", "source": "试验",
                "valid_from": self.world.on.isoformat(),
            }  # fmt: skip
        if name == "organisation_new":
            return {"region": str(self.county.region.uid), "name": "新登记的单位", "kind": "other"}
        if name == "organisation_edit":
            return {"what": "code", "missing": "试验"}
        if name == "organisation_apart":
            first, second = self.county.bodies["department"], self.county.bodies["enterprise"]
            return {"first": str(first.uid), "second": str(second.uid), "reason": "试验"}
        if name == "organisation_merge":
            return {"other": str(self.county.bodies["township"].uid), "reason": "试验"}
        if name == "plan_items_merge":
            items = self.county.draft.items.filter(kind="task")
            return {"item": [str(item.uid) for item in items]}
        if name == "plan_item_add":
            return {"kind": "task", "title": "新任务"}
        if name == "register_moves":
            return {"entry": str(self.parcel.uid), "move": self.move}
        if name == "records_import":
            return {"table": self.upload("记录.xlsx", sheet(), EXCEL)}
        if name == "entry_new":
            return {"region": str(self.county.region.uid), "name": "新地块", "state": "found"}
        if name == "rule_new":
            return RULE | {"region": str(self.county.region.uid), "value": "20", "source": "试验"}
        if name == "added_new":
            return {"region": str(self.county.region.uid), "files": self.upload("表.csv", "标准号".encode())}
        if name == "register_import":
            return {"file": self.upload("清单.xlsx", sheet(), EXCEL)}
        if name == "role_grant":
            return {
                "user": str(self.world.stranger.uid), "role": "head", "region": str(self.world.there.region.uid),
            }  # fmt: skip
        if name == "account_new":
            return {"username": "xin.ren", "display_name": "新人"}
        if name == "view_save":
            return {"name": "常用二", "page": "tasks", "query": "state=done"}
        if name == "account_login":
            return {"login": "nobody", "password": "wrong"}
        return {"reason": "试验", "on": self.world.on.isoformat()}

    @staticmethod
    def upload(name: str, content: bytes, media_type: str = "text/plain") -> Any:
        from django.core.files.uploadedfile import SimpleUploadedFile

        return SimpleUploadedFile(name, content, media_type)


def sheet() -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.active.append(["地块编码", "地块名称"])
    book.save(out)
    return out.getvalue()


def send(
    client: Client, method: str, path: str, query: dict[str, str], payload: dict[str, Any], *, as_json: bool
):
    """One request whose traces are rolled back; the client's cookies stay as they were."""
    cache.clear()
    fresh = Client(raise_request_exception=False)
    for name, cookie in client.cookies.items():
        fresh.cookies[name] = cookie.value
    with transaction.atomic():
        if method == "GET":
            response = fresh.get(path, query)
        elif as_json:
            response = fresh.generic(
                method, path, data=_json(payload), content_type="application/json", QUERY_STRING=_query(query)
            )
        elif method == "POST":
            response = fresh.post(path, payload, QUERY_STRING=_query(query))
        else:
            response = fresh.generic(method, path)
        transaction.set_rollback(True)
    return response


def _json(payload: dict[str, Any]) -> str:
    import json

    return json.dumps(payload)


def _query(query: dict[str, str]) -> str:
    from urllib.parse import urlencode

    return urlencode(query)


def outcome(response: Any, method: str, *, anonymous: bool) -> str:
    """The class of an answer; what stands for no class is given as it is and fits nothing."""
    status = response.status_code
    if status == 401 or (status == 302 and anonymous and "/account/login/?next=" in response["Location"]):
        return "login"
    if status in {301, 302, 303}:
        return "elsewhere" if method == "GET" or anonymous else "ok"
    if status in {200, 201, 202, 204} or (method != "GET" and status in {400, 409, 422}):
        return "ok"
    return {403: "forbidden", 404: "not_found", 405: "bad_method"}.get(status, f"status {status}")


INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|<[^>]+\s(?:style|on[a-z]+)=|javascript:", re.IGNORECASE)
OUTSIDE = re.compile(r"(?:src|href|action)=[\"'](?:https?:)?//(?!testserver)", re.IGNORECASE)


def unsafe(response: Any) -> Iterator[str]:
    """What no answer may have: a policy that lets inline script run, inline script, an outside address."""
    policy = response.headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "unsafe" in policy:
        yield f"policy {policy!r}"
    if response.headers.get("X-Content-Type-Options") != "nosniff":
        yield "may be sniffed"
    if response.headers.get("X-Frame-Options") != "DENY":
        yield "may be framed"
    if response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
        page = response.content.decode()
        for pattern in (INLINE, OUTSIDE):
            if found := pattern.search(page):
                yield f"page holds {found.group()[:60]!r}"


def fits(expected: str, found: str) -> bool:
    return found in {"forbidden", "not_found"} if expected == "refused" else found == expected


def label(row: dict[str, str]) -> str:
    return "-".join(filter(None, (row["door"], row["name"], row["method"], row["variant"], row["scenario"])))


@pytest.mark.parametrize("row", ROWS, ids=label)
def test_every_role_gets_what_the_table_says(world: World, row: dict[str, str]) -> None:
    wrong = []
    for role in ROLES:
        asked = Asked(world, row, role)
        response = send(
            world.clients[role],
            row["method"],
            asked.path(),
            asked.query(),
            asked.body_of_request() if row["method"] != "GET" else {},
            as_json=row["door"] == "api",
        )
        found = outcome(response, row["method"], anonymous=role == "anonymous")
        if row["name"] == "account_login" and role != "anonymous" and found == "ok":
            found = "elsewhere" if response.status_code == 302 else found
        if not fits(row[role], found):
            wrong.append(f"{role}: expected {row[role]}, got {found}")
        wrong += [f"{role}: {problem}" for problem in unsafe(response)]
    assert not wrong, f"{label(row)}\n" + "\n".join(wrong)


LISTED: dict[tuple[str, str], set[str]] = {}
for _row in ROWS:
    LISTED.setdefault((_row["door"], _row["name"]), set()).add(_row["method"])


@pytest.mark.parametrize("address", sorted(LISTED), ids="-".join)
def test_other_methods_are_refused(world: World, address: tuple[str, str]) -> None:
    """405 for who may do something there; for the others anything but an answer."""
    wrong = []
    row = next(item for item in ROWS if (item["door"], item["name"]) == address)
    lucky = {
        role
        for item in ROWS
        if (item["door"], item["name"]) == address
        for role in ROLES
        if item[role] == "ok"
    }
    for method in sorted(set(METHODS) - LISTED[address]):
        for role in ("officer", "system_admin", "anonymous", *sorted(lucky)[:1]):
            asked = Asked(world, row, role)
            response = send(
                world.clients[role], method, asked.path(), asked.query(), {}, as_json=address[0] == "api"
            )
            found = outcome(response, "GET", anonymous=role == "anonymous")
            if role in lucky and role != "anonymous" and row[role] == "ok":
                allowed = {"bad_method"}
            else:
                allowed = {"bad_method", "login", "forbidden", "not_found", "elsewhere"}
            if found not in allowed:
                wrong.append(f"{method} as {role}: {found}")
    assert not wrong, "\n".join(wrong)


POSTS = [row for row in ROWS if row["method"] == "POST" and any(row[role] == "ok" for role in ROLES)]


@pytest.mark.parametrize("row", POSTS, ids=label)
def test_a_post_from_another_site_is_refused(world: World, row: dict[str, str]) -> None:
    """Every change asks for the token of the page, from whoever else may make it."""
    role = next(name for name in ROLES if row[name] == "ok")
    asked = Asked(world, row, role)
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    for name, cookie in world.clients[role].cookies.items():
        client.cookies[name] = cookie.value
    with transaction.atomic():
        if row["door"] == "api":
            response = client.post(
                asked.path(), _json(asked.body_of_request()), content_type="application/json"
            )
        else:
            response = client.post(asked.path(), asked.body_of_request())
        transaction.set_rollback(True)
    assert response.status_code == 403
