"""Keeping the list: entered, renamed, called otherwise; plants corrected and closed; and what stays of it."""

from __future__ import annotations

from datetime import date

import pytest

from jingtu.errors import ConflictError, InputError, PermissionDeniedError
from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.organisations import codes, history
from jingtu.platform.organisations.actions import (
    AddAlias,
    AddFacility,
    CloseFacility,
    EditFacility,
    EnterOrganisation,
    RenameOrganisation,
    SetCode,
    SetKind,
    WithdrawAlias,
)
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.organisations.resolving import resolve_unit
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region

ON = date(2024, 6, 30)
CODE = "9145020019860001X7"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", "应为 18 位，现为 0 位"),
        (CODE[:-1], "现为 17 位"),
        (CODE[:5] + "A" + CODE[6:], "第 6 位“A”应为数字"),
        (CODE[:12] + "O" + CODE[13:], "第 13 位“O”不会出现在代码中，是否为数字“0”"),
        (CODE[:12] + "é" + CODE[13:], "第 13 位“é”不会出现在代码中"),
        (CODE[:-1] + "8", "第 18 位校验码按前 17 位算应为“7”，现为“8”"),
        (CODE[:9] + "89" + CODE[11:], "第 18 位校验码按前 17 位算应为"),
    ],
)
def test_a_code_says_where_it_is_wrong(code: str, words: str) -> None:
    found = codes.faults(code)
    assert len(found) == 1
    assert words in found[0]


def test_all_wrong_signs_are_named_at_once() -> None:
    found = codes.faults("91450200I986OOO1X7")
    assert [item[:6] for item in found] == ["第 9 位“", "第 13 位", "第 14 位", "第 15 位"]


def test_codes_of_rural_collectives_begin_with_a_letter() -> None:
    """A village's collective has a code N2…; as everywhere exactly one check character fits."""
    assert len([sign for sign in codes.SIGNS if not codes.faults(f"N2450200MF0000001{sign}")]) == 1


def test_what_is_entered_is_checked_all_at_once(officer: User, county: Region, neighbour: Region) -> None:
    with pytest.raises(InputError) as caught:
        EnterOrganisation(officer, ON, "厂", "factory", county, code="91").execute()
    assert {item.column for item in caught.value.errors} == {"单位名称", "单位类型", "统一社会信用代码"}
    with pytest.raises(PermissionDeniedError):
        EnterOrganisation(officer, ON, "邻县化工厂", "enterprise", neighbour).execute()
    made = EnterOrganisation(
        officer, ON, "某县 化工厂", "enterprise", county, code="91450200 19860001x7"
    ).execute()
    assert (made.name, made.uscc) == ("某县化工厂", CODE)
    with pytest.raises(ConflictError, match="某县化工厂"):
        EnterOrganisation(officer, ON, "另一厂", "enterprise", county, code=CODE).execute()
    with pytest.raises(ConflictError):
        EnterOrganisation(officer, ON, "某县化工厂", "enterprise", county).execute()
    assert [step.label for step in history.steps(made)] == ["登记"]


def test_a_new_name_keeps_the_old_ones(officer: User, plant: Organisation, county: Region) -> None:
    RenameOrganisation(officer, date(2020, 1, 1), plant, "某某材料有限公司", source="变更通知").execute()
    RenameOrganisation(officer, date(2022, 1, 1), plant, "某某新材料有限公司", source="变更通知").execute()
    plant.refresh_from_db()
    days = {2019: "某某化工有限公司", 2021: "某某材料有限公司", 2023: "某某新材料有限公司"}
    assert {year: plant.name_on(date(year, 6, 30)) for year in days} == days
    # A document of today may still write any of them.
    for name in days.values():
        assert resolve_unit(name, "enterprise", county, ON).organisation == plant
    with pytest.raises(InputError, match="没有更名"):
        RenameOrganisation(officer, date(2021, 1, 1), plant, "更早的名称", source="补记").execute()
    with pytest.raises(InputError, match="没有更名"):
        RenameOrganisation(officer, ON, plant, "没有依据的名称", source=" ").execute()
    with pytest.raises(ConflictError):
        RenameOrganisation(officer, ON, plant, "某某新材料有限公司", source="变更通知").execute()


def test_a_withdrawn_alias_means_nobody_and_can_be_entered_again(
    officer: User, plant: Organisation, county: Region
) -> None:
    alias = AddAlias(officer, ON, plant, "老化工", source="档案").execute()
    assert resolve_unit("老化工", "enterprise", county, ON).organisation == plant
    with pytest.raises(InputError):
        WithdrawAlias(officer, ON, alias, " ").execute()
    WithdrawAlias(officer, ON, alias, "张冠李戴").execute()
    assert resolve_unit("老化工", "enterprise", county, ON).organisation is None
    with pytest.raises(ConflictError):
        WithdrawAlias(officer, ON, alias, "再停一次").execute()
    AddAlias(officer, ON, plant, "老化工", source="重新查证").execute()
    assert resolve_unit("老化工", "enterprise", county, ON).organisation == plant
    RenameOrganisation(officer, ON, plant, "某某材料有限公司", source="变更通知").execute()
    with pytest.raises(ConflictError, match="曾用名"):
        WithdrawAlias(officer, ON, plant.aliases.get(kind="former"), "不要了").execute()


def test_a_plant_is_corrected_closed_and_opened_again(
    officer: User, plant: Organisation, county: Region, neighbour: Region
) -> None:
    works = AddFacility(officer, ON, plant, "一厂", county, industry_code="2611").execute()
    with pytest.raises(InputError) as caught:
        EditFacility(officer, ON, works, "厂", county, industry_code="化工", status="closed").execute()
    assert {item.column for item in caught.value.errors} == {"厂区名称", "行业代码", "状态"}
    with pytest.raises(PermissionDeniedError):
        EditFacility(officer, ON, works, "一厂", neighbour).execute()
    with pytest.raises(ConflictError, match="没有改动"):
        EditFacility(officer, ON, works, "一厂", county, industry_code="2611").execute()
    EditFacility(officer, ON, works, "一厂", county, address="工业路1号", industry_code="C2612").execute()
    closed = CloseFacility(officer, date(2024, 5, 31), works, "搬迁").execute()
    assert (closed.status, closed.valid_to, closed.closed_reason) == ("closed", date(2024, 5, 31), "搬迁")
    with pytest.raises(ConflictError):
        CloseFacility(officer, ON, works, "再关一次").execute()
    opened = EditFacility(officer, ON, works, "一厂", county, status="operating").execute()
    assert (opened.status, opened.valid_to, opened.closed_reason) == ("operating", OPEN_DATE, "")
    steps = history.steps(plant)
    assert [step.label for step in steps] == ["更正厂区", "关闭厂区", "更正厂区", "登记厂区"]
    assert steps[2].what == ["一厂", "地址：空 → 工业路1号", "行业代码：2611 → C2612"]


def test_the_history_says_who_did_what(officer: User, plant: Organisation) -> None:
    SetCode(officer, ON, plant, CODE).execute()
    SetKind(officer, ON, plant, "other").execute()
    with pytest.raises(ConflictError):
        SetKind(officer, ON, plant, "other").execute()
    told = [(step.label, step.who, step.what) for step in history.steps(plant)]
    assert told == [
        ("更正类型", "经办", ["企业 → 其他"]),
        ("登记代码", "经办", [f"未登记 → {CODE}"]),
    ]
