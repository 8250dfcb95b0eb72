"""The workbook that shows how to deliver results: of our own writing, every number in it invented."""

from __future__ import annotations

from pathlib import Path

NAME = "土壤检测结果示例.xlsx"


def sample_file() -> Path:
    """Where the sample workbook lies: in the package, or beside a checkout under ``examples/``."""
    packed = Path(__file__).parent / "data" / NAME
    return packed if packed.exists() else Path(__file__).resolve().parents[5] / "examples" / "lab" / NAME
