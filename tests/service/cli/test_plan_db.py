"""``plan load`` and ``plan status`` as scripts call them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Installation

TEXT = """青禾县2024年度土壤污染防治工作计划
一、目标指标
到2024年底，全县受污染耕地安全利用率不低于93%。
二、重点任务
（一）加强源头防控
1．排查涉重金属企业。4月底前完成整改。（县生态环境局牵头，县工业和信息化局等参与）
2．公布重点单位名录。12月底前公布名录。（县生态环境局牵头）
三、工作要求
各单位要明确责任分工。
"""


Run = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def run(installation: Installation) -> Run:
    """The command in a process of its own, on a database of its own."""
    installation.environment["JINGTU_TODAY"] = "2024-03-05"

    def call(*words: str) -> tuple[int, dict[str, Any]]:
        done = installation.run(*words, "--json")
        return done.returncode, json.loads(done.stdout) if done.stdout.strip() else {}

    assert call("init")[0] == 0
    return call


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "计划.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_load_confirm_and_status(run: Run, file: Path, tmp_path: Path) -> None:
    bad = tmp_path / "日记.txt"
    bad.write_text("今天天气很好，我们去公园散步。", encoding="utf-8")
    # A county that the code table has; the invented name of the file is not one of its places.
    code, document = run("plan", "load", str(file))
    assert (code, document["error"]["facts"]["missing"]) == (1, "region")

    code, document = run("plan", "load", str(file), str(bad), "--region", "450324")
    assert code == 1
    assert [error["file"] for error in document["errors"]] == ["日记.txt"]

    code, document = run("plan", "load", str(file), "--region", "450324", "--confirm")
    assert code == 0
    (plan,) = document["plans"]
    assert (plan["year"], plan["region"], plan["targets"], plan["tasks"]) == (2024, "450324", 1, 2)
    assert (plan["state"], plan["changes"]) == ("confirmed", [])

    amended = tmp_path / "调整.txt"
    amended.write_text(TEXT.replace("不低于93%", "不低于95%"), encoding="utf-8")
    code, document = run("plan", "load", str(amended), "--region", "450324")
    (plan,) = document["plans"]
    assert [(change["kind"], change["change"]) for change in plan["changes"]] == [("target", "changed")]
    assert plan["changes"][0]["differences"][0]["after"] == "95"

    code, document = run("plan", "status", "--region", "450324", "--on", "2024-05-03")
    assert code == 0
    (reading,) = document["targets"]
    assert (reading["comparator"], reading["target"], reading["value"], reading["met"]) == (
        ">=",
        93,
        None,
        None,
    )
    first, second = document["tasks"]
    assert {"number", "title", "state", "due", "lead", "progress", "overdue_days"} <= first.keys()
    assert (first["due"], first["overdue_days"], first["lead"]) == ("2024-04-30", 3, "全州县生态环境局")
    assert (second["due"], second["overdue_days"], second["progress"]) == ("2024-12-31", 0, [])


def test_an_unknown_place_is_said(run: Run) -> None:
    code, document = run("plan", "status", "--region", "999999")
    assert (code, document["error"]["code"]) == (1, "not_found")
