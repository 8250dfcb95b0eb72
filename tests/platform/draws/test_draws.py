"""From a prepared draw to an outcome that takes an entry up again; and the draw done anew from its record."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from tests.platform.draws.conftest import ON, REGISTER

from jingtu.errors import ConflictError, InputError, PermissionDeniedError
from jingtu.platform.draws import outcomes
from jingtu.platform.draws.actions import CancelDraw, PerformDraw, PrepareDraw, RecordSeed
from jingtu.platform.draws.models import Draw, DrawnObject, Outcome
from jingtu.platform.draws.outcomes import RecordOutcome
from jingtu.platform.draws.population import Filter
from jingtu.platform.draws.verifying import verify
from jingtu.platform.evidence.attaching import attach
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import declarations
from jingtu.platform.registers.actions import CorrectFacts
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.versions import version_on


def prepare(officer: User, county: Region, team: list[User], **more: Any) -> Draw:
    said: dict[str, Any] = {"kind": "random", "title": "第二季度双随机抽查", "number": 3, "pool": team} | more
    return PrepareDraw(officer, ON, declarations.get(REGISTER), county, **said).execute()


def drawn_of(officer: User, county: Region, team: list[User], **more: Any) -> Draw:
    draw = RecordSeed(officer, ON, prepare(officer, county, team, **more)).execute()
    return PerformDraw(officer, ON, draw).execute()


def file_of(drawn: DrawnObject) -> Attachment:
    return attach(
        io.BytesIO("现场记录".encode()), "记录.txt", subject_type=REGISTER, subject_uid=drawn.entry.uid,
        read_permission="duties.read", region_path=drawn.draw.region.path,
    )  # fmt: skip


def test_population_first_then_seed_then_draw(
    officer: User, county: Region, team: list[User], parcels: list[Entry]
) -> None:
    draw = drawn_of(officer, county, team, share=Decimal(25), number=None)
    assert draw.population_size == 10
    assert draw.objects_drawn.count() == 3  # 25 % of 10, rounded up
    assert all(item.inspectors.count() == 2 for item in draw.objects_drawn.all())
    actions = LedgerRow.objects.filter(subject_uid=draw.uid).order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["draws.prepare", "draws.seed", "draws.draw"]
    rows = {row.action: row.facts for row in LedgerRow.objects.filter(subject_uid=draw.uid)}
    assert "seed" not in rows["draws.prepare"]
    assert rows["draws.seed"]["seed"] == draw.seed
    assert len(bytes.fromhex(draw.seed)) == 16
    assert officer.display_name not in str(rows)
    assert all(check.good for check in verify(draw)), verify(draw)
    for again in (RecordSeed, PerformDraw):
        with pytest.raises(ConflictError):
            again(officer, ON, draw).execute()


def test_an_announced_seed_gives_the_same_draw_to_everybody(
    officer: User, county: Region, team: list[User], parcels: list[Entry]
) -> None:
    found = []
    for _ in range(2):
        draw = prepare(officer, county, team)
        with pytest.raises(InputError):
            RecordSeed(officer, ON, draw, announced="0471").execute()
        RecordSeed(officer, ON, draw, announced="0471", note="公开摇号").execute()
        found.append(PerformDraw(officer, ON, Draw.objects.get(pk=draw.pk)).execute())
    first, second = ([item.entry_id for item in draw.objects_drawn.all()] for draw in found)
    assert first == second


def test_verifying_tells_a_record_that_was_changed(
    officer: User, county: Region, team: list[User], parcels: list[Entry]
) -> None:
    draw = drawn_of(officer, county, team)
    # Corrected later: the draw is judged by what was known when it was prepared.
    CorrectFacts(officer, ON, parcels[0], header={"name": "改名地块"}, reason="笔误").execute()
    assert all(check.good for check in verify(draw))
    draw.seed = "0" * 32
    assert next(check.label for check in verify(draw) if not check.good).startswith("种子")
    draw.refresh_from_db()
    draw.population = draw.population[1:]
    assert not any(check.good for check in verify(draw)[:2])


def test_exclusions_strata_and_filter(
    officer: User, county: Region, city: Region, neighbour: Region, team: list[User],
    parcels: list[Entry], enter: Callable[..., Entry], person: Callable[..., User],
) -> None:  # fmt: skip
    enter(neighbour, "邻县地块")
    enter(county, "未核实地块", state="found")
    chief = person("市局", Role.HEAD, city)
    chosen = Filter.of(declarations.get(REGISTER), QueryDict("state=listed&sort=name&f_nothing=1"))
    said: dict[str, Any] = {"chosen": chosen, "kind": "look_back", "pool": [], "number": None}
    draw = drawn_of(
        chief, city, [], **said | {"share": Decimal(10), "strata": "region", "at_least_one": True},
    )  # fmt: skip
    assert draw.population_size == 11
    assert sorted(draw.objects_drawn.values_list("stratum", flat=True)) == ["红枫县", "青禾县"]
    reasons = {str(parcels[0].uid): "本季度已查", str(parcels[1].uid): ""}
    with pytest.raises(InputError) as refused:
        prepare(officer, county, team, exclusions=reasons)
    assert [item.column for item in refused.value.errors] == ["排除"]
    reasons[str(parcels[1].uid)] = "停产"
    draw = drawn_of(officer, county, team, exclusions=reasons, number=100, chosen=chosen)
    assert not {parcels[0].pk, parcels[1].pk} & set(draw.objects_drawn.values_list("entry_id", flat=True))
    assert all(check.good for check in verify(draw))


def test_nobody_inspects_the_own_unit(
    officer: User, county: Region, team: list[User], enter: Callable[..., Entry]
) -> None:
    firm = Organisation.objects.create(name="某某化工有限公司", kind="enterprise", region=county)
    Membership.objects.create(user=team[1], role=Role.ENTERPRISE, organisation=firm)
    enter(county, "企业地块", firm)
    draw = drawn_of(officer, county, team, number=1)
    pair = draw.objects_drawn.get().inspectors.values_list("person", flat=True)
    assert len(pair) == 2
    assert team[1].pk not in pair
    with pytest.raises(InputError, match="抽取没有准备好"):
        prepare(officer, county, team[:2], number=1)


def test_who_may_draw_and_who_may_be_drawn(
    officer: User, county: Region, neighbour: Region, team: list[User], parcels: list[Entry],
    person: Callable[..., User],
) -> None:  # fmt: skip
    with pytest.raises(PermissionDeniedError):
        prepare(person("外县", Role.OFFICER, neighbour), county, team)
    with pytest.raises(PermissionDeniedError):
        prepare(person("企业", Role.ENTERPRISE), county, team)
    with pytest.raises(InputError) as refused:
        prepare(officer, county, [*team, person("外县", Role.OFFICER, neighbour)])
    assert "不能参加" in refused.value.errors[0].message


def test_all_that_is_wrong_is_said_at_once(officer: User, county: Region, team: list[User]) -> None:
    with pytest.raises(InputError) as refused:
        prepare(officer, county, team, title="", share=Decimal(0), number=0, kind="x", due=date(2024, 1, 1))
    assert {item.column for item in refused.value.errors} >= {
        "抽取名称", "抽取数量", "抽取比例", "抽取类型", "完成期限", "抽取范围",
    }  # fmt: skip
    assert not Draw.objects.exists()


def test_a_draw_without_a_seed_can_be_given_up(
    officer: User, county: Region, team: list[User], parcels: list[Entry]
) -> None:
    draw = prepare(officer, county, team)
    CancelDraw(officer, ON, draw, "名单有误").execute()
    with pytest.raises(ConflictError):
        RecordSeed(officer, ON, draw).execute()
    seeded = RecordSeed(officer, ON, prepare(officer, county, team)).execute()
    with pytest.raises(ConflictError):
        CancelDraw(officer, ON, seeded, "不满意").execute()


def test_what_was_found_takes_the_entry_up_again(
    reopening: None, officer: User, county: Region, team: list[User], parcels: list[Entry]
) -> None:
    draw = drawn_of(officer, county, team, due=date(2024, 7, 15))
    first, second, _ = draw.objects_drawn.all()
    later = date(2024, 7, 10)
    with pytest.raises(InputError) as refused:
        RecordOutcome(officer, later, first, "found").execute()
    assert {item.column for item in refused.value.errors} == {"检查情况", "佐证材料"}
    proof = file_of(first)
    outcome = RecordOutcome(
        officer, later, first, "found", note="围堰破损", evidence=[proof], reopen=True
    ).execute()
    version = version_on(first.entry, later)
    assert version is not None
    assert version.state == "over_standard"
    assert outcome.reopened is not None
    assert outcome.reopened.transition == "look_again"
    RecordOutcome(officer, later, second, "good").execute()
    before = datetime.now(UTC)

    # Said again, with a reason; what was said before stays known.
    with pytest.raises(InputError):
        RecordOutcome(officer, later, second, "found", note="漏查", evidence=[file_of(second)]).execute()
    RecordOutcome(
        officer, later, second, "found", note="漏查", evidence=[file_of(second)], reason="复核"
    ).execute()
    now = outcomes.progress(outcomes.rows_of(draw, date(2024, 7, 20)))
    assert (now.total, now.checked, now.found, now.late) == (3, 2, 2, 1)
    then = outcomes.progress(outcomes.rows_of(draw, date(2024, 7, 20), before))
    assert (then.found, then.checked) == (1, 2)
    assert outcomes.progress(outcomes.rows_of(draw, date(2024, 7, 9))).checked == 0
    assert Outcome.objects.filter(drawn=second).count() == 2


def test_reopening_asks_for_the_right_to_that_move_and_is_whole_or_nothing(
    reopening: None, city: Region, county: Region, team: list[User], parcels: list[Entry],
    person: Callable[..., User],
) -> None:  # fmt: skip
    """An officer of the city draws in its counties and may not move their entries."""
    chief = person("市局", Role.OFFICER, city)
    draw = drawn_of(chief, city, [], kind="look_back", pool=[])
    first = draw.objects_drawn.first()
    assert first is not None
    assert not outcomes.may_reopen(chief, first, ON)
    with pytest.raises(PermissionDeniedError):
        RecordOutcome(
            chief, ON, first, "found", note="反弹", evidence=[file_of(first)], reopen=True
        ).execute()
    assert not Outcome.objects.exists()
    RecordOutcome(chief, ON, first, "found", note="反弹", evidence=[file_of(first)]).execute()
