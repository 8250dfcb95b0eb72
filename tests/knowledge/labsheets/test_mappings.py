"""A mapping is proposed, confirmed once, and remembered by the headings."""

from __future__ import annotations

import io
import json

import pytest
from tests.knowledge.labsheets.sheets_of import EXAMPLES, lines, text, workbook

from jingtu.errors import InputError
from jingtu.knowledge.labsheets import Book, Mapping, extract, propose, read_book

HEADINGS = "代号,镉mg/kg,备用指标,铅"


def book(*rows: str) -> Book:
    return read_book(io.BytesIO(text(HEADINGS, *rows)), "a.csv")


def confirmed() -> Mapping:
    """As a person corrects it: the spare index is 石油烃, lead is in mg/kg."""
    mapping = propose(book("S1,0.3,12,20"))
    spare, lead = mapping.blocks[0].columns[2:]
    spare.target, spare.analyte, spare.unit = "result", "石油烃(C10-C40)", "mg/kg"
    lead.unit = "mg/kg"
    return Mapping.from_json(json.loads(json.dumps(mapping.to_json())))


def test_what_is_told_by_content_is_no_certainty() -> None:
    mapping = propose(book("S1,0.3,12,20"))
    assert [(item.target, item.why, item.confidence) for item in mapping.blocks[0].columns] == [
        ("sample", "content", 0.5), ("result", "words", 1.0), ("", "", 0.0), ("result", "words", 1.0),
    ]  # fmt: skip
    assert not mapping.certain


def test_a_remembered_mapping_is_used_for_files_of_the_same_headings() -> None:
    later = propose(book("S7,0.5,30,60", "S8,0.6,31,61"), [confirmed().to_json()])
    assert later.remembered
    assert later.certain
    assert {item.why for item in later.blocks[0].columns} == {"memory"}
    table = extract(book("S7,0.5,30,60"), later)
    assert lines(table, "sample", "analyte", "raw", "unit") == [
        ("S7", "镉", "0.5", "mg/kg"), ("S7", "石油烃(C10-C40)", "30", "mg/kg"), ("S7", "铅", "60", "mg/kg"),
    ]  # fmt: skip


def test_of_other_headings_only_the_known_ones_are_taken() -> None:
    other = read_book(io.BytesIO(text("代号,备用指标,砷(mg/kg)", "S7,30,6")), "a.csv")
    later = propose(other, [confirmed()])
    assert not later.remembered
    assert [(item.analyte, item.why) for item in later.blocks[0].columns] == [
        ("", "memory"), ("石油烃(C10-C40)", "memory"), ("砷", "words"),
    ]  # fmt: skip


def test_a_unit_in_the_file_is_stronger_than_a_remembered_one() -> None:
    first = read_book(
        io.BytesIO(workbook([["代号", "备用", "镉(mg/kg)"], ["单位", "mg/kg", None], ["S1", 3, 1]])), "a"
    )
    old = propose(first)
    second = read_book(
        io.BytesIO(workbook([["代号", "备用", "镉(mg/kg)"], ["单位", "μg/kg", None], ["S1", 3, 1]])), "a"
    )
    assert propose(second, [old]).blocks[0].columns[1].unit == "μg/kg"


def test_samples_and_sheets_do_not_change_the_fingerprint() -> None:
    one = propose(book("S1,0.3,12,20"))
    assert one.fingerprint == propose(book("S7,0.5,30,60", "S8,0.6,31,61")).fingerprint
    turned = [
        workbook([["检测项目", "单位", *codes], ["镉", "mg/kg", *[0.3] * len(codes)]])
        for codes in (["S1"], ["T1", "T2"])
    ]
    prints = {propose(read_book(io.BytesIO(content), "a")).fingerprint for content in turned}
    assert len(prints) == 1
    assert prints != {one.fingerprint}


def test_a_mapping_is_the_same_after_its_json() -> None:
    for path in sorted(EXAMPLES.glob("*.xlsx")):
        mapping = propose(read_book(io.BytesIO(path.read_bytes()), path.name))
        assert Mapping.from_json(json.loads(json.dumps(mapping.to_json(), ensure_ascii=False))) == mapping


@pytest.mark.parametrize(
    "document", [None, [], {}, {"blocks": [{}]}, {"blocks": [{"shape": "round"}]}, {"blocks": 3}]
)
def test_what_is_no_mapping_is_refused(document: object) -> None:
    with pytest.raises(InputError, match="对照不完整"):
        Mapping.from_json(document)


def test_a_mapping_of_another_file_is_refused_in_words() -> None:
    mapping = propose(read_book(io.BytesIO(workbook([["样品编号", "镉(mg/kg)"], ["S1", 1]])), "a.xlsx"))
    with pytest.raises(InputError, match="没有工作表"):
        extract(book("S1,0.3,12,20"), mapping)
