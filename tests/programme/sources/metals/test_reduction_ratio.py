"""The reduction ratio, the replacement ratio and 不新增, worked by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.programme.sources.metals.conftest import PAPER, START, Plant

from jingtu.platform.clock import recorded_now
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.indicators import service
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.actions import ChangeFacts
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry
from jingtu.programme.sources.metals.quotas.kinds import OpenQuota, TransferIn, TransferOut, VerifyReduction
from jingtu.programme.sources.metals.quotas.models import ReductionSource, ReplacementRule
from jingtu.programme.sources.metals.quotas.projects import Reverse, UseSources
from jingtu.programme.sources.metals.quotas.rules import EnterReplacementRule

RATIO, REPLACEMENT = "heavy_metal_reduction_ratio", "equivalent_replacement_ratio"
MAY, JUNE, DECEMBER = date(2024, 5, 6), date(2024, 6, 3), date(2024, 12, 31)


@pytest.fixture
def plants(plant: Plant) -> dict[str, Entry]:
    """In the base: 100 kg lead and 5 kg cadmium of the smelter, 40 kg lead of the battery plant. 145 kg."""
    found = {
        "smelter": plant(),
        "battery": plant("乙电池厂", industry="battery", base_pb="40千克", base_cd=""),
        "other": plant("丙水泥厂", industry="other"),
        "old": plant("丁矿", base_year=2013),
        "unknown": plant("戊厂", base_year="", base_pb="", base_cd=""),
        "new": plant("己厂", project_kind="new", base_year="", base_pb="", base_cd=""),
        "thallium": plant("庚厂", base_pb="", base_cd="", base_tl="9千克"),
    }
    for name, metal, grams in (("smelter", "pb", 100_000), ("smelter", "cd", 5_000), ("other", "pb", 50_000)):
        OpenQuota(None, START, found[name], metal, grams, PAPER).execute()
    return found


def reduce(entry: Entry, grams: int, on: date = MAY, metal: str = "pb") -> ReductionSource:
    done = VerifyReduction(None, on, entry, metal, grams, PAPER, way="process").execute()
    return ReductionSource.objects.get(transaction=done)


def test_verified_reductions_over_the_emission_of_the_base_year(
    plants: dict[str, Entry], county: Region, city: Region, neighbour: Region
) -> None:
    reduce(plants["smelter"], 7_000)
    reduce(plants["smelter"], 250, metal="cd")
    reduce(plants["other"], 9_000)  # not a key industry
    reading = service.read(RATIO, county, DECEMBER)
    assert (reading.value, reading.numerator, reading.denominator) == (5, Decimal("7.25"), 145)
    assert reading.counted_entries == (plants["smelter"].pk, plants["battery"].pk)
    assert reading.numerator_entries == (plants["smelter"].pk,)
    assert {item.reason: item.count for item in reading.left_out} == {
        "不属于当日的重点行业": 1,
        "登记的基准年与目标不同": 1,
        "未登记基准年排放量": 2,  # the thallium plant has none of the five metals under total control
        "基准年后的新建项目，无基准年排放量": 1,
    }
    assert reading.completeness == 0.4
    assert service.read(RATIO, county, date(2024, 5, 5)).value == 0
    assert service.read(RATIO, city, DECEMBER).value == 5
    assert service.read(RATIO, neighbour, DECEMBER).status == "no_data"
    parts = service.declarations.get(RATIO).parts([county, neighbour], DECEMBER)  # type: ignore[union-attr]
    assert {key: part.value for key, part in parts.items()} == {county.pk: 5, neighbour.pk: None}


def test_what_was_given_away_was_reduced_all_the_same_and_a_correction_counts_from_when_it_is_known(
    plants: dict[str, Entry], county: Region
) -> None:
    source = reduce(plants["smelter"], 14_500)
    TransferOut(None, JUNE, plants["smelter"], "pb", 4_500, PAPER, source=source).execute()
    wrong = reduce(plants["smelter"], 1_450)
    assert service.read(RATIO, county, DECEMBER).value == 11
    before = recorded_now()
    Reverse(None, wrong.transaction, "重复登记").execute()
    assert service.read(RATIO, county, DECEMBER).value == 10
    assert service.read(RATIO, county, DECEMBER, before).value == 11


def test_a_closed_plant_stays_in_the_base_and_counts_once(plants: dict[str, Entry], county: Region) -> None:
    smelter = plants["smelter"]
    for metal, grams in (("pb", 100_000), ("cd", 5_000)):
        VerifyReduction(None, MAY, smelter, metal, grams, PAPER, way="closure").execute()
    assert service.read(RATIO, county, DECEMBER).value == Decimal("72.41")  # 105 of 145
    proof = [_file(smelter, county)]
    MoveEntry(
        None, JUNE, smelter, "close", reason="退出", facts={"closed_on": "2024-06-03"}, evidence=proof
    ).execute()
    MoveEntry(
        None, JUNE, smelter, "remove", reason="已拆除", facts={"removal_cause": "closed"}, evidence=proof
    ).execute()
    assert service.read(RATIO, county, DECEMBER).value == Decimal("72.41")


def test_a_plant_entered_twice_is_taken_out_of_the_base(plants: dict[str, Entry], county: Region) -> None:
    reduce(plants["smelter"], 10_500)
    battery = plants["battery"]
    MoveEntry(
        None, JUNE, battery, "remove", reason="重复", facts={"removal_cause": "double"},
        evidence=[_file(battery, county)],
    ).execute()  # fmt: skip
    reading = service.read(RATIO, county, DECEMBER)
    assert (reading.value, reading.denominator) == (10, 105)


def test_the_base_year_is_that_of_the_target_and_the_rule_ends_with_its_period(
    plants: dict[str, Entry], county: Region
) -> None:
    reading = service.read(RATIO, county, DECEMBER, parameters={"base": "2013-12-31"})
    assert (reading.counted_entries, reading.denominator) == ((plants["old"].pk,), 105)
    assert service.read(RATIO, county, date(2026, 1, 1)).status == "not_configured"
    assert service.read(RATIO, county, date(2021, 6, 1)).status == "not_configured"


def use(source: ReductionSource, entry: Entry, new: int, spent: int, on: date = JUNE) -> Any:
    return UseSources(None, on, entry, "pb", new, PAPER, parts=[(source, spent)]).execute()


def test_the_least_ratio_of_all_projects_and_which_fall_short(
    plants: dict[str, Entry], county: Region, city: Region, equal: None
) -> None:
    source = reduce(plants["smelter"], 50_000)
    assert service.read(REPLACEMENT, county, DECEMBER).status == "not_applicable"
    use(source, plants["battery"], 10_000, 12_500)
    use(source, plants["new"], 9_000, 9_999)
    reading = service.read(REPLACEMENT, county, DECEMBER)
    assert (reading.value, reading.numerator, reading.denominator) == (Decimal("1.11"), Decimal("9.999"), 9)
    assert reading.numerator_entries == reading.counted_entries == (plants["battery"].pk, plants["new"].pk)
    # A ratio that is entered afterwards for the same days shows who falls short of it.
    EnterReplacementRule(
        None, JUNE, county, metal="pb", ratio=Decimal("1.2"), source="新规定", valid_from=START
    ).execute()
    reading = service.read(REPLACEMENT, county, DECEMBER)
    assert reading.numerator_entries == (plants["battery"].pk,)
    assert "1 家企业低于要求的替代比例" in reading.extra["note"]
    ReplacementRule.objects.all().delete()
    assert service.read(REPLACEMENT, county, DECEMBER).left_out[0].reason == "所在区域的替代比例未配置"
    assert service.read(REPLACEMENT, county, date(2025, 6, 1)).status == "not_applicable"


def test_replacement_in_places_at_once_reads_as_in_each_alone(
    plants: dict[str, Entry],
    plant: Plant,
    county: Region,
    city: Region,
    neighbour: Region,
    town: Region,
    equal: None,
) -> None:
    source = reduce(plants["smelter"], 50_000)
    use(source, plants["battery"], 10_000, 12_500)
    use(source, plant("辛厂", region=neighbour, project_kind="new"), 9_000, 9_999)
    places = [neighbour, town, city, county]
    together = service.parts(REPLACEMENT, places, DECEMBER)
    assert [together[place.pk].value for place in places] == [
        Decimal("1.11"), None, Decimal("1.11"), Decimal("1.25"),
    ]  # fmt: skip
    assert [together[place.pk] for place in places] == [
        service.read(REPLACEMENT, place, DECEMBER) for place in places
    ]


def test_no_increase_is_read_in_kilograms_and_what_came_from_elsewhere_does_not_replace(
    plants: dict[str, Entry], county: Region, equal: None
) -> None:
    parameters = {"kind": "no_increase"}
    source = reduce(plants["smelter"], 50_000)
    use(source, plants["battery"], 10_000, 12_000)
    reading = service.read(RATIO, county, DECEMBER, parameters=parameters)
    assert (reading.value, reading.unit, reading.numerator, reading.denominator) == (0, "千克", 10, 12)
    done = TransferIn(None, JUNE, plants["battery"], "pb", 5_000, PAPER).execute()
    use(ReductionSource.objects.get(transaction=done), plants["battery"], 5_000, 5_000)
    # The two kilograms too many of the first project replace two of the five that came from elsewhere.
    assert service.read(RATIO, county, DECEMBER, parameters=parameters).value == 3
    assert service.read(RATIO, county, date(2024, 6, 2), parameters=parameters).value == 0


def test_the_list_the_supplements_and_the_permits_are_counted(
    plants: dict[str, Entry], county: Region
) -> None:
    from jingtu.platform.registers.entry_records import AddRecord, CorrectRecord

    assert service.read("heavy_metal_enterprise_count", county, DECEMBER).value == 7
    for name, said in (("smelter", "done"), ("battery", "required"), ("other", "done")):
        ChangeFacts(None, MAY, plants[name], facts={"supplement": said}).execute()
    supplements = service.read("heavy_metal_supplement_rate", county, DECEMBER)
    assert (supplements.value, supplements.denominator) == (Decimal("66.67"), 3)
    values = {"permit_number": "P1", "measures": "yes", "reductions": "no", "transfers": "na"}
    checks = "heavy_metal_permit_checks"
    check = AddRecord(None, MAY, plants["smelter"], checks, values).execute()
    AddRecord(None, MAY, plants["battery"], checks, values | {"reductions": "yes"}).execute()
    reading = service.read("heavy_metal_permit_completeness", county, DECEMBER)
    assert (reading.value, reading.counted) == (50, 2)
    AddRecord(None, JUNE, plants["smelter"], checks, values | {"reductions": "yes"}).execute()
    assert service.read("heavy_metal_permit_completeness", county, DECEMBER).value == 100
    assert service.read("heavy_metal_permit_completeness", county, MAY).value == 50
    CorrectRecord(None, MAY, check, checks, {"reductions": "yes"}, reason="看错").execute()
    assert service.read("heavy_metal_permit_completeness", county, MAY).value == 100


def _file(entry: Entry, region: Region) -> Attachment:
    import io

    from jingtu.platform.evidence.attaching import attach

    return attach(
        io.BytesIO(f"证明 {entry.pk}".encode()), "证明.txt", subject_type=entry.register,
        subject_uid=entry.uid, read_permission="metals.enterprise.read", region_path=region.path,
        organisations=[], actor=None,
    )  # fmt: skip
