"""Pages of law and standards, as a browser asks for them."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from tests.platform.rulebooks.conftest import Enter, World, limits

from jingtu.knowledge.law import provisions
from jingtu.knowledge.standards.editions import editions
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.rulebooks import reading
from jingtu.platform.rulebooks.addresses import limit_address, standard_address
from jingtu.platform.rulebooks.models import AddedTable


def text(answer: Any) -> str:
    """What a page says, without its markup."""
    assert answer.status_code == 200, answer.content[:300]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_what_binds_a_key_unit_before_the_code_and_after(client: Client) -> None:
    before = text(client.get("/law/", {"kind": "key_unit", "topic": "隐患排查", "day": "2026-08-14"}))
    after = text(client.get("/law/", {"kind": "key_unit", "topic": "隐患排查", "day": "2026-08-15"}))
    assert "《土壤污染防治法》第二十一条第二款第二项" in before
    assert "生态环境法典" not in before.split("罚款")[-1]
    assert "《生态环境法典》第四百一十四条第二款第二项" in after
    assert "2万元至20万元" in after


def test_a_question_that_cannot_be_read_says_so(client: Client) -> None:
    page = text(client.get("/law/", {"topic": "土壤调察", "day": "明天"}))
    assert "没有“土壤调察”这个事项" in page
    assert "“明天”不是日期" in page


def test_the_list_turns_its_pages_and_loses_nothing(client: Client) -> None:
    seen: list[str] = []
    query = "?day=2026-08-15"
    for _ in range(20):
        answer = client.get(f"/law/{query}")
        seen += re.findall(r'href="(/law/provisions/[^"]+)"', answer.content.decode())
        following = re.search(r'rel="next" href="([^"]+)"', answer.content.decode())
        if not following:
            break
        query = following.group(1).replace("&amp;", "&")
    assert len(seen) == len(set(seen))
    expected = [
        item
        for item in provisions.provisions().values()
        if item.in_force(provisions.provision("eec-27").valid_from)
    ]
    assert len(seen) == len(expected)


def test_the_list_is_exported_as_it_is_seen(client: Client) -> None:
    query = {"topic": "有毒有害物质排放年度报告", "day": "2026-08-15"}
    book = load_workbook(io.BytesIO(client.get("/law/export/xlsx/", query).content))
    rows = list(book.active.iter_rows(values_only=True))
    assert [row[1] for row in rows[2:]] == [
        "《生态环境法典》第四百一十四条第二款第一项",
        "《生态环境法典》第一千一百六十六条第一项",
    ]
    document = client.get("/law/export/docx/", query)
    assert document.content.startswith(b"PK")
    assert client.get("/law/export/pdf/", query).status_code == 404


def test_the_old_and_the_new_stand_beside_each_other(client: Client) -> None:
    page = text(client.get("/law/compare/", {"topic": "拒绝检查"}))
    old, new = page.index("《土壤污染防治法》第九十三条"), page.index("《生态环境法典》第一千二百二十九条")
    assert old < new
    assert "新规定较重" in page


def test_articles_of_the_old_laws_and_of_the_code_by_number(client: Client) -> None:
    page = text(client.get("/law/articles/", {"law": "spl2018", "article": "59"}))
    assert "共 1 项" in page
    assert "第四百五十四条" in page
    assert "《土壤污染防治法》第九十三条" in text(client.get("/law/articles/", {"article": "1229"}))
    assert "没有收录这一条的对应" in text(client.get("/law/articles/", {"article": "九"}))


@pytest.mark.parametrize(
    ("topic", "says"),
    [
        ("有毒有害物质排放年度报告", "适用《生态环境法典》第一千一百六十六条第一项"),
        ("拒绝检查", "适用《土壤污染防治法》第九十三条"),
        ("监测数据弄虚作假", "须由办案人员判断"),
        ("地下储罐信息报送", "不能据此处罚"),
    ],
)
def test_the_penalty_that_judges_conduct_before_the_code(client: Client, topic: str, says: str) -> None:
    query = {"topic": topic, "conduct": "2026-03-01", "decided": "2026-09-30"}
    assert says in text(client.get("/law/penalty/", query))


def test_days_out_of_order_are_told(client: Client) -> None:
    query = {"topic": "拒绝检查", "conduct": "2026-09-30", "decided": "2026-03-01"}
    assert "处罚决定日期不能早于行为日期" in text(client.get("/law/penalty/", query))


def test_working_days_and_a_year_without_a_calendar(client: Client) -> None:
    assert "2026年9月15日" in text(client.get("/law/workdays/", {"start": "2026-10-12", "count": "-15"}))
    guangxi = {"start": "2026-04-15", "count": "5", "calendar": "guangxi"}
    assert "2026年4月24日" in text(client.get("/law/workdays/", guangxi))
    assert "尚未公布" in text(client.get("/law/workdays/", {"start": "2026-12-25", "count": "5"}))
    assert "填整数" in text(client.get("/law/workdays/", {"start": "2026-12-25", "count": "五"}))


def test_every_provision_has_a_page_that_leads_to_its_neighbours(client: Client) -> None:
    page = client.get("/law/provisions/eec-311/")
    assert 'href="/law/provisions/spl-28-3/"' in page.content.decode()
    assert "由《生态环境法典》废止" in text(client.get("/law/provisions/spl-28-3/"))
    assert "不得作为依据引用" in text(client.get("/law/provisions/r42-6m/"))
    assert client.get("/law/provisions/nothing/").status_code == 404


def test_no_page_of_a_provision_shows_an_identifier(client: Client) -> None:
    one_of_each = {
        (item.law.id, item.kind, item.limit.unit if item.limit else "", item.confidence): item.id
        for item in provisions.provisions().values()
    }
    for item in one_of_each.values():
        page = client.get(reverse("rulebooks:provision", args=[item])).content.decode()
        body = re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")])
        assert not re.search(r"\b(not_known|working_days|in force|penalty|duty)\b|None", body), item


@pytest.mark.parametrize("edition", editions(), ids=lambda edition: edition.number)
def test_every_limit_of_every_standard_has_a_page(client: Client, edition: Any) -> None:
    assert edition.title in text(client.get(standard_address(edition.standard, edition.number)))
    for analyte in {limit.analyte_id for limit in edition.table.limits}:
        answer = client.get(limit_address(edition.standard, edition.number, analyte))
        assert answer.status_code == 200, analyte


@pytest.mark.parametrize(
    ("address", "printed", "others"),
    [
        (limit_address("gb15618", "GB 15618-2018", "cadmium", land_use="水田", ph="6.5"), "0.4 mg/kg", "0.6 mg/kg"),
        (limit_address("gb15618", "GB 15618-2018", "cadmium", land_use="水田", ph="6.51"), "0.6 mg/kg", "0.4 mg/kg"),
        (limit_address("gb36600", "GB 36600-2018", "arsenic", land_class=1), "20 mg/kg", "60 mg/kg"),
        (limit_address("gb2762", "GB 2762-2025", "cadmium", crop="稻谷"), "0.2 mg/kg", "0.1 mg/kg"),
    ],
)  # fmt: skip
def test_the_conditions_of_an_address_pick_the_limit(
    client: Client, address: str, printed: str, others: str
) -> None:
    page = text(client.get(address))
    picked, rest = page.split("其他条件下的限值", 1)
    assert printed in picked
    assert others not in picked
    assert others in rest


def test_a_condition_that_nothing_meets_does_not_borrow_a_limit(client: Client) -> None:
    page = text(client.get(limit_address("gb2762", "GB 2762-2025", "cadmium", crop="甘蔗渣")))
    assert "这些条件下没有限值" in page


def test_a_standard_is_filtered_and_exported(client: Client) -> None:
    address = standard_address("gb36600", "GB 36600-2018")
    page = text(client.get(address, {"q": "六价铬", "land_class": "1"}))
    assert "共 2 项" in page
    book = load_workbook(
        io.BytesIO(client.get(f"{address}export/", {"q": "六价铬", "land_class": "1"}).content)
    )
    assert {row[1] for row in book.active.iter_rows(min_row=3, values_only=True)} == {"铬（六价）"}


def test_clauses_and_limits_are_found_by_the_search_of_the_shell(client: Client) -> None:
    found = client.get("/search/", {"q": "隐患排查", "on": "2026-08-14"}).content.decode()
    assert 'href="/law/provisions/spl-21-2-2/"' in found
    assert "/law/provisions/eec-414-2-2/" not in found
    found = client.get("/search/", {"q": "六价铬"}).content.decode()
    assert 'href="/standards/gb36600/gb-36600-2018/chromium_vi/"' in found


# Tables that users enter


def post(client: Client, world: World, content: bytes, name: str = "表.csv") -> Any:
    files = SimpleUploadedFile(name, content, "text/csv")
    return client.post("/standards/added/new/", {"region": str(world.county.uid), "files": files})


def test_a_bad_table_is_refused_with_its_cells_and_a_good_one_is_shown(client: Client, world: World) -> None:
    refused = post(client, world, limits("镉,mg/kg,筛选值,-1", "铅,斤,筛选值,70"))
    assert refused.status_code == 422
    page = refused.content.decode()
    assert re.findall(r'data-label="行">(\d+)<', page) == ["2", "3"]
    assert not AddedTable.objects.exists()
    taken = post(client, world, limits("镉,mg/kg,筛选值,0.5"))
    assert taken.status_code == 302
    shown = text(client.get(taken["Location"]))
    assert "0.5 mg/kg" in shown
    assert "DB99/T 1-2026" in text(client.get("/standards/"))
    again = post(client, world, limits("镉,mg/kg,筛选值,0.5"))
    assert "没有再次录入" in again.content.decode()


def test_a_table_is_withdrawn_with_a_reason(client: Client, world: World, enter: Enter) -> None:
    table = enter(limits("镉,mg/kg,筛选值,0.5"))
    address = reverse("rulebooks:added", args=[table.uid])
    client.post(f"{address}withdraw/", {"reason": "抄录有误"})
    page = text(client.get(address))
    assert "已作废" in page
    assert "抄录有误" in page
    assert "DB99/T 1-2026" not in text(client.get("/standards/"))


def test_a_limit_that_judged_once_stays_to_be_seen(client: Client, world: World, enter: Enter) -> None:
    table = enter(limits("镉,mg/kg,筛选值,0.5"))
    (edition,) = reading.kept(table.content).editions
    address = limit_address(edition.standard, edition.number, edition.table.limits[0].analyte_id)
    assert "适用于示例县" in text(client.get(address))
    client.post(reverse("rulebooks:added_withdraw", args=[table.uid]), {"reason": "抄录有误"})
    page = text(client.get(address))
    assert "0.5 mg/kg" in page
    assert "已作废" in page


def test_a_limit_of_a_place_below_is_seen_from_above(world: World, enter: Enter) -> None:
    table = enter(limits("镉,mg/kg,筛选值,0.5"))
    (edition,) = reading.kept(table.content).editions
    superior = User.objects.create_user("shiji", "qing-shan-lv-shui-2024", display_name="赵处")
    Membership.objects.create(user=superior, role=Role.SUPERIOR, region=world.city)
    client = Client()
    client.force_login(superior)
    assert "0.5" in text(client.get(standard_address(edition.standard, edition.number)))


def test_a_template_can_be_filled_in_and_entered(client: Client, world: World) -> None:
    book = load_workbook(io.BytesIO(client.get("/standards/added/template/limits/").content))
    sheet = book.active
    given = {
        "标准号": "DB99/T 7-2026", "标准名称": "示例", "施行日期": "2026-01-01", "介质": "土壤", "项目": "镉",
        "单位": "mg/kg", "限值类型": "筛选值", "限值": 0.5, "条款": "表1", "来源": "示例",
    }  # fmt: skip
    sheet.append([given.get(str(cell.value)) for cell in sheet[1]])
    out = io.BytesIO()
    book.save(out)
    assert post(client, world, out.getvalue(), "表.xlsx").status_code == 302
    assert AddedTable.objects.get().number == "DB99/T 7-2026"


def test_a_reader_sees_tables_and_is_offered_no_form(world: World, enter: Enter) -> None:
    table = enter(limits("镉,mg/kg,筛选值,0.5"))
    reader = Client()
    reader.force_login(world.reader)
    assert "作废这张表" not in text(reader.get(reverse("rulebooks:added", args=[table.uid])))
    assert "录入一张表" not in text(reader.get("/standards/added/"))
    assert reader.get("/standards/added/new/").status_code == 403


def test_rates_that_ran_out_are_not_configured(client: Client) -> None:
    page = text(client.get("/standards/added/", {"on": "2026-06-30"}))
    rate = page[page.index("受污染耕地安全利用率") :]
    assert rate.split("重点建设用地")[0].count("未配置") == 1
