"""Documents a task produces and registers it names."""

import pytest

from jingtu.knowledge.plantext.piece import Piece
from jingtu.knowledge.plantext.sentences import (
    Context,
    identify_indicator,
    identify_register,
    read_deliverables,
    read_registers,
)
from jingtu.knowledge.plantext.sentences.identify import synonyms


def produced(text: str) -> list[tuple[str, str]]:
    return [(d.name, d.kind) for d in read_deliverables(Piece(text, [(0, len(text))]), Context(2024))]


def named(text: str) -> list[tuple[str, str | None]]:
    return [(r.name, r.id) for r in read_registers(Piece(text, [(0, len(text))]), Context(2024))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("制定年度实施计划，以调查结果为基础", [("年度实施计划", "plan")]),
        ("制定受污染耕地治理任务年度工作计划并实施", [("受污染耕地治理任务年度工作计划", "plan")]),
        ("制定并落实年度风险管控计划", [("年度风险管控计划", "plan")]),
        ("逐一制定整治方案", [("整治方案", "plan")]),
        ("编制点位水质达标（保持）方案并组织实施", [("点位水质达标（保持）方案", "plan")]),
        ("建立涉铊企业问题台账以及相应整改方案", [("涉铊企业问题台账", "list"), ("整改方案", "plan")]),
        ("建立并及时更新优先管控地块清单", [("优先管控地块清单", "list")]),
        ("更新发布2024年度污染地块名录", [("2024年度污染地块名录", "list")]),
        ("完成当年度重点监管单位名录的制定", [("重点监管单位名录", "list")]),
        ("研究制定调查、评估和修复等工作程序", [("调查、评估和修复等工作程序", "method")]),
        ("建立污染源整治销号制度", [("污染源整治销号制度", "method")]),
        ("出台管理办法和实施细则", [("管理办法", "method"), ("实施细则", "method")]),
        ("12月底前提交年度总结报告", [("年度总结报告", "report")]),
        ("制定实施方案报市政府备案", [("实施方案", "plan")]),
        ("每月报送专项整治工作总结", [("专项整治工作总结", "report")]),
        ("形成调查评估报告和整改问题清单", [("调查评估报告", "report"), ("整改问题清单", "list")]),
        ("印发《甲县尾矿库整治实施方案》", [("《甲县尾矿库整治实施方案》", "plan")]),
        ("建立“一源一策”整治清单", [("“一源一策”整治清单", "list")]),
        ("根据分类清单，制定安全利用方案", [("安全利用方案", "plan")]),
    ],
)
def test_produced(text: str, expected: list[tuple[str, str]]) -> None:
    assert produced(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "落实《乙市工业固体废物整治工作方案》年度任务",
        "根据省厅制定的年度监管名录，督促企业履行义务",
        "依据土壤污染防治条例和实施方案开展工作",
        "在编制城市总体规划、专项规划等时，征求意见",
        "纳入突发环境事件应急预案",
        "调查报告评审情况在官网公开",
        "建立健全部门联动监管机制",
        "按计划完成项目储备",
    ],
)
def test_cited_only(text: str) -> None:
    assert produced(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("及时更新涉重金属企业全口径清单", [("涉重金属企业全口径清单", "heavy_metal_enterprises")]),
        ("纳入大气重点排污单位名录的企业", [("大气重点排污单位名录", "air_key_dischargers")]),
        ("落实2023年污染源整治清单任务", [("污染源整治清单", "cadmium_sources")]),
        ("针对清单内地块，推行清单化管理；名录内地块不得供地", []),
        ("以2025年6月底的优先监管地块清单为准", [("优先监管地块清单", "priority_parcels")]),
        ("加强风险管控和修复名录内地块巡查",
         [("风险管控和修复名录", "construction_land_list")]),
        ("根据疑似污染地块名单、污染地块名录及其评估结果",
         [("疑似污染地块名单", "suspected_parcels"), ("污染地块名录", "polluted_parcels")]),
        ("健全污染地块系统查询台账", [("污染地块系统查询台账", "parcel_query_ledger")]),
        ("围绕“预储备项目清单”推进", [("预储备项目清单", "reserve_projects")]),
        ("建立污染源和潜在污染源清单", [("污染源和潜在污染源清单", "pollution_sources")]),
        ("公布土壤污染重点监管单位名单", [("土壤污染重点监管单位名单", "key_regulated_units")]),
        ("列入负面清单", [("负面清单", None)]),
        ("按照《国家危险废物名录》执行", []),
    ],
)  # fmt: skip
def test_registers(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    ("words", "identifier"),
    [
        ("受污染耕地安全利用率", "contaminated_farmland_safe_use_rate"),
        ("农用地安全利用率", "contaminated_farmland_safe_use_rate"),
        ("重点建设用地安全利用", "key_construction_land_safe_use"),
        ("污染地块安全利用率", "polluted_parcel_safe_use_rate"),
        ("实施污染管控的优先监管地块比例", "priority_parcel_control_ratio"),
        ("实施管控的地块比例", "priority_parcel_control_ratio"),
        ("重点行业重点重金属污染物减排比例", "heavy_metal_reduction_ratio"),
        ("等量置换", "equivalent_replacement_ratio"),
        ("隐患排查“回头看”完成率", "key_unit_recheck_ratio"),
        ("隐患排查整改合格率", "key_unit_hazard_rectification_rate"),
        ("地下水国控区域点位水质", "groundwater_point_quality"),
        ("地下水区域国控点位水质", "groundwater_point_quality"),
        ("“双源”点位水质", "groundwater_dual_source_point_quality"),
        ("预算执行率", "fund_execution_rate"),
        ("主要农作物病虫害绿色防控覆盖率", "green_pest_control_coverage"),
        ("森林覆盖率", None),
        ("", None),
    ],
)
def test_indicator_words(words: str, identifier: str | None) -> None:
    assert identify_indicator(words) == identifier


def test_register_words() -> None:
    assert identify_register("优先管控地块名录") == "priority_parcels"
    assert identify_register("任务清单") is None


@pytest.mark.parametrize("table", ["indicators", "registers"])
def test_every_synonym_row_finds_its_own_name_and_gives_a_source(table: str) -> None:
    find = identify_indicator if table == "indicators" else identify_register
    rows = synonyms(table)
    assert len({row.identifier for row in rows}) == len(rows)
    for row in rows:
        assert row.source
        assert row.identifier.isidentifier()
        assert find(row.name) == row.identifier, row.name
