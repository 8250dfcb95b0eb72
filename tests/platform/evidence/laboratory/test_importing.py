"""Results are stored whole or not at all, judged, and never overwritten."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.platform.evidence.laboratory.conftest import DAY, GOOD, ON, book, row

from jingtu.errors import ConflictError, InputError, PermissionDeniedError
from jingtu.platform.evidence.laboratory import judging, standards
from jingtu.platform.evidence.laboratory.importing import ImportResults, RejudgeSurvey, WithdrawImport
from jingtu.platform.evidence.laboratory.models import (
    ImportedFile,
    Judgement,
    Result,
    Sample,
    Survey,
    believed,
)
from jingtu.platform.evidence.laboratory.prepared import Prepared
from jingtu.platform.evidence.laboratory.surveys import CreateSurvey, EditSurvey, Said
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.rulebooks.actions import AddTable

pytestmark = pytest.mark.django_db


def verdicts(survey: Survey, known_at: Any = None) -> dict[tuple[str, str], str]:
    rows = Result.objects.filter(believed(known_at), survey=survey)
    return {(item.sample.code, item.analyte): item.verdict for item in rows.select_related("sample")}


def test_results_are_stored_with_verdict_limit_and_clause(
    survey: Survey, deliver: Callable[..., Prepared]
) -> None:
    """Arsenic on land of class 2: screening value 60, intervention value 140 mg/kg (GB 36600-2018, table 1)."""
    deliver(survey, GOOD)
    assert verdicts(survey) == {
        ("S1-1", "砷"): "below_screening",
        ("S1-1", "镉"): "below_screening",
        ("S2-1", "砷"): "between",
        ("S2-1", "镉"): "below_screening",
        ("S3-1", "砷"): "above_intervention",
    }
    worst = Result.objects.get(sample__code="S3-1")
    assert (worst.raw, worst.value, worst.unit, worst.judged_value) == ("150", 150.0, "mg/kg", 150.0)
    assert (worst.standard, worst.edition) == ("gb36600", "GB 36600-2018")
    assert (worst.limit_value, worst.limit_unit) == (60.0, "mg/kg")
    assert worst.limit_clause
    assert worst.ratio == pytest.approx(2.5)
    assert (worst.sheet, worst.row, worst.column) == ("检测结果", 6, "F")
    unfound = Result.objects.get(sample__code="S1-1", analyte="镉")
    assert (unfound.raw, unfound.detected, unfound.value, unfound.detection_limit) == (
        "ND",
        False,
        0.01,
        0.01,
    )
    sample = Sample.objects.get(code="S2-1")
    assert (sample.point, str(sample.depth_top), str(sample.depth_bottom)) == ("S2", "0.000", "0.500")
    assert sample.sampled_on == DAY
    assert survey.state == "stored"
    assert (survey.sampled_from, survey.sampled_to) == (DAY, DAY)


def test_what_came_out_is_said_with_its_edition(survey: Survey, deliver: Callable[..., Prepared]) -> None:
    prepared = deliver(survey, GOOD)
    expected = {"below_screening": 1, "between": 1, "above_intervention": 1}
    assert prepared.samples == expected
    judgement = Judgement.objects.get(survey=survey)
    assert judgement.samples == expected
    assert judgement.results == {"below_screening": 3, "between": 1, "above_intervention": 1}
    assert [item["number"] for item in judgement.editions] == ["GB 36600-2018"]
    assert judging.outdated(survey, judgement) == ""


def test_one_ledger_row_says_what_was_stored_and_holds_no_result(
    survey: Survey, deliver: Callable[..., Prepared]
) -> None:
    before = LedgerRow.objects.count()
    prepared = deliver(survey, GOOD)
    assert LedgerRow.objects.count() == before + 1
    line = LedgerRow.objects.latest("id")
    assert line.action == "laboratory.import"
    assert line.facts["manifest"] == prepared.manifest
    assert line.facts["file_sha256"] == prepared.sha256
    assert "150" not in str(line.facts["manifest"])
    assert "S3-1" not in str(line.facts)


def test_the_same_file_twice_changes_nothing_and_says_so(
    survey: Survey, deliver: Callable[..., Prepared], prepare: Callable[..., tuple[Prepared, Path]]
) -> None:
    content = book(GOOD)
    deliver(survey, content)
    kept = list(Result.objects.values())
    again, path = prepare(survey, content)
    assert again.repeats is not None
    with pytest.raises(ConflictError, match="内容没有变化"):
        ImportResults(None, ON, again, path, acknowledged=True).execute()
    assert list(Result.objects.values()) == kept


def test_the_same_results_in_another_file_change_nothing(
    survey: Survey, deliver: Callable[..., Prepared], prepare: Callable[..., tuple[Prepared, Path]]
) -> None:
    deliver(survey, GOOD)
    again, path = prepare(survey, list(reversed(GOOD)))
    assert again.repeats is None
    assert again.nothing_new
    assert again.unchanged == 5
    with pytest.raises(ConflictError, match="完全一致"):
        ImportResults(None, ON, again, path, acknowledged=True).execute()
    assert ImportedFile.objects.count() == 1


def test_a_changed_value_needs_a_reason_and_the_old_one_stays_readable(
    survey: Survey, deliver: Callable[..., Prepared], prepare: Callable[..., tuple[Prepared, Path]]
) -> None:
    deliver(survey, GOOD)
    before = Result.objects.get(sample__code="S3-1")
    corrected = [*GOOD[:4], row("S3-1", "砷", 15.0)]
    prepared, path = prepare(survey, corrected)
    assert (prepared.changed, prepared.unchanged, prepared.added) == (1, 4, 0)
    assert [(item.sample, item.analyte, item.old, item.new) for item in prepared.changes] == [
        ("S3-1", "砷", "150 mg/kg", "15 mg/kg")
    ]
    with pytest.raises(InputError, match="原因"):
        ImportResults(None, ON, prepared, path, acknowledged=True).execute()
    deliver(survey, corrected, reason="小数点录错，实验室已更正报告")
    assert verdicts(survey)["S3-1", "砷"] == "below_screening"
    assert verdicts(survey, before.recorded_from)["S3-1", "砷"] == "above_intervention"
    assert Result.objects.filter(believed(), survey=survey).count() == 5
    assert Result.objects.filter(survey=survey).count() == 6


def test_a_file_with_errors_stores_nothing(
    survey: Survey, prepare: Callable[..., tuple[Prepared, Path]]
) -> None:
    prepared, path = prepare(survey, [*GOOD, row("S4-1", "砷", "一百"), row("S5-1", "铅", 3, unit="")])
    codes = {item.code for item in prepared.errors}
    assert len(codes) >= 2
    with pytest.raises(InputError) as caught:
        ImportResults(None, ON, prepared, path, acknowledged=True).execute()
    assert {(item.row, item.column) for item in caught.value.errors} >= {(7, "F")}
    assert not Result.objects.exists()
    assert not Sample.objects.exists()


def test_nothing_is_stored_where_storing_breaks_off(
    survey: Survey, prepare: Callable[..., tuple[Prepared, Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared, path = prepare(survey, GOOD)
    rows = LedgerRow.objects.count()

    def broken(*_: object) -> None:
        raise RuntimeError("the power is gone")

    monkeypatch.setattr(judging, "summary", broken)
    with pytest.raises(RuntimeError):
        ImportResults(None, ON, prepared, path, acknowledged=True).execute()
    assert not Result.objects.exists()
    assert not ImportedFile.objects.exists()
    assert LedgerRow.objects.count() == rows


def test_what_was_confirmed_must_still_hold(
    survey: Survey, deliver: Callable[..., Prepared], prepare: Callable[..., tuple[Prepared, Path]]
) -> None:
    prepared, path = prepare(survey, GOOD)
    deliver(survey, GOOD[:2])
    with pytest.raises(ConflictError, match="重新核对"):
        ImportResults(None, ON, prepared, path, fingerprint=prepared.fingerprint, acknowledged=True).execute()


def test_a_file_taken_back_gives_the_replaced_values_back(
    survey: Survey, deliver: Callable[..., Prepared]
) -> None:
    deliver(survey, GOOD)
    deliver(survey, [row("S3-1", "砷", 15.0), row("S9-1", "铅", 1000)], reason="更正")
    assert ("S9-1", "铅") in verdicts(survey)
    wrong = ImportedFile.objects.latest("id")
    with pytest.raises(InputError):
        WithdrawImport(None, ON, wrong, " ").execute()
    WithdrawImport(None, ON, wrong, "传错文件").execute()
    assert verdicts(survey)["S3-1", "砷"] == "above_intervention"
    assert ("S9-1", "铅") not in verdicts(survey)
    assert not Sample.objects.filter(believed(), code="S9-1").exists()
    with pytest.raises(ConflictError):
        WithdrawImport(None, ON, wrong, "再撤一次").execute()
    first = ImportedFile.objects.earliest("id")
    WithdrawImport(None, ON, first, "整份作废").execute()
    survey.refresh_from_db()
    assert verdicts(survey) == {}
    assert survey.state == "waiting"


def test_a_file_taken_back_may_be_delivered_again(survey: Survey, deliver: Callable[..., Prepared]) -> None:
    content = book(GOOD)
    deliver(survey, content)
    WithdrawImport(None, ON, ImportedFile.objects.get(), "传错任务").execute()
    deliver(survey, content)
    assert len(verdicts(survey)) == 5


def test_a_corrected_land_class_is_judged_anew_and_the_old_verdict_stays_readable(
    survey: Survey, deliver: Callable[..., Prepared], officer: User, said: Callable[..., Said]
) -> None:
    """Arsenic on land of class 1: screening value 20, intervention value 120 mg/kg."""
    deliver(survey, [row("S1-1", "砷", 25.0), row("S1-1", "镉", 1.0)])
    known = Judgement.objects.get(survey=survey).recorded_from
    EditSurvey(officer, ON, survey, said(land_class=1)).execute()
    survey.refresh_from_db()
    assert "用地类别已更正" in judging.outdated(survey, Judgement.objects.get(survey=survey))
    assert verdicts(survey)["S1-1", "砷"] == "below_screening", "a verdict does not change by itself"
    with pytest.raises(InputError):
        RejudgeSurvey(officer, ON, survey).execute()
    RejudgeSurvey(officer, ON, survey, "规划改为居住用地").execute()
    assert verdicts(survey)["S1-1", "砷"] == "between"
    assert verdicts(survey, known)["S1-1", "砷"] == "below_screening"
    assert Judgement.objects.get(believed(known), survey=survey).land_class == 2
    now = Judgement.objects.get(believed(), survey=survey)
    assert (now.land_class, now.samples) == (1, {"between": 1})
    assert LedgerRow.objects.latest("id").facts["land_class"] == [2, 1]


def test_control_samples_are_kept_and_not_judged(survey: Survey, deliver: Callable[..., Prepared]) -> None:
    head_rows = [[*line, ""] for line in GOOD]
    parallel = [*row("S2-1P", "砷", 73.0), "平行样"]
    from tests.platform.evidence.laboratory.conftest import HEAD

    deliver(survey, book([*head_rows, parallel], [*HEAD, "质控类型"]))
    kept = Result.objects.get(sample__code="S2-1P")
    assert (kept.verdict, kept.rank, kept.value) == ("", 0, 73.0)
    assert sum(Judgement.objects.get().samples.values()) == 3


def test_sums_are_computed_and_follow_their_members(survey: Survey, deliver: Callable[..., Prepared]) -> None:
    """DDT is limited as the sum of o,p'- and p,p'-DDT: 6.7 mg/kg on land of class 2."""
    deliver(survey, [row("S1-1", "o,p'-滴滴涕", 3.0), row("S1-1", "p,p'-滴滴涕", 3.0)])
    total = Result.objects.get(believed(), raw=judging.SUM_WORDS)
    assert (total.value, total.verdict, total.row) == (6.0, "below_screening", None)
    deliver(survey, [row("S1-1", "p,p'-滴滴涕", 4.0)], reason="更正")
    total = Result.objects.get(believed(), raw=judging.SUM_WORDS)
    assert (total.value, total.verdict) == (7.0, "between")
    WithdrawImport(None, ON, ImportedFile.objects.latest("id"), "传错").execute()
    total = Result.objects.get(believed(), raw=judging.SUM_WORDS)
    assert (total.value, total.verdict) == (6.0, "below_screening")


def test_facts_of_a_sample_that_change_carry_its_results_along(
    officer: User, said: Callable[..., Said], deliver: Callable[..., Prepared]
) -> None:
    """Cadmium in paddy soil: 0.3 mg/kg up to pH 5.5, 0.6 between 6.5 and 7.5 (GB 15618-2018, table 1)."""
    survey = CreateSurvey(officer, ON, said(standard="gb15618", land_class=None)).execute()
    head = ["样品编号", "采样日期", "土地利用类型", "pH", "检测项目", "检测结果", "单位"]
    rows = [["N1", DAY, "水田", 5.2, "镉", 0.5, "mg/kg"], ["N1", DAY, "水田", 5.2, "铅", 20, "mg/kg"]]
    deliver(survey, book(rows, head))
    assert verdicts(survey)["N1", "镉"] == "between"
    deliver(survey, book([["N1", DAY, "水田", 7.0, "镉", 0.5, "mg/kg"]], head), reason="pH 抄错")
    assert verdicts(survey) == {("N1", "镉"): "below_screening", ("N1", "铅"): "below_screening"}
    first = ImportedFile.objects.earliest("id")
    assert {item.imported_id for item in Result.objects.filter(believed())} == {first.pk}
    assert Sample.objects.get(believed()).ph == 7.0
    WithdrawImport(None, ON, ImportedFile.objects.latest("id"), "传错").execute()
    assert Sample.objects.get(believed()).ph == 5.2
    assert verdicts(survey) == {("N1", "镉"): "between", ("N1", "铅"): "below_screening"}


def test_each_sample_is_judged_by_the_edition_of_its_day(
    officer: User, said: Callable[..., Said], deliver: Callable[..., Prepared]
) -> None:
    """What was sampled before GB 36600-2018 held is not judged by it: 未配置, never guessed."""
    survey = CreateSurvey(officer, ON, said(cma_valid_from=date(2015, 1, 1))).execute()
    deliver(survey, [row("S1-1", "砷", 70.0), row("S2-1", "砷", 70.0, day=date(2017, 5, 4))])
    assert verdicts(survey) == {("S1-1", "砷"): "between", ("S2-1", "砷"): "not_covered"}
    old = Result.objects.get(sample__code="S2-1")
    assert (old.edition, old.reason, old.limit_value) == ("", "no_edition", None)
    assert len(Judgement.objects.get().editions) == 2


def test_who_delivers_and_who_does_not(
    survey: Survey,
    prepare: Callable[..., tuple[Prepared, Path]],
    person: Callable[..., User],
    laboratory: Organisation,
    firm: Organisation,
    holder: Organisation,
    county: Any,
) -> None:
    prepared, path = prepare(survey, GOOD)
    stranger = Organisation.objects.create(name="外来检测公司", kind="laboratory", region=county)
    for user in (person(Role.ENTERPRISE, holder), person(Role.HEAD), person(Role.LABORATORY, stranger)):
        with pytest.raises(PermissionDeniedError):
            ImportResults(user, ON, prepared, path, acknowledged=True).execute()
    ImportResults(person(Role.LABORATORY, laboratory), ON, prepared, path, acknowledged=True).execute()
    with pytest.raises(PermissionDeniedError):
        WithdrawImport(person(Role.SURVEY_FIRM, firm), ON, ImportedFile.objects.get(), "撤").execute()


def test_the_file_itself_is_kept_as_evidence_for_its_readers(
    survey: Survey, deliver: Callable[..., Prepared], holder: Organisation
) -> None:
    prepared = deliver(survey, GOOD)
    kept = ImportedFile.objects.get().attachment
    assert kept.file.sha256 == prepared.sha256
    assert holder.pk in kept.organisation_ids
    assert kept.read_permission == "laboratory.read"


def test_a_table_that_a_user_added_judges_after_it_was_asked_to(
    survey: Survey, deliver: Callable[..., Prepared], officer: User, said: Callable[..., Said], county: Any
) -> None:
    lines = [
        "标准号,标准名称,施行日期,介质,项目,单位,限值类型,限值,条款,来源",
        "DB99/T 1-2020,青禾县试验标准,2020-01-01,土壤,砷,mg/kg,筛选值,10,表1,测试",
    ]
    AddTable(officer, ON, county, io.BytesIO("\n".join(lines).encode()), "地方标准.csv").execute()
    key = standards.added(county.path)[0].standard
    deliver(survey, [row("S1-1", "砷", 12.5)])
    assert verdicts(survey)["S1-1", "砷"] == "below_screening"
    EditSurvey(officer, ON, survey, said(standard=key, land_class=None)).execute()
    survey.refresh_from_db()
    assert "执行标准已更正" in judging.outdated(survey, Judgement.objects.get(believed()))
    RejudgeSurvey(officer, ON, survey, "改按地方标准").execute()
    stored = Result.objects.get(believed(), survey=survey)
    assert (stored.verdict, stored.edition, stored.limit_value, stored.limit_clause) == (
        "above_screening",
        "DB99/T 1-2020",
        10.0,
        "表1",
    )
