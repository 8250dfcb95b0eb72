"""What is known of a laboratory's file: its tables, what their columns mean, the results, the findings."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

from jingtu.errors import CellError, InputError
from jingtu.knowledge.sheets import Sheet, column_letter

SHAPES: dict[str, str] = {
    "long": "一行一个结果",
    "wide": "一列一个检测项目",
    "transposed": "一行一个检测项目，一列一个样品",
    "samples": "样品信息表",
    "methods": "检测方法一览表",
}

# What a column (or, in a transposed table, a row) of a block can be, with its words for people.
FIELDS: dict[str, str] = {
    "sample": "样品编号",
    "point": "采样点位",
    "depth": "采样深度（区间）",
    "depth_top": "采样深度起（m）",
    "depth_bottom": "采样深度止（m）",
    "medium": "样品类型",
    "land_use": "土地利用类型",
    "ph": "pH",
    "crop": "农作物",
    "sampled_on": "采样日期",
    "analyte": "检测项目",
    "value": "检测结果",
    "unit": "单位",
    "method": "检测方法",
    "detection_limit": "检出限",
    "laboratory": "检测单位",
    "longitude": "经度",
    "latitude": "纬度",
    "qc_kind": "质控类型",
    "parallel_of": "平行样的原样",
    "batch": "批次",
}
RESULT = "result"  # a column whose cells are results of one analyte
TARGETS: dict[str, str] = FIELDS | {RESULT: "某一检测项目的结果"}
# Columns of a LabTable; `depth` is read into top and bottom.
COLUMNS = (
    "sample", "point", "depth_top", "depth_bottom", "medium", "land_use", "ph", "crop", "sampled_on",
    "analyte", "raw", "value", "unit", "method", "detection_limit", "laboratory", "longitude", "latitude",
    "qc_kind", "parallel_of", "batch", "sheet", "row", "column",
)  # fmt: skip
Place = tuple[str | None, int | None, str | None]  # sheet, row from 1, letter of the column
# What a sheet of samples can say of them.
OF_SAMPLES = (
    "point", "depth_top", "depth_bottom", "medium", "land_use", "ph", "crop", "sampled_on", "longitude", "latitude",
    "qc_kind", "parallel_of", "batch",
)  # fmt: skip
# Kinds of quality-control samples, with their words for people.
QC_KINDS: dict[str, str] = {
    "parallel": "平行样",
    "field_blank": "全程序空白",
    "trip_blank": "运输空白",
    "lab_blank": "实验室空白",
    "equipment_blank": "设备空白",
    "recovery": "加标回收",
    "reference": "标准物质",
    "surrogate": "替代物",
}
MEDIA: dict[str, str] = {
    "soil": "土壤",
    "groundwater": "地下水",
    "surface_water": "地表水",
    "sediment": "底泥",
    "crop": "农产品",
}
WHY: dict[str, str] = {
    "words": "按表头",
    "memory": "按记住的对照",
    "content": "按内容，请核对",
    "unit": "表头有单位，请核对",
    "person": "人工指定",
    "": "没有认出",
}


@dataclass(slots=True)
class Book:
    """An uploaded file as tables, none of them judged yet.

    ``kind`` is ``xlsx``, ``xls`` or ``csv``; ``warnings`` what a reader has to know of the file itself.
    """

    name: str
    kind: str
    sheets: list[Sheet]
    warnings: list[Finding] = field(default_factory=list)

    def sheet(self, name: str | None) -> Sheet | None:
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


@dataclass(slots=True)
class Column:
    """One column of a block: where it stands, what it was taken for, how surely and why.

    Parameters
    ----------
    position : int
        Counted from 0: a column of the sheet, or its row where the block is ``transposed``.
    heading : str
        The words of all heading rows above it.
    target : str
        A key of `TARGETS`; ``""``: not imported.
    analyte, unit : str
        For ``result``: the analyte and its unit as printed; for a field: the unit its heading names.
    confidence : float
        0 to 1.
    why : str
        A key of `WHY`.
    """

    position: int
    heading: str
    target: str = ""
    analyte: str = ""
    unit: str = ""
    confidence: float = 0.0
    why: str = ""
    examples: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return TARGETS.get(self.target, "不导入")

    @property
    def why_label(self) -> str:
        return WHY.get(self.why, self.why)


@dataclass(slots=True)
class Block:
    """One table in a sheet. ``lines`` are its rows; in a transposed table its columns.

    Parameters
    ----------
    sheet : str or None
        Name of its sheet; ``None`` for text files.
    shape : str
        A key of `SHAPES`.
    head_first, head_last : int
        First and last line of the heading, counted from 0.
    first, last : int
        First line of data and the line after the last one.
    special : dict
        Lines that are no samples: ``unit``, ``method``, ``detection_limit`` to their line.
    columns : list of Column
    """

    sheet: str | None
    shape: str
    head_first: int
    head_last: int
    first: int
    last: int
    special: dict[str, int] = field(default_factory=dict)
    columns: list[Column] = field(default_factory=list)

    @property
    def turned(self) -> bool:
        return self.shape == "transposed"

    @property
    def shape_label(self) -> str:
        return SHAPES[self.shape]

    def column(self, target: str) -> Column | None:
        return next((column for column in self.columns if column.target == target), None)

    def place_of(self, column: Column) -> str:
        """The column as a person finds it: its letter, or the number of its row."""
        return f"第 {column.position + 1} 行" if self.turned else column_letter(column.position)


@dataclass(slots=True)
class Ignored:
    """A sheet or a row that holds no result, and why it was left out."""

    sheet: str | None
    row: int | None
    text: str
    why: str


@dataclass(slots=True)
class Fact:
    """Something said once for the whole file, above a table or on a cover sheet."""

    value: str
    sheet: str | None
    row: int
    column: str


def fact_for(facts: Dictionary[str, Fact], name: str, sheet: str | None) -> Fact | None:
    """What is said for a sheet: above its own table, or on a sheet that has no results.

    Keys are ``name@sheet`` for what stands above a table of results, ``name`` for the others.
    """
    return facts.get(f"{name}@{sheet or ''}") or facts.get(name)


@dataclass(slots=True)
class Mapping:
    """How a file is to be read: its blocks, and what is said once for all of them.

    A mapping that a person confirmed is kept per laboratory as JSON; ``fingerprint`` tells whether
    another file has the same headings.
    """

    blocks: list[Block] = field(default_factory=list)
    facts: dict[str, Fact] = field(default_factory=dict)
    ignored: list[Ignored] = field(default_factory=list)
    fingerprint: str = ""
    remembered: bool = False

    @property
    def certain(self) -> bool:
        """Whether nothing was told by content alone: a person need not look at every column."""
        columns = [column for block in self.blocks for column in block.columns if column.target]
        return bool(columns) and all(column.confidence >= 0.8 for column in columns)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, document: Any) -> Mapping:
        """A mapping out of its JSON, which may come from a form.

        Raises
        ------
        InputError
            It is not what `to_json` gives.
        """
        try:
            return cls(
                blocks=[
                    Block(
                        **_known(Block, item, "columns"),
                        columns=[_column(column) for column in item["columns"]],
                    )
                    for item in document["blocks"]
                ],
                facts={str(key): Fact(**item) for key, item in document.get("facts", {}).items()},
                ignored=[Ignored(**item) for item in document.get("ignored", [])],
                fingerprint=str(document.get("fingerprint", "")),
                remembered=bool(document.get("remembered", False)),
            ).checked()
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise InputError("列的对照不完整，请重新上传文件并核对各列。") from error

    def checked(self) -> Mapping:
        """Itself, or ``ValueError`` where a value is none that a mapping can have."""
        for block in self.blocks:
            lines = (block.head_first, block.head_last, block.first, block.last, *block.special.values())
            if block.shape not in SHAPES or not all(isinstance(line, int) and line >= 0 for line in lines):
                raise ValueError(block.shape)
            for column in block.columns:
                if column.target not in ("", *TARGETS) or not isinstance(column.position, int):
                    raise ValueError(column.target)
                if column.position < 0 or not isinstance(column.analyte, str):
                    raise ValueError(column.position)
        return self


def _known(kind: type[Block], item: dict[str, Any], *but: str) -> dict[str, Any]:
    names = {entry.name for entry in fields(kind)} - set(but)
    return {key: value for key, value in item.items() if key in names}


def _column(item: dict[str, Any]) -> Column:
    names = {entry.name for entry in fields(Column)}
    given = {key: value for key, value in item.items() if key in names}
    given["examples"] = tuple(given.get("examples", ()))
    return Column(**given)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong or doubtful, with its place. Errors block an import, warnings ask for a yes."""

    error: CellError
    code: str
    severity: Literal["error", "warning"]
    advice: str = ""

    @property
    def message(self) -> str:
        return self.error.message

    @property
    def sheet(self) -> str | None:
        return self.error.sheet

    @property
    def row(self) -> int | None:
        return self.error.row

    @property
    def column(self) -> str | None:
        return self.error.column

    @property
    def value(self) -> str | None:
        return self.error.value

    @property
    def blocks(self) -> bool:
        return self.severity == "error"

    def to_json(self) -> dict[str, Any]:
        return self.error.to_json() | {
            "code": self.code, "severity": self.severity, "advice": self.advice
        }  # fmt: skip
