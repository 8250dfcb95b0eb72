"""What a server writes to its log: lines for a person, JSON for a collector."""

from __future__ import annotations

import json
import logging
import logging.config
from typing import Any

import pytest

from jingtu.service.web.logs import logging_config


def written(as_json: bool, capsys: pytest.CaptureFixture[str]) -> str:
    """One warning and one exception through a handler of its own, not the suite's."""
    config: dict[str, Any] = logging_config(as_json=as_json)
    config["loggers"] = {"jingtu.test_logs": {**config["loggers"]["jingtu"], "propagate": False}}
    logging.config.dictConfig(config)
    logger = logging.getLogger("jingtu.test_logs")
    logger.warning("计划 %s 已导入", "示例")
    try:
        raise ZeroDivisionError("nothing to divide")
    except ZeroDivisionError:
        logger.exception("failed")
    logger.handlers.clear()
    return capsys.readouterr().err


def test_json_lines_for_a_collector(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = map(json.loads, written(True, capsys).splitlines())
    assert (first["event"], first["level"], first["logger"]) == (
        "计划 示例 已导入",
        "warning",
        "jingtu.test_logs",
    )
    assert first["timestamp"].endswith("Z")
    assert "ZeroDivisionError: nothing to divide" in second["exception"]


def test_lines_for_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    text = written(False, capsys)
    assert "计划 示例 已导入" in text.splitlines()[0]
    assert "ZeroDivisionError: nothing to divide" in text
    assert "\x1b[" not in text
