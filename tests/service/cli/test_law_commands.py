"""``jingtu law`` as scripts call it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


def run(*words: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "jingtu.service.cli.main", "law", *words]
    return subprocess.run(
        command, capture_output=True, timeout=60, env={"LC_ALL": "C", "PATH": ""}, check=False
    )


def found(*words: str) -> dict:
    done = run(*words, "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    return json.loads(done.stdout)


@pytest.mark.parametrize("words", ["hazard_inspection", "隐患排查整治", "隐患排查"])
@pytest.mark.parametrize(
    ("on", "law", "article"),
    [
        ("2026-08-14", "中华人民共和国土壤污染防治法", "21"),
        ("2026-08-15", "中华人民共和国生态环境法典", "414"),
    ],
)
def test_lookup_prints_the_document_of_the_contract(words: str, on: str, law: str, article: str) -> None:
    document = found("lookup", words, "--on", on)
    assert (document["topic"], document["on"]) == ("hazard_inspection", on)
    first = document["provisions"][0]
    assert (first["law"], first["article"]) == (law, article)
    assert set(first) >= {
        "text_id", "law", "article", "summary", "valid_from", "valid_to", "parameters", "confidence",
    }  # fmt: skip
    assert first["valid_from"] <= on
    assert first["valid_to"] is None or on < first["valid_to"]


def test_a_penalty_range_and_a_time_limit_are_parameters() -> None:
    fine = found("lookup", "toxic_report", "--on", "2026-08-15")["provisions"][1]
    assert fine["parameters"]["penalty"]["min"] == 20_000
    assert fine["parameters"]["penalty"]["max"] == 100_000
    (limit,) = [
        item["parameters"]["time_limit"]
        for item in found("lookup", "manifest", "--on", "2026-08-15")["provisions"]
        if item["text_id"] == "r23-18"
    ]
    assert (limit["number"], limit["unit"]) == (5, "working_days")


def test_a_topic_without_a_provision_on_the_day_is_empty_and_no_error() -> None:
    assert found("lookup", "branch_office", "--on", "1999-01-01")["provisions"] == []


@pytest.mark.parametrize(
    ("words", "topics", "article"),
    [
        ("从业单位弄虚作假", ["practitioner", "data_fraud"], "1230"),
        ("建设用地土壤污染风险管控和修复名录", ["list"], "453"),
        ("农药包装废弃物", ["packaging_film"], "1161"),
        ("台账", [], "489"),
    ],
)
def test_words_that_name_no_topic_find_topics_and_texts(words: str, topics: list[str], article: str) -> None:
    document = found("lookup", words, "--on", "2026-08-15")
    assert document["topics"] == topics
    assert article in {item["article"] for item in document["provisions"]}


def test_an_unknown_topic_is_judged_bad_and_names_those_that_come_near() -> None:
    done = run("lookup", "土壤调察", "--on", "2026-08-15", "--json")
    assert done.returncode == 1
    document = json.loads(done.stdout)
    assert document["error"]["code"] == "not_found"
    assert "survey" in document["error"]["facts"]["near"]
    assert document["errors"] == []


@pytest.mark.parametrize("words", [("lookup", "survey"), ("lookup", "survey", "--on", "八月"), ("nothing",)])
def test_wrong_use_is_told_apart(words: tuple[str, ...]) -> None:
    assert run(*words).returncode == 2


def test_binds_says_what_binds_a_kind_of_unit() -> None:
    document = found("binds", "--kind", "土壤污染重点监管单位", "--on", "2026-08-15")
    ids = [item["text_id"] for item in document["provisions"]]
    direct = found("binds", "--kind", "key_unit", "--on", "2026-08-15", "--direct")["provisions"]
    assert "eec-414-2-4" in ids
    assert ids[: len(direct)] == [item["text_id"] for item in direct]
    assert run("binds", "--kind", "宇航员", "--on", "2026-08-15").returncode == 1


def test_penalty_gives_both_rules_and_which_applies() -> None:
    document = found("penalty", "toxic_report", "--conduct", "2026-03-01", "--decided", "2026-09-30")
    (item,) = document["penalties"]
    assert (item["before"]["text_id"], item["after"]["text_id"]) == ("spl-86-1-3a-p", "eec-1166-1-p")
    assert (item["applies"], item["comparison"]) == ("eec-1166-1-p", "lighter")
    assert [basis["text_id"] for basis in document["basis"]] == ["eec-1057"]
    backwards = run("penalty", "toxic_report", "--conduct", "2026-09-30", "--decided", "2026-03-01", "--json")
    assert backwards.returncode == 1
    assert json.loads(backwards.stdout)["errors"][0]["column"] == "决定日期"


def test_workdays_counts_both_ways_and_refuses_a_year_without_a_calendar() -> None:
    assert found("workdays", "2026-10-12", "-15")["date"] == "2026-09-15"
    assert found("workdays", "2026-04-15", "5", "--region", "guangxi")["date"] == "2026-04-24"
    beyond = run("workdays", "2026-12-25", "5", "--json")
    assert beyond.returncode == 1
    assert json.loads(beyond.stdout)["error"]["code"] == "not_configured"


def test_article_gives_its_provisions_and_where_it_went() -> None:
    document = found("article", "土壤污染防治法", "59", "--on", "2026-08-14")
    assert [item["article"] for item in document["provisions"]] == ["59"] * 3
    assert [move["code_articles"] for move in document["moves"]] == [["454"]]
    assert found("article", "土壤污染防治法", "59", "--on", "2026-08-15")["provisions"] == []
    assert run("article", "火星法", "1").returncode == 1


def test_topics_lists_what_can_be_asked() -> None:
    document = found("topics")
    assert {"id": "survey", "name": "土壤污染状况调查"}.items() <= next(
        item for item in document["topics"] if item["id"] == "survey"
    ).items()
    assert "土壤污染重点监管单位" in [item["name"] for item in document["kinds"]]


@pytest.mark.parametrize(
    "words",
    [
        ("lookup", "隐患排查", "--on", "2026-08-15"),
        ("binds", "--kind", "加油站", "--on", "2026-08-15"),
        ("penalty", "拒绝检查", "--conduct", "2026-03-01", "--decided", "2026-09-30"),
        ("workdays", "2026-10-12", "-15"),
        ("topics",),
        ("article", "土壤污染防治法", "59"),
    ],
)
def test_without_json_people_read_chinese(words: tuple[str, ...]) -> None:
    done = run(*words)
    assert done.returncode == 0
    assert done.stdout.strip()
    assert b"Traceback" not in done.stderr


def test_no_command_needs_django() -> None:
    code = (
        "import sys; from jingtu.service.cli.main import main; "
        "main(['law', 'binds', '--kind', 'key_unit', '--on', '2026-08-15', '--json'], standalone_mode=False); "
        "sys.exit('django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0
