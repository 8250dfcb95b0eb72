"""The pages of surveys and of imports, as people use them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from tests.platform.evidence.laboratory.conftest import GOOD, HEAD, book, row
from tests.platform.evidence.laboratory.dropping import (
    _own_folder,
    as_person,
    client,
    confirm,
    drop,
    hidden,
    text,
)

from jingtu.platform.evidence.laboratory import background
from jingtu.platform.evidence.laboratory.models import ImportedFile, Result, SheetMapping, Survey
from jingtu.platform.jobs import running
from jingtu.platform.jobs.models import Job
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role

__all__ = ["_own_folder", "client"]  # fixtures
pytestmark = pytest.mark.django_db


FORM = {
    "name": "河东片区加密调查", "code": "JC-9", "medium": "soil", "standard": "gb36600", "land_class": "2",
}  # fmt: skip


def test_the_first_page_says_how_it_goes(client: Client, county: Any) -> None:
    page = client.get("/surveys/")
    assert "还没有检测任务" in text(page)
    assert "下载示例文件" in text(page)
    sample = client.get("/surveys/sample-file/")
    content = sample.content
    assert load_workbook(io.BytesIO(content)).sheetnames


def test_a_survey_is_registered_and_corrected(
    client: Client, county: Any, laboratory: Organisation, holder: Organisation
) -> None:
    form = FORM | {"region": str(county.uid), "laboratory": str(laboratory.uid), "holder": str(holder.uid)}
    page = client.post("/surveys/new/", form, follow=True)
    survey = Survey.objects.get()
    assert "河东片区加密调查" in text(page)
    assert "还没有检测结果" in text(page)
    assert survey.laboratory == laboratory
    assert survey.created_by is not None
    edit = f"/surveys/{survey.uid}/edit/"
    page = client.post(edit, form | {"name": "河西片区加密调查", "version": "1"}, follow=True)
    survey.refresh_from_db()
    assert survey.name == "河西片区加密调查"
    assert survey.version == 2
    assert LedgerRow.objects.latest("id").facts["changes"] == {
        "name": ["河东片区加密调查", "河西片区加密调查"]
    }
    late = client.post(edit, form | {"name": "另一人改的名称", "version": "1"})
    assert late.status_code == 422
    assert "有人刚刚改过" in text(late)


def test_everything_wrong_with_the_form_is_said_at_once(client: Client, county: Any) -> None:
    form = FORM | {
        "region": str(county.uid), "name": "", "code": "有 空格", "land_class": "", "cma_valid_to": "明年",
        "laboratory": "11111111-1111-1111-1111-111111111111",
    }  # fmt: skip
    page = client.post("/surveys/new/", form)
    assert page.status_code == 422
    words = text(page)
    assert "日期应为 2024-06-30 的样式" in words
    assert "请从列出的单位中选择" in words
    page = client.post("/surveys/new/", form | {"cma_valid_to": "", "laboratory": ""})
    words = text(page)
    assert "必填，不能为空" in words
    assert "不能有空格" in words
    assert "须选第一类或第二类用地" in words
    assert not Survey.objects.exists()


def test_a_good_file_goes_through_to_its_verdicts(client: Client, survey: Survey) -> None:
    page = drop(client, survey, book(GOOD))
    assert "3 个样品中 2 个超过筛选值，其中 1 个超过管制值" in text(page)
    assert "土壤污染风险管控标准" in text(page)
    assert "GB 36600-2018" in text(page)
    assert not Result.objects.exists(), "nothing before it is confirmed"
    page = confirm(client, survey, page, acknowledged="1")
    assert "3 个样品的 5 个结果已入库" in text(page)
    assert Result.objects.count() == 5
    assert "GB 36600-2018" in text(page)


def test_a_bad_file_lists_all_errors_and_hands_the_cells_back_marked(client: Client, survey: Survey) -> None:
    bad = [*GOOD, row("S4-1", "铅", "一百"), row("S5-1", "铅", 3, unit="毫克"), row("S1-1", "砷", 12.5)]
    page = drop(client, survey, book(bad))
    assert page.status_code == 200, "the page of what was found, not a refusal"
    words = text(page)
    assert "没有导入任何内容" in words
    assert "确认导入" not in words
    key = urlsplit(page.redirect_chain[-1][0]).query
    listed = client.get(f"/surveys/{survey.uid}/import/?{key}&list=1")
    lines = list(csv.reader(listed.content.decode("utf-8-sig").splitlines()))
    assert lines[0][:5] == ["工作表", "行", "列", "内容", "问题"]
    errors = {(line[1], line[2]) for line in lines[1:] if line[5] == "错误"}
    assert {("7", "F"), ("8", "G")} <= errors
    assert all(line[6] for line in lines[1:]), "every finding comes with an advice"
    marked = client.get(f"/surveys/{survey.uid}/import/?{key}&marked=1")
    copy = load_workbook(io.BytesIO(marked.content))
    assert "问题清单" in copy.sheetnames
    assert copy["检测结果"]["F7"].comment is not None
    assert copy["检测结果"]["F2"].comment is None
    sheet = copy["检测结果"]
    sheet["F7"], sheet["G8"] = 100, "mg/kg"
    sheet.delete_rows(9)
    out = io.BytesIO()
    copy.save(out)
    page = drop(client, survey, out.getvalue())
    assert "确认导入" in text(page), "the marked workbook, corrected, is read like the original"
    confirm(client, survey, page, acknowledged="1")
    assert Result.objects.count() == 7


def test_nothing_is_asked_of_what_was_confirmed_before(
    client: Client, survey: Survey, laboratory: Any
) -> None:
    head = ["样品编号", "采样日期", "As", "甲项"]
    rows = [["S1-1", "2024-06-12", 12.5, 3], ["S2-1", "2024-06-12", 70.5, 4]]
    page = drop(client, survey, book(rows, head), "第一份.xlsx")
    assert "错误" in text(page)
    assert "单位" in text(page), "no unit is guessed"
    key = re.search(r"file=([0-9a-f]{64})", page.redirect_chain[-1][0])[1]
    page = client.get(f"/surveys/{survey.uid}/import/?file={key}&columns=1")
    assert "核对各列" in text(page)
    body = page.content.decode()
    names = re.findall(r'<select class="form-select" id="(b\d+-c\d+)-target"', body)
    by_heading = {re.search(rf'<label for="{name}-target">([^<]*)</label>', body)[1]: name for name in names}
    form = {"file": key, "step": "columns"}
    form |= {
        f"{by_heading['As']}-target": "result", f"{by_heading['As']}-analyte": "砷", f"{by_heading['As']}-unit": "mg/kg",
        f"{by_heading['甲项']}-target": "",
    }  # fmt: skip
    page = client.post(f"/surveys/{survey.uid}/import/", form, follow=True)
    assert "确认导入" in text(page), text(page)
    page = confirm(client, survey, page, acknowledged="1")
    assert Result.objects.count() == 2
    kept = SheetMapping.objects.get()
    assert kept.laboratory == laboratory
    assert kept.confirmed_by is not None
    more = [["S7-1", "2024-06-13", 12.5, 3]]
    page = drop(client, survey, book(more, head), "第二份.xlsx")
    assert "确认导入" in text(page), "the same headings go straight through"
    confirm(client, survey, page, acknowledged="1")
    assert Result.objects.filter(analyte="砷").count() == 3


def test_a_remembered_sheet_does_not_lend_its_units(client: Client, survey: Survey) -> None:
    head = ["样品编号", "采样日期", "砷", "镉"]
    units = ["单位", None, "mg/kg", "mg/kg"]
    page = drop(client, survey, book([units, ["S1-1", "2024-06-12", 12.5, 0.3]], head), "第一份.xlsx")
    confirm(client, survey, page, acknowledged="1")
    assert Result.objects.count() == 2
    units[3] = None
    page = drop(client, survey, book([units, ["S2-1", "2024-06-12", 12.5, 300]], head), "第二份.xlsx")
    assert "镉没有写明单位" in text(page), "each sheet says its own units"
    units[3] = "μg/kg"
    page = drop(client, survey, book([units, ["S2-1", "2024-06-12", 12.5, 300]], head), "第三份.xlsx")
    confirm(client, survey, page, acknowledged="1")
    assert Result.objects.get(sample__code="S2-1", analyte="镉").unit == "μg/kg"


def test_a_column_that_nobody_knew_is_named_by_a_person(client: Client, survey: Survey) -> None:
    head = ["样品编号", "采样日期", "砷(mg/kg)", "甲项"]
    page = drop(client, survey, book([["S1-1", "2024-06-12", 12.5, 0.3]], head))
    key = hidden(page, "file")
    page = client.get(f"/surveys/{survey.uid}/import/?file={key}&columns=1")
    body = page.content.decode()
    name = re.search(r'<label for="(b0-c\d+)-target">甲项</label>', body)[1]
    assert f'name="{name}-analyte"' in body
    form = {"file": key, "step": "columns", f"{name}-target": "result"}
    refused = client.post(f"/surveys/{survey.uid}/import/", form, follow=True)
    assert "请写明检测项目" in text(refused)
    form |= {f"{name}-analyte": "镉", f"{name}-unit": "mg/kg"}
    page = client.post(f"/surveys/{survey.uid}/import/", form, follow=True)
    confirm(client, survey, page, acknowledged="1")
    assert Result.objects.get(analyte="镉").value == 0.3


def test_warnings_are_acknowledged_before_anything_is_stored(client: Client, survey: Survey) -> None:
    Survey.objects.update(cma_valid_to="2024-01-31", cma_scope="镉")
    page = drop(client, survey, book(GOOD))
    words = text(page)
    assert "不在资质认定证书 990012340001 的有效期内" in words
    assert "检测项目 砷 不在登记的资质认定范围内" in words
    page = confirm(client, survey, page)
    assert "勾选“已核对”" in text(page)
    assert not Result.objects.exists()
    confirm(client, survey, page, acknowledged="1")
    assert [item["code"] for item in ImportedFile.objects.get().warnings][:1]


def test_unknown_qualification_and_scope_are_said(client: Client, survey: Survey) -> None:
    Survey.objects.update(cma_number="", cma_valid_to=None, cma_scope="")
    words = text(drop(client, survey, book(GOOD)))
    assert "没有登记检测机构的资质认定证书和有效期" in words
    assert "没有登记资质认定的项目范围" in words


def test_the_same_file_again_says_that_nothing_changed(client: Client, survey: Survey) -> None:
    content = book(GOOD)
    confirm(client, survey, drop(client, survey, content), acknowledged="1")
    page = drop(client, survey, content)
    assert "内容没有变化" in text(page)
    assert "确认导入" not in text(page)


def test_a_changed_value_is_shown_beside_the_stored_one(client: Client, survey: Survey) -> None:
    confirm(client, survey, drop(client, survey, book(GOOD)), acknowledged="1")
    page = drop(client, survey, book([row("S3-1", "砷", 15.0)]))
    assert "150 mg/kg" in text(page)
    assert "15 mg/kg" in text(page)
    assert "更正原因" in text(page)
    page = confirm(client, survey, page, acknowledged="1")
    assert "须写明原因" in text(page)
    page = confirm(client, survey, page, acknowledged="1", reason="报告更正")
    assert "更正 1" in text(page)


def test_a_large_file_goes_through_jobs(
    client: Client, survey: Survey, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "BYTES_FOR_A_JOB", 0)

    def work() -> Job:
        job = Job.objects.latest("id")
        running.run_job.func(str(job.uid))
        job.refresh_from_db()
        return job

    page = drop(client, survey, book(GOOD))
    assert "排队" in text(page)
    job = work()
    assert job.state == "done", job.message
    page = client.get(job.result["address"])
    page = confirm(client, survey, page, acknowledged="1")
    assert not Result.objects.exists()
    job = work()
    assert job.state == "done"
    assert "5 个结果已入库" in job.result["summary"]
    assert Result.objects.count() == 5
    assert SheetMapping.objects.count() == 1


def test_a_large_file_with_doubtful_columns_asks_first(
    client: Client, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "BYTES_FOR_A_JOB", 0)
    head = ["甲", "乙", "As", "丙"]
    drop(client, survey, book([["S1-1", "2024-06-12", 12.5, 3]] * 3, head))
    job = Job.objects.latest("id")
    running.run_job.func(str(job.uid))
    job.refresh_from_db()
    assert "columns=1" in job.result["address"]
    assert "核对各列" in text(client.get(job.result["address"]))


def test_an_upload_is_its_owners_alone(
    client: Client, survey: Survey, person: Callable[..., User], laboratory: Organisation
) -> None:
    page = drop(client, survey, book(GOOD))
    key = hidden(page, "file")
    other = as_person(person(Role.LABORATORY, laboratory))
    assert other.get(f"/surveys/{survey.uid}/import/?file={key}").status_code == 404
    assert other.get(f"/surveys/{survey.uid}/import/?file=../../etc/passwd").status_code == 404


def test_who_is_examined_reads_and_does_not_deliver(
    survey: Survey, person: Callable[..., User], holder: Organisation, client: Client
) -> None:
    confirm(client, survey, drop(client, survey, book(GOOD)), acknowledged="1")
    examined = as_person(person(Role.ENTERPRISE, holder))
    page = examined.get(f"/surveys/{survey.uid}/")
    assert "其中 1 个超过管制值" in text(page)
    assert "导入检测结果" not in text(page)
    assert examined.get(f"/surveys/{survey.uid}/import/").status_code == 403
    assert "JC-1" in text(examined.get("/surveys/"))


def test_land_class_is_corrected_and_judged_anew_on_the_page(
    client: Client, survey: Survey, county: Any
) -> None:
    confirm(client, survey, drop(client, survey, book(GOOD)), acknowledged="1")
    Survey.objects.update(land_class=1)
    here = f"/surveys/{survey.uid}/"
    assert "现有判定仍按原类别作出" in text(client.get(here))
    page = client.post(f"{here}rejudge/", {"reason": "规划改为居住用地"}, follow=True)
    assert "已重新判定" in text(page)
    assert "现有判定仍按原类别" not in text(page)
    assert "规划改为居住用地" in text(page)


def test_a_file_is_taken_back_on_the_page(client: Client, survey: Survey) -> None:
    confirm(client, survey, drop(client, survey, book(GOOD)), acknowledged="1")
    stored = ImportedFile.objects.get()
    address = f"/surveys/{survey.uid}/imports/{stored.uid}/withdraw/"
    assert "须写明原因" in text(client.post(address, {"reason": ""}, follow=True))
    page = client.post(address, {"reason": "传错任务"}, follow=True)
    assert "已撤回" in text(page)
    assert "传错任务" in text(page)


def test_a_page_that_looks_back_offers_no_change(client: Client, survey: Survey) -> None:
    page = client.get(f"/surveys/{survey.uid}/?on=2024-01-01")
    assert "survey_import" not in page.content.decode()
    assert "/import/" not in page.content.decode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("结果.xlsx", b""),
        ("结果.xlsx", b"PK\x03\x04" + b"\x00" * 200),
        ("结果.csv", b"\xff\xfe\x00"),
        ("结果.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
        ("结果.exe", b"MZ\x90\x00"),
        ("结果.csv", "样品编号\n".encode()),
        ("结果.xlsx", book([], HEAD)),
    ],
)
def test_what_is_no_sheet_of_results_is_refused_with_words(
    client: Client, survey: Survey, name: str, content: bytes
) -> None:
    page = drop(client, survey, content, name)
    assert page.status_code in {200, 422}
    assert not Result.objects.exists()
    assert "确认导入" not in text(page)


def test_a_file_that_is_too_large_is_refused(
    client: Client, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "UPLOAD_BYTES", 100)
    page = drop(client, survey, book(GOOD))
    assert page.status_code == 422
    assert "没有上传" in text(page)


CELLS = st.one_of(
    st.none(), st.integers(-10, 10**9), st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.sampled_from(
        ["ND", "<0.01", "0.01L", "=1+1", "砷", "镉", "mg/kg", "μg/kg", "2024-06-12", "未检出", "<script>", "9" * 400, "平行样"]
    ),
    st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12),
)  # fmt: skip


@hypothesis_settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=9), max_size=8), st.booleans())
def test_no_workbook_makes_the_page_break(
    client: Client, survey: Survey, rows: list[list[Any]], headed: bool
) -> None:
    client.raise_request_exception = True
    page = drop(client, survey, book(rows, HEAD if headed else ["甲"]))
    assert page.status_code in {200, 422}
