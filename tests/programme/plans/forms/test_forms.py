"""Forms: what fills a row, what is never claimed, and what the printed file says."""

from __future__ import annotations

import io
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from docx import Document
from openpyxl import Workbook, load_workbook
from tests.programme.plans.forms.world import JUNE, World

from jingtu.errors import ConflictError, InputError
from jingtu.platform.clock import OPEN_TIME
from jingtu.platform.ledger.models import LedgerRow
from jingtu.programme.plans.forms import filling, printing, spreadsheets
from jingtu.programme.plans.forms.actions import CreateForm, FillForm, ReopenForm, SaveForm, SubmitForm
from jingtu.programme.plans.models import FormFilling, ReportForm


def test_a_row_is_filled_by_the_task_its_words_match(world: World) -> None:
    world.report(world.ecology, "2024-06", "排查企业12家。")
    first, second, _ = world.cells()
    assert (first["text"], first["source"]) == ("排查企业12家。", "progress")
    assert (second["text"], second["source"]) == ("", "none")
    assert "未关联任务" in second["hint"]


def test_several_units_are_told_apart_and_other_months_left_out(world: World) -> None:
    world.report(world.ecology, "2024-05", "五月的事。")
    world.report(world.ecology, "2024-06", "排查企业12家。")
    world.report(world.farming, "2024-06", "配合采样。")
    assert world.cells()[0]["text"] == "县生态环境局：排查企业12家。\n县农业农村局：配合采样。"


def test_no_such_task_is_written_only_where_units_said_so(world: World) -> None:
    assert world.cells()[0]["text"] == ""
    world.report(world.ecology, "2024-06", "", state="not_applicable")
    assert world.cells()[0]["text"] == "无此项任务"
    world.report(world.farming, "2024-06", "配合采样。")
    assert world.cells()[0]["text"] == "配合采样。"


def test_a_quarterly_row_sums_up_the_quarter_before_in_its_months(world: World) -> None:
    for month in ("2024-03", "2024-04", "2024-05", "2024-06", "2024-07"):
        world.report(world.ecology, month, f"{month}的进展。")
    june, july = world.cells("2024-06")[2], world.cells("2024-07")[2]
    assert june["text"] == "2024-06的进展。"
    assert "填写简要情况" in june["hint"]
    assert july["text"] == "4月：2024-04的进展。\n5月：2024-05的进展。\n6月：2024-06的进展。"


def test_a_correction_changes_what_we_say_now_not_what_we_said_then(world: World) -> None:
    told, corrected = datetime(2024, 7, 2, tzinfo=UTC), datetime(2024, 7, 9, tzinfo=UTC)
    world.report(world.ecology, "2024-06", "排查12家。", recorded_from=told, recorded_to=corrected)
    world.report(world.ecology, "2024-06", "排查11家。", recorded_from=corrected, recorded_to=OPEN_TIME)
    assert world.cells()[0]["text"] == "排查11家。"
    assert world.cells(known_at=corrected - timedelta(seconds=1))[0]["text"] == "排查12家。"
    assert world.cells(known_at=told - timedelta(seconds=1))[0]["text"] == ""


def test_people_edit_submit_and_take_back(world: World) -> None:
    world.report(world.ecology, "2024-06", "排查企业12家。")
    current = FillForm(None, JUNE, world.form, "2024-06").execute()
    rows = [str(row.pk) for row in world.form.rows.all()]
    with pytest.raises(InputError) as refused:
        SubmitForm(None, JUNE, world.form, "2024-06").execute()
    assert [error.row for error in refused.value.errors] == [2, None, None]

    head = {"填报单位": "县生态环境局", "填报人": "某人", "联系电话": "1"}
    typed = {rows[1]: {"progress": "无此项任务"}, rows[2]: {"progress": "简要情况。"}}
    current = SaveForm(
        None, JUNE, world.form, "2024-06", revision=current.revision, head=head, cells=typed
    ).execute()
    with pytest.raises(ConflictError, match="没有保存"):
        SaveForm(None, JUNE, world.form, "2024-06", revision=1, head=head, cells={}).execute()

    world.report(world.farming, "2024-06", "配合采样。")
    current = FillForm(None, JUNE, world.form, "2024-06").execute()
    assert "配合采样" in current.cells[rows[0]]["progress"]["text"]
    assert current.cells[rows[1]]["progress"]["text"] == "无此项任务", "what people wrote is kept"

    assert SubmitForm(None, JUNE, world.form, "2024-06").execute().state == FormFilling.State.SUBMITTED
    with pytest.raises(ConflictError, match="退回"):
        FillForm(None, JUNE, world.form, "2024-06").execute()
    with pytest.raises(InputError):
        ReopenForm(None, JUNE, world.form, "2024-06", "  ").execute()
    assert (
        ReopenForm(None, JUNE, world.form, "2024-06", "数字有误").execute().state == FormFilling.State.DRAFT
    )


def test_the_ledger_keeps_no_name_of_the_head(world: World) -> None:
    current = FillForm(None, JUNE, world.form, "2024-06").execute()
    head = {"填报单位": "县生态环境局", "填报人": "张三", "联系电话": "13900000000"}
    SaveForm(None, JUNE, world.form, "2024-06", revision=current.revision, head=head, cells={}).execute()
    facts = "".join(str(row.facts) for row in LedgerRow.objects.all())
    assert "张三" not in facts
    assert "13900000000" not in facts


