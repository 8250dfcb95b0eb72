"""The report says what was computed: every equation's text gives the engine's number."""

from __future__ import annotations

import io

import numpy as np
import pytest
from docx import Document
from openpyxl import load_workbook

from jingtu.knowledge.papers import Formula, Grid, Line
from jingtu.knowledge.risk.concentrations import Rules
from jingtu.knowledge.risk.control import control_values
from jingtu.knowledge.risk.distributions import Distribution
from jingtu.knowledge.risk.equations import chosen, equations
from jingtu.knowledge.risk.options import Options
from jingtu.knowledge.risk.parameters import load
from jingtu.knowledge.risk.report import paper
from jingtu.knowledge.risk.report.results import driving
from jingtu.knowledge.risk.report.words import switches
from jingtu.knowledge.risk.report.working import Working
from jingtu.knowledge.risk.runs import Request, compute
from jingtu.platform.documents import write_paper_docx, write_paper_xlsx

SETS = ["published-peer", "gb36600-consistent"]


def everything(land_class=1, set_name="gb36600-consistent", **more):
    """Every substance of a set in soil of both layers and in groundwater."""
    chosen_set = load(set_name)
    names = [item.name for item in chosen_set.substances]
    table = {
        "sample": ["S1"] * len(names) + ["W1"] * len(names),
        "analyte": names * 2,
        "raw": ["12.5"] * len(names) + ["0.25"] * len(names),
        "unit": ["mg/kg"] * len(names) + ["mg/L"] * len(names),
    }
    return compute(Request(table, chosen_set, land_class, file="示例.csv", **more))


@pytest.mark.parametrize("land_class", [1, 2])
@pytest.mark.parametrize("set_name", SETS)
@pytest.mark.parametrize(
    ("options", "replace"),
    [
        (Options(), {}),
        (Options(crack_porosity="own", exponent="3.33", groundwater_fraction="waf"), {"fom": 30.0}),
        (Options(mass_limit=False, ceiling="none"), {"dP": 40.0, "Pws": 0.15}),
        (Options(pathways=("ois", "pis", "iiv1", "cgw"), target="intervention"), {}),
    ],
)
def test_every_text_gives_the_number_of_the_engine(land_class, set_name, options, replace) -> None:
    run = everything(land_class, set_name, options=options, replace=replace)
    working = Working(run, control_values(run.assessment.model))
    seen = {formula.symbol for formula in working.common()}
    rows, columns = run.concentrations.measured().nonzero()
    for row, column in zip(rows, columns, strict=True):
        seen |= {formula.symbol for formula in working.of_substance(int(row), int(column))}
    assert working.worst < 1e-9
    expected = {"OISERca", "SFi", "θ", "Deffs", "VFsubia", "CRois", "HQcgw", "RCVS", "HCVG"}
    if "dcs" in options.pathways:
        expected |= {"DCSERnc", "VFsuroa", "IOVERca3", "VFgwia", "CRiov3"}
    if replace.get("dP"):
        expected |= {"Qs", "ξ"}
    assert expected <= seen


def test_the_catalogue_names_what_the_engine_names() -> None:
    model = everything().assessment.model
    known = {*model.quantities, *model.named_intakes(), "Rcrack", "xi", "CVSpgw"}
    known |= {f"{sign}_{pathway}" for sign in ("CR", "HQ") for pathway in Options().pathways}
    known |= {"RCVS", "HCVS", "RCVG", "HCVG"}
    assert {item.key for item in equations()} - known == set()
    assert all(item.source and item.unit and item.confidence in {"high", "medium"} for item in equations())


def test_only_confirmed_numbers_are_printed() -> None:
    # Known from transcriptions; the others follow by counting and are not cited.
    confirmed = {"A.7", "A.23", "A.25", "A.26", "F.1", "F.2", "F.3", "F.4"}
    assert {item.number for item in equations()} - {""} == confirmed
    assert [item.symbol for item in chosen(1, ()) if item.number == "A.7"] == ["PISERca"]


