"""``jingtu plan text`` and ``jingtu plan read`` as scripts call them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PLAN = """云岭县2031年土壤污染防治工作计划
一、主要目标
受污染耕地安全利用率不低于92%。
二、重点任务
（一）查清底数
1.开展普查。6月底前完成普查。（县民政局牵头负责城区，县体育局、档案局等参与）
"""


def run(*words: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "jingtu.service.cli.main", *words]
    return subprocess.run(
        command, capture_output=True, timeout=60, env={"LC_ALL": "C", "PATH": ""}, check=False
    )


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "计划.txt"
    path.write_text(PLAN, encoding="utf-8")
    return path


def test_text_prints_what_spans_count_in(plan):
    text = run("plan", "text", str(plan))
    found = json.loads(run("plan", "read", str(plan), "--json").stdout)
    assert text.returncode == 0
    printed = text.stdout.decode("utf-8")
    (task,) = found["tasks"]
    (unit,) = task["lead_units"]
    ((start, end),) = unit["spans"]
    assert printed[start:end] == unit["raw"] == "县民政局"


def test_read_prints_one_json_document_of_the_contract(plan):
    done = run("plan", "read", str(plan), "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert "县民政局".encode() in done.stdout
    found = json.loads(done.stdout)
    assert set(found) == {
        "title",
        "region",
        "year",
        "issue_number",
        "issued_on",
        "issuer",
        "targets",
        "tasks",
        "report_form",
        "warnings",
    }
    (task,) = found["tasks"]
    assert {
        "number",
        "section",
        "title",
        "text",
        "lead_units",
        "support_units",
        "responsible_units",
        "inherited_units",
        "units_open_ended",
        "unit_text",
        "quantities",
        "deadlines",
        "deliverables",
        "registers",
        "spans",
        "confidence",
    } <= set(task)
    assert task["lead_units"][0]["scope"] == "城区"
    assert [unit["expanded"] for unit in task["support_units"]] == ["县体育局", "县档案局"]
    assert task["deadlines"][0]["due"] == "2031-06-30"
    (target,) = found["targets"]
    assert (target["comparator"], target["value"], target["due"]) == (">=", 92, "2031-12-31")


def test_read_shows_a_table_to_people(plan):
    done = run("plan", "read", str(plan))
    assert done.returncode == 0
    shown = done.stdout.decode("utf-8")
    assert "云岭县2031年土壤污染防治工作计划" in shown
    assert "云岭县" in shown


def test_a_document_that_is_no_plan(tmp_path):
    path = tmp_path / "其他.txt"
    path.write_text("会议纪要\n会议听取了汇报。\n", encoding="utf-8")
    done = run("plan", "read", str(path), "--json")
    assert done.returncode == 1
    document = json.loads(done.stdout)
    assert document["error"]["code"] == "unreadable_document"
    assert document["error"]["facts"] == {"reason": "not_a_plan", "file": "其他.txt"}
    assert document["errors"] == []
    spoken = run("plan", "read", str(path))
    assert (spoken.returncode, spoken.stdout) == (1, b"")
    assert "工作计划" in spoken.stderr.decode("utf-8")
    assert b"Traceback" not in spoken.stderr


@pytest.mark.parametrize(
    "words", [["plan", "read"], ["plan", "read", "没有.txt"], ["plan", "read", "--nothing"], ["nothing"]]
)
def test_wrong_use(words):
    assert run(*words).returncode == 2


@pytest.mark.parametrize(
    "words", [["--help"], ["plan", "--help"], ["plan", "read", "--help"], ["plan", "text", "--help"]]
)
def test_help_gives_an_example(words):
    done = run(*words)
    assert done.returncode == 0
    assert "示例：jingtu plan" in done.stdout.decode("utf-8")


def test_help_loads_nothing_heavy():
    """``jingtu --help`` stays quick because it imports no reader, no Django, no numeric library."""
    code = (
        "import sys\n"
        "from jingtu.service.cli.main import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "heavy = {'django', 'pdfplumber', 'docx', 'numpy', 'rich.table', 'openpyxl', 'shapely'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