def test_printed_files_say_what_the_page_says(world: World) -> None:
    world.report(world.ecology, "2024-06", "=SUM(1) 排查企业12家。")
    current = FillForm(None, JUNE, world.form, "2024-06").execute()
    current.head = {"填报单位": "县生态环境局", "填报人": "某人", "联系电话": "1"}
    table = printing.month_table(world.form, "2024-06", current, current.cells)
    sheet = load_workbook(io.BytesIO(printing.print_form(table, "xlsx"))).worksheets[0]
    texts = [cell.value for row in sheet.iter_rows() for cell in row if cell.value]
    assert "填报单位：县生态环境局　　　填报人：某人　　　联系电话：1" in texts
    assert texts[3:8] == ["重点内容", "重点工作事项", "责任单位", "进展情况", "备注"]
    assert "=SUM(1) 排查企业12家。" in texts
    assert any("草稿，未报送" in text for text in texts)
    grid = Document(io.BytesIO(printing.print_form(table, "docx"))).tables[0]
    assert grid.cell(1, 1).text == "1．涉镉等重金属行业企业排查整治工作情况"
    assert grid.cell(1, 0)._tc is grid.cell(2, 0)._tc
    with pytest.raises(InputError):
        printing.print_form(table, "pdf")


def workbook(rows: list[list[str]], merge: str = "") -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if merge:
        book.active.merge_cells(merge)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_bureaus_own_form_is_read_with_its_columns() -> None:
    data = workbook(
        [
            ["某局月度工作调度表"],
            ["填报单位：　填报人：　审核人："],
            ["序号", "类别", "工作任务", "牵头领导", "责任部门", "完成情况", "备注"],
            ["1", "农用地", "受污染耕地安全利用", "", "农业农村局、乡镇", "", ""],
            ["2", "", "严格管控类耕地", "", "农业农村局", "", ""],
            ["", "", "……", "", "", "", ""],
        ],
        merge="B4:B5",
    )
    form = spreadsheets.read_form(data, "调度表.xlsx")
    assert form["name"] == "某局月度工作调度表"
    assert [column["role"] for column in form["columns"]] == [
        "number",
        "group",
        "item",
        "extra",
        "units",
        "progress",
        "remark",
    ]
    assert form["head"] == ["填报单位", "填报人", "审核人"]
    assert form["rows"] == [
        {
            "group": "农用地",
            "number": "1",
            "item": "受污染耕地安全利用",
            "responsible_units": ["农业农村局", "乡镇"],
        },
        {"group": "农用地", "number": "2", "item": "严格管控类耕地", "responsible_units": ["农业农村局"]},
    ]


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04nonsense", b"a,b\n1,2\n", workbook([["甲", "乙"], ["1", "2"]])]
)
def test_what_is_no_form_is_refused_with_the_file_named(data: bytes) -> None:
    with pytest.raises(InputError) as refused:
        spreadsheets.read_form(data, "坏.xlsx")
    assert refused.value.errors[0].file == "坏.xlsx"


def test_own_columns_are_printed_in_their_order(world: World) -> None:
    form = CreateForm(
        None,
        JUNE,
        world.region,
        form_name="调度表",
        year=2024,
        head=["填报单位"],
        columns=[
            {"label": "工作任务", "role": "item"},
            {"label": "完成情况", "role": "progress"},
            {"label": "牵头领导", "role": "extra"},
        ],
        rows=[{"item": "受污染耕地安全利用"}],
    ).execute()
    current = FillForm(None, JUNE, form, "2024-06").execute()
    row = str(form.rows.get().pk)
    typed = {row: {"progress": "已完成。", "牵头领导": "副县长"}}
    current = SaveForm(None, JUNE, form, "2024-06", revision=current.revision, head={}, cells=typed).execute()
    table = printing.month_table(form, "2024-06", current, current.cells)
    assert [column.label for column in table.columns] == ["工作任务", "完成情况", "牵头领导"]
    assert list(table.rows) == [["受污染耕地安全利用", "已完成。", "副县长"]]


def test_all_that_is_missing_is_said_at_once(world: World) -> None:
    with pytest.raises(InputError) as refused:
        CreateForm(None, JUNE, world.region, form_name=" ", year=2024, head=[], columns=[], rows=[]).execute()
    assert len(refused.value.errors) == 4
    assert ReportForm.objects.count() == 1


def test_a_row_that_points_to_nothing_known_is_left_empty(world: World) -> None:
    row = world.form.rows.first()
    assert row is not None
    row.sources = [{"kind": "task", "uid": str(uuid.uuid4())}, {"kind": "target", "uid": str(uuid.uuid4())}]
    row.save()
    assert world.cells()[0]["text"] == ""


@pytest.mark.parametrize("month", ["2024-13", "2024-6", "202406", "", "2024-00"])
def test_a_month_is_a_month(month: str) -> None:
    with pytest.raises(InputError):
        filling.month_end(month)


def test_two_people_who_fill_at_once_make_one_filling(world: World) -> None:
    with transaction.atomic():
        FillForm(None, JUNE, world.form, "2024-06").execute()
        FillForm(None, JUNE, world.form, "2024-06").execute()
    assert FormFilling.objects.filter(form=world.form, month="2024-06").count() == 1
