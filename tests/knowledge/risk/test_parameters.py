"""Parameter sets: whole or refused, every cell with a source, one digest for one content."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingtu.errors import InputError, NotFoundError, UnreadableDocumentError
from jingtu.knowledge.risk.derive import derive
from jingtu.knowledge.risk.parameters import definitions, from_rows, load, shipped
from jingtu.knowledge.risk.setfiles import COLUMNS

ABOUT = [("name", "our-site"), ("version", "1"), ("title", "本地块参数"), ("base", "gb36600-consistent@1")]


def row(record="receptor", key="", parameter="LS", value="120", unit="cm", source="报告表 4-2", **other):
    return {
        **dict.fromkeys(COLUMNS, ""),
        "record": record,
        "key": key,
        "parameter": parameter,
        "value": value,
        "unit": unit,
        "source": source,
        **other,
    }


def rows_of(*rows, about=ABOUT):
    return [row("set", "", name, value, "", "") for name, value in about] + list(rows)


def write(path: Path, rows, encoding="utf-8") -> Path:
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def faults(*rows, about=ABOUT) -> list[tuple[int | None, str | None]]:
    with pytest.raises(InputError) as caught:
        from_rows(rows_of(*rows, about=about), "site.csv")
    assert all(error.file == "site.csv" and error.message for error in caught.value.errors)
    return [(error.row, error.column) for error in caught.value.errors]


@pytest.mark.parametrize("name", shipped())
def test_every_cell_of_a_shipped_set_has_a_source(name):
    found = load(name)
    assert len(found.substances) == 85
    assert all(cell.source for cell in [*found.receptor.values(), *found.cells.values()])
    assert {cell.confidence for cell in found.cells.values()} == {"high", "medium", "low"}
    for text in (cell.source for cell in found.cells.values()):
        assert "index" not in text
        assert "/shared" not in text


def test_the_consistent_set_flags_what_it_changed_and_keeps_the_former_figure():
    peer, found = load("published-peer"), load("gb36600-consistent")
    changed = {key for key in found.cells if found.cells[key] != peer.cells.get(key)}
    assert changed == {(key, symbol) for key, symbol, _ in found.flagged("adjusted")}
    assert len({key for key, _ in changed}) == 17
    for key, symbol, cell in found.flagged("adjusted"):
        former = peer.cells.get((key, symbol))
        assert former is not None
        assert former.value is not None
        assert cell.note.split("；")[0] == f"原取值 {former.value:g}"


def test_a_file_of_ones_own_changes_cells_of_its_base(tmp_path):
    path = write(tmp_path / "site.csv", rows_of(row(), row("substance", "benzene", "SFo", "", "")))
    site, base = load(path), load("gb36600-consistent")
    assert (site.name, site.base) == ("our-site", "gb36600-consistent@1")
    assert float(site.values(1, [])["LS"]) == 120
    assert np.isnan(site.values(1, ["benzene"])["SFo"][0])
    assert site.sha256 != base.sha256
    assert derive(site, 1, ["benzene"]).control.rcvs[0] > derive(base, 1, ["benzene"]).control.rcvs[0]


def test_a_file_may_come_from_excel_in_chinese(tmp_path):
    path = write(tmp_path / "site.csv", rows_of(row()), encoding="gb18030")
    assert load(path).title == "本地块参数"


def test_equal_content_has_an_equal_digest():
    first = from_rows(rows_of(row(), row(parameter="d", value="30")))
    second = from_rows(rows_of(row(parameter="d", value="30.0"), row(value="1.2e2")))
    assert first.sha256 == second.sha256
    assert from_rows(first.rows()).sha256 == first.sha256
    assert from_rows(rows_of(row(source="别的报告"), row(parameter="d", value="30"))).sha256 != first.sha256


def test_all_faults_at_once_by_row_and_column():
    assert faults(
        row(source=""),
        row(parameter="d", unit="m"),
        row(parameter="nonsense"),
        row(parameter="fom", value="many", unit="g·kg⁻¹"),
        row(parameter="PIAF", value="1.2", unit="无量纲"),
        row("thing"),
        row(parameter="dsub", land_class="3"),
        row("substance", "", "SFo", "1", "(mg·kg⁻¹·d⁻¹)⁻¹"),
        row("substance", "benzene", "LS"),
    ) == [
        (6, "source"),
        (7, "unit"),
        (8, "parameter"),
        (9, "value"),
        (10, "value"),
        (11, "record"),
        (12, "land_class"),
        (13, "key"),
        (14, "parameter"),
    ]


def test_a_cell_twice_is_refused_once():
    assert faults(row(), row(value="130")) == [(7, "parameter")]


def test_what_the_model_needs_together_is_asked_for():
    substance = [
        row("substance", "x", "SFo", "0.1", "(mg·kg⁻¹·d⁻¹)⁻¹"),
        row("substance", "x", "RfC", "0.1", "mg·m⁻³"),
        row("substance", "x", "H", "0.2", "无量纲"),
    ]
    assert [column for _, column in faults(*substance)] == ["ABSgi", "ABSd", "SAF", "Da", "Dw", "Koc"]


def test_soil_without_air_is_refused():
    assert faults(row(parameter="Pws", value="0.35", unit="kg·kg⁻¹")) != []


def test_a_set_without_base_must_be_whole():
    found = faults(row(), about=ABOUT[:3])
    assert len(found) > 30


@pytest.mark.parametrize("missing", range(3))
def test_a_set_has_name_version_and_title(missing):
    assert faults(row(), about=[each for i, each in enumerate(ABOUT) if i != missing]) == [(None, None)]


def test_the_base_is_a_shipped_set():
    assert (None, "base") in faults(row(), about=[*ABOUT[:3], ("base", "/etc/passwd")])
    assert (None, "base") in faults(row(), about=[*ABOUT[:3], ("base", "published-peer@99")])


def test_files_that_are_none(tmp_path):
    with pytest.raises(NotFoundError):
        load("no-such-set")
    with pytest.raises(NotFoundError):
        load("published-peer@7")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(InputError):
        load(tmp_path / "empty.csv")
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00\x80" * 9)
    with pytest.raises((InputError, UnreadableDocumentError)):
        load(tmp_path / "binary.csv")


@pytest.mark.parametrize("word", ["71-43-2", "苯", "Benzene", "benzene", " BENZENE "])
def test_a_substance_is_found_by_any_of_its_names(word):
    assert load("published-peer").substance(word).id == "benzene"


def test_xylene_is_found_by_either_number_and_strangers_are_not():
    peer = load("published-peer")
    assert peer.substance("108-38-3").id == peer.substance("106-42-3").id == "xylene_m_p"
    assert not peer.knows("镧")
    with pytest.raises(NotFoundError):
        peer.substance("镧")


def test_definitions_have_units_and_every_receptor_is_in_the_sets():
    peer = load("published-peer")
    for definition in definitions().values():
        assert definition.unit
        assert definition.name
        assert definition.name_en
        for land_class in definition.required:
            assert peer.receptor[definition.symbol, land_class].value is not None


CELLS = st.one_of(
    st.sampled_from(
        ["", "set", "receptor", "substance", "name", "base", "SFo", "LS", "benzene", "published-peer@1"]
    ),
    st.sampled_from(["1", "-1", "nan", "inf", "1e999", "0x1", "１２", "cm", "无量纲", "=1+1"]),
    st.text(max_size=8),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(COLUMNS), CELLS), max_size=6))
def test_rows_of_any_kind_are_read_or_refused_in_words(rows):
    with pytest.raises(InputError) as caught:
        from_rows([*rows, row(source="")], "any.csv")
    assert caught.value.errors


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_refused_in_words(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("set") / "any.csv"
    path.write_bytes(b"record,key,parameter,land_class,value,unit,source\n" + content)
    with pytest.raises(InputError):
        load(path)


def test_the_example_of_the_page_is_a_whole_set(tmp_path):
    page = (Path(__file__).resolve().parents[3] / "docs" / "risk.md").read_text(encoding="utf-8")
    path = tmp_path / "site.csv"
    path.write_text(page.split("```csv\n")[1].split("```")[0], encoding="utf-8")
    site = load(path)
    assert (float(site.values(2, [])["LS"]), float(site.values(1, [])["fom"])) == (120, 9.6)


@pytest.mark.parametrize(
    ("written", "substance"),
    [
        ("108-38-3,106-42-3", "xylene_m_p"),
        ("间&对二甲苯", "xylene_m_p"),
        ("石油烃C10-C40", "petroleum_hydrocarbons_c10_c40"),
        ("镉Cd", "cadmium"),
    ],
)
def test_a_name_that_screening_knows_is_known_here(written: str, substance: str) -> None:
    assert load("gb36600-consistent").substance(written).id == substance


def test_total_chromium_is_not_taken_for_hexavalent() -> None:
    assert not load("gb36600-consistent").knows("总铬")
