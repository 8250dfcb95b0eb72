"""``jingtu risk`` as scripts of survey firms call it: no database, JSON of the contract, honest exits."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

LONG = """样品编号,采样深度(m),样品类型,检测项目,检测结果,单位,检出限
S1,0-0.5,土壤,苯,5200,μg/kg,1.9
S1,0-0.5,土壤,铜,52,mg/kg,1
S1,0-0.5,土壤,六价铬,<0.5,mg/kg,0.5
S2,1.5-2.0,土壤,苯,12,μg/kg,1.9
S2,1.5-2.0,土壤,某种物质,3,mg/kg,
S2,1.5-2.0,土壤,铅,120,mg/kg,0.1
W1,,地下水,苯,0.12,mg/L,0.0014
"""
SPREAD = """参数,分布,均值,标准差,下限,上限,来源
BWa,正态,61.8,9,35,110,示例调查
OSIRc,均匀,,,100,300,示例文献
"""


def run(*words: object, code: int = 0) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "jingtu.service.cli.main", "risk", *map(str, words)]
    done = subprocess.run(
        command, capture_output=True, timeout=120, env={"LC_ALL": "C", "PATH": ""}, check=False
    )
    assert done.returncode == code, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    return done


def answer(*words: object, code: int = 0):
    return json.loads(run(*words, "--json", code=code).stdout)


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    path = tmp_path / "结果.csv"
    path.write_text(LONG, encoding="utf-8")
    return path


@pytest.fixture
def spread(tmp_path: Path) -> Path:
    path = tmp_path / "分布.csv"
    path.write_text(SPREAD, encoding="utf-8")
    return path


def test_derive_prints_the_document_of_the_contract() -> None:
    found = answer("derive", "--land-class", 1, "--substance", "71-43-2", "--substance", "铜")
    assert found["parameter_set"].startswith("gb36600-consistent")
    benzene, copper = found["results"]
    assert {"cas", "name", "rcvs", "hcvs", "cvspgw", "control_value", "driver", "pathways", "notes"} <= set(
        benzene
    )
    # GB 36600-2018 table 1: benzene 1 mg/kg, copper 2000 mg/kg on land of the first class.
    assert benzene["control_value"] == pytest.approx(1, rel=0.05)
    assert copper["control_value"] == pytest.approx(2000, rel=0.005)
    assert (benzene["driver"], copper["driver"], copper["rcvs"]) == ("rcvs", "hcvs", None)


def test_derive_takes_options_parameters_and_a_target() -> None:
    words = ("derive", "--land-class", "1", "--substance", "苯", "--set", "published-peer")
    plain = answer(*words)["results"][0]
    own = answer(*words, "--option", "crack_porosity=own")["results"][0]
    assert own["rcvs"] < 0.85 * plain["rcvs"]
    richer = answer(*words, "--parameter", "fom=60")["results"][0]
    assert richer["rcvs"] > plain["rcvs"]
    # Known case of the groundwater route: 1 mg/L of benzene gives 7.794 mg/kg.
    kept = answer(*words, "--groundwater-target", "苯=1")["results"][0]
    assert kept["cvspgw"] == pytest.approx(7.794, abs=5e-4)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("--option", "exponent=4"), "10/3"),
        (("--option", "nothing=1"), "nothing"),
        (("--parameter", "fom=-3"), "fom"),
        (("--substance", "不存在"), "不存在"),
        (("--set", "没有"), "没有"),
    ],
)
def test_what_cannot_be_derived_is_an_error_of_the_contract(words, part) -> None:
    found = answer("derive", "--land-class", 1, *words, code=1)
    assert set(found) == {"error", "errors"}
    assert part in json.dumps(found, ensure_ascii=False)


@pytest.mark.parametrize(
    "words",
    [
        ("derive",),
        ("derive", "--land-class", 3),
        ("derive", "--land-class", 1, "--option", "exponent"),
        ("derive", "--land-class", 1, "--parameter", "fom=x"),
        ("assess",),
        ("assess", "没有.csv", "--land-class", 1),
    ],
)
def test_wrong_use(words) -> None:
    run(*words, code=2)


def test_assess_prints_the_document_of_the_contract(lab) -> None:
    found = answer("assess", lab, "--land-class", 1)
    rows = {(item["sample"], item["name"]): item for item in found["results"]}
    assert set(rows) == {("S1", "苯"), ("S1", "铜"), ("S1", "铬（六价）"), ("S2", "苯"), ("W1", "苯")}
    benzene = rows["S1", "苯"]
    assert {"sample", "cas", "cr", "hq", "cr_total", "hi", "acceptable", "percentiles"} <= set(benzene)
    assert benzene["concentrations"] == {"surface": {"value": 5.2, "unit": "mg/kg"}}
    assert benzene["cr_total"] == pytest.approx(sum(v for v in benzene["cr"].values() if v is not None))
    assert benzene["percentiles"] is None
    assert rows["S1", "铬（六价）"]["bound"] == "upper"
    assert rows["W1", "苯"]["acceptable"] is False
    assert rows["W1", "苯"]["cr"]["ois"] is None
    assert {item["analyte"]: item["reason"] for item in found["left_out"]} == {
        "某种物质": "unknown_substance",
        "铅": "no_model",
    }
    assert [item["sample"] for item in found["totals"]] == ["S1", "S2", "W1"]
    assert found["totals"][2]["unacceptable"] == [{"cas": "71-43-2", "name": "苯"}]


def test_soil_of_unknown_depth_is_judged_like_the_control_value(tmp_path) -> None:
    limit = answer("derive", "--land-class", 2, "--substance", "苯")["results"][0]["rcvs"]
    path = tmp_path / "一.csv"
    for factor, acceptable in ((0.999, True), (1.001, False)):
        path.write_text(
            f"样品编号,检测项目,检测结果,单位\nA,苯,{limit * factor:.9f},mg/kg\n", encoding="utf-8"
        )
        (found,) = answer("assess", path, "--land-class", 2)["results"]
        assert found["acceptable"] is acceptable


def test_by_point_takes_the_highest_of_each_layer(tmp_path) -> None:
    path = tmp_path / "点.csv"
    path.write_text(
        "样品编号,点位,采样深度(m),检测项目,检测结果,单位\n"
        "A-1,P1,0-0.2,苯,1,mg/kg\nA-2,P1,0.3-0.5,苯,3,mg/kg\nA-3,P1,1-2,苯,7,mg/kg\n",
        encoding="utf-8",
    )
    (found,) = answer("assess", path, "--land-class", 1, "--by", "point")["results"]
    assert found["sample"] == "P1"
    assert {name: item["value"] for name, item in found["concentrations"].items()} == {
        "surface": 3.0,
        "subsurface": 7.0,
    }


def test_draws_give_percentiles_and_the_seed_decides(lab, spread) -> None:
    words = ("assess", lab, "--land-class", 1, "--draws", 500, "--distributions", spread)
    one, two, other = (answer(*words, "--seed", seed)["results"] for seed in (4, 4, 5))
    assert one == two
    assert one != other
    found = one[0]["percentiles"]["cr_total"]
    assert found["p5"] < found["p50"] < found["p95"] < found["p99"]
    assert 0 <= found["above"] <= 1


def test_draws_without_distributions_vary_between_published_values(lab) -> None:
    words = ("assess", lab, "--land-class", 1, "--draws", 300)
    one, two, other = (answer(*words, "--seed", seed) for seed in (4, 4, 5))
    assert one == two
    assert one["results"] != other["results"]
    assert [item["parameter"] for item in one["distributions"]] == ["BWa", "BWc", "DAIRa", "PM10"]
    assert all(item["source"] for item in one["distributions"])
    found = one["results"][0]["percentiles"]["cr_total"]
    assert found["p5"] < found["p50"] < found["p95"]
    # A figure of the place stands still, and where nothing is left to vary, that is said.
    given = ["--parameter", "BWa=60", "--parameter", "BWc=18", "--parameter", "DAIRa=14.5"]
    assert [item["parameter"] for item in answer(*words, *given)["distributions"]] == ["PM10"]
    found = answer(*words, *given, "--parameter", "PM10=0.1", code=1)
    assert "分布" in found["error"]["message"]


def test_a_bad_unit_is_told_with_its_cell_and_nothing_is_written(lab, tmp_path) -> None:
    lab.write_text(LONG.replace("12,μg/kg", "12,担/亩").replace("52,mg/kg", "52,"), encoding="utf-8")
    report = tmp_path / "计算书.xlsx"
    found = answer("assess", lab, "--land-class", 1, "--report", report, code=1)
    assert [item["row"] for item in found["errors"]] == [3, 5]
    assert not report.exists()


def test_saved_and_replayed(lab, spread, tmp_path) -> None:
    saved = tmp_path / "复核.json"
    words = ("--land-class", 1, "--draws", 200, "--seed", 9, "--distributions", spread)
    first = answer("assess", lab, *words, "--save", saved)
    again = answer("assess", "--replay", saved)
    assert again["replay"]["same"] is True
    assert again["results"] == first["results"]
    lab.unlink()
    report = tmp_path / "重算.xlsx"
    run("assess", "--replay", saved, "--report", report)
    assert load_workbook(report).sheetnames[0] == "结论"


def test_a_number_that_differs_is_named(lab, tmp_path) -> None:
    saved = tmp_path / "复核.json"
    answer("assess", lab, "--land-class", 1, "--save", saved)
    document = json.loads(saved.read_text(encoding="utf-8"))
    document["results"]["results"][0]["cr_total"] *= 1 + 2**-50
    name = document["results"]["results"][0]["name"]
    saved.write_text(json.dumps(document), encoding="utf-8")
    found = answer("assess", "--replay", saved, code=1)
    assert found["error"]["facts"] == {"differences": 1, "intact": False}
    assert f"S1、{name}" in found["errors"][0]["message"]
    assert "cr_total" in found["errors"][0]["message"]


def test_both_kinds_of_report_are_written(lab, tmp_path) -> None:
    for ending in ("docx", "xlsx"):
        path = tmp_path / f"计算书.{ending}"
        run("assess", lab, "--land-class", 2, "--report", path)
        assert path.stat().st_size > 5_000
    assert [item.name for item in tmp_path.iterdir() if item.name.startswith(".")] == []
    run("assess", lab, "--land-class", 2, "--report", tmp_path / "计算书.pdf", code=2)
    run("assess", lab, "--land-class", 2, "--report", tmp_path / "无" / "计算书.docx", code=1)


def test_people_read_tables() -> None:
    shown = run("sets").stdout.decode()
    assert "published-peer" in shown
    assert "控制值" in run("derive", "--land-class", 1, "--substance", "苯").stdout.decode()


def test_a_bare_installation_is_enough(lab, tmp_path) -> None:
    """No Django is needed, not even for a report."""
    code = (
        "import sys\n"
        "class Refuse:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in {'django', 'ninja', 'structlog', 'shapely', 'docxtpl', 'scipy', 'numba'}:\n"
        "            raise ImportError(name)\n"
        "sys.meta_path.insert(0, Refuse())\n"
        "from jingtu.service.cli.main import main\n"
        "main(['risk', 'assess', *sys.argv[1:]])\n"
    )
    words = [
        str(lab),
        "--land-class",
        "1",
        "--report",
        str(tmp_path / "一.docx"),
        "--save",
        str(tmp_path / "一.json"),
    ]
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode()


SPOILT = st.lists(
    st.lists(
        st.sampled_from(["", "S1", "苯", "1", "-3", "ND", "<0.1", "mg/kg", "?", "0-0.5", ">9", "=1"]),
        max_size=7,
    ),
    max_size=6,
)


@settings(max_examples=40, deadline=None)
@given(SPOILT, st.sampled_from([(), (2, 3), (1,)]))
def test_no_file_ever_traces(tmp_path_factory, rows, drop) -> None:
    from click.testing import CliRunner

    from jingtu.service.cli.main import main

    lines = LONG.splitlines()
    body = [line for index, line in enumerate(lines) if index not in drop]
    path = tmp_path_factory.mktemp("x") / "x.csv"
    path.write_text("\n".join([*body, *(",".join(row) for row in rows)]), encoding="utf-8")
    done = CliRunner().invoke(main, ["risk", "assess", str(path), "--land-class", "1", "--json"])
    assert done.exit_code in {0, 1, 2}
    assert done.exception is None or isinstance(done.exception, SystemExit)


def test_every_result_is_judged_and_what_no_pathway_reaches_is_named(tmp_path: Path) -> None:
    file = tmp_path / "结果.csv"
    rows = "D1,砷,12,mg/kg,2-3\nD1,苯,0.5,mg/kg,2-3\nD2,铜,80,mg/kg,2-3\n"
    file.write_text("sample,analyte,value,unit,depth\n" + rows, encoding="utf-8")
    found = answer("assess", file, "--land-class", 1)
    assert [(item["sample"], item["name"], item["acceptable"]) for item in found["results"]] == [
        ("D1", "苯", True)
    ]
    assert [(item["sample"], item["analyte"], item["raw"]) for item in found["left_out"]] == [
        ("D1", "砷", "12 mg/kg"), ("D2", "铜", "80 mg/kg"),
    ]  # fmt: skip
    assert {item["reason"] for item in found["left_out"]} == {"no_pathway"}