def test_every_switch_has_words_and_a_reason() -> None:
    known = switches()
    for name, value in Options().to_json().items():
        if name != "pathways":
            assert all(known[name, str(value)])
    assert ("mass_limit", "False") in known


def simulated():
    eaten = Distribution("OSIRc", "lognormal", {"gm": 80.0, "gsd": 1.8}, source="示例调查")
    other = Distribution("Koc", "point", {"mean": 1.0}, source="示例", substance="甲苯")
    table = {
        "sample": ["S1", "S1", "S2", "S2", "S2", "S3"],
        "analyte": ["苯", "铜", "苯", "镉", "不明物", "铅"],
        "raw": ["12", "300", "<0.5", "9", "3", "150"],
        "unit": ["mg/kg"] * 6,
        "depth_top": [0.0, 0.0, 2.0, 2.0, 2.0, 0.0],
        "sheet": ["结果"] * 6,
        "row": [2, 3, 4, 5, 6, 7],
        "column": ["D"] * 6,
    }
    request = Request(
        table,
        load("gb36600-consistent"),
        1,
        rules=Rules(),
        replace={"fom": 20.0},
        distributions=[eaten, other],
        draws=400,
        seed=3,
        file="=结果.xlsx",
        file_sha256="ab" * 32,
    )
    return compute(request)


def benzene_risk(run):
    place = [item.name for item in run.concentrations.substances].index("苯")
    return run.assessment.cr_total[run.concentrations.samples.index("S1"), place]


def texts(document):
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Line):
                yield block.text
            elif isinstance(block, Grid):
                for row in block.rows:
                    yield from (cell for cell in row if isinstance(cell, str))


def test_a_reviewer_finds_everything() -> None:
    run = simulated()
    document = paper(run)
    said = "\n".join(texts(document))
    for words in (
        "未检出，按检出限计，结果为上限",
        "参数集中没有这种物质",
        "结果!D6",
        "随机种子 3",
        "示例调查",
        "Koc[甲苯]",
        "有机质",
        load("gb36600-consistent").sha256,
        "ab" * 32,
        "不超过土壤饱和浓度",
        "HJ 25.3-2019 的正文没有取得",
    ):
        assert words in said, words
    sheets = {section.sheet: section for section in document.sections}
    worked = [block for block in sheets["计算过程"].blocks if isinstance(block, Formula)]
    totals = [block.value for block in worked if block.symbol == "CRn"]
    assert benzene_risk(run) in totals
    assert "铅" in said


def test_worked_numbers_are_of_the_sample_at_most_risk_and_bounded() -> None:
    run = everything()
    places = driving(run)
    ratio = np.fmax(run.assessment.cr_total / 1e-6, run.assessment.hi)
    for row, column in places:
        if not np.isnan(ratio[:, column]).all():
            assert row == np.nanargmax(ratio[:, column])
    short = paper(run, most_worked=5).sections[4]
    whole = paper(run).sections[4]
    assert len(short.blocks) < len(whole.blocks) / 5
    assert any(isinstance(block, Line) and "其余" in block.text for block in short.blocks)


def test_both_files_open_and_carry_the_numbers() -> None:
    run = simulated()
    document = paper(run)
    book = load_workbook(io.BytesIO(write_paper_xlsx(document)))
    assert book.sheetnames == [section.sheet for section in document.sections]
    found = [cell.value for row in book["结果"].iter_rows() for cell in row]
    assert any(
        isinstance(value, float) and value == pytest.approx(benzene_risk(run), rel=1e-14) for value in found
    )
    assert "f" not in {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    letter = Document(io.BytesIO(write_paper_docx(document)))
    text = "\n".join(paragraph.text for paragraph in letter.paragraphs)
    assert "建设用地健康风险评估计算书" in text
    assert "A.7" in text
