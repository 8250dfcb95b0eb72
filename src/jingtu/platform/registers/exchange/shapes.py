"""What a table may hold: the columns that it can have, the words for each, and which of them it needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.db import models

from jingtu.platform.registers import values
from jingtu.platform.registers.declarations import Field, Register
from jingtu.platform.registers.models import Entry, Version
from jingtu.platform.registers.neighbours import coordinate_fields
from jingtu.platform.registers.values import fold

CODE, NAME, REGION, REGION_CODE, HOLDER, STATE = "code", "name", "region", "region_code", "holder", "state"
TOWN, REGION_ABOVE = "town", "region_above"
CODE_AND_NAME = "code_and_name"
COORDINATES = "coordinates"
REGION_LABEL, REGION_CODE_LABEL, STATE_LABEL = "行政区", "行政区划代码", "状态"
REGION_ABOVE_LABEL = "上级行政区（核对用）"
# What is looked up by its words later, and no value of a field.
WORDED = frozenset({REGION, REGION_ABOVE, REGION_CODE, HOLDER, STATE})
_REGION_WORDS = ("行政区", "所属行政区", "县区", "县(市、区)", "所在县区", "区县", "所在地", "行政区划")
_TOWN_WORDS = (
    "乡镇", "所在乡镇", "所属乡镇", "乡镇(街道)", "乡(镇)", "镇(乡)", "乡镇街道", "乡镇(街道)名称",
    "镇街", "所在镇", "乡镇名称", "乡镇/街道", "街道(乡镇)",
)  # fmt: skip
_REGION_CODE_WORDS = ("行政区划代码", "行政区代码", "区划代码", "行政区码")
_BETWEEN = ("", "和", "及", "与", "、", "/", "-")
_COORDINATE_WORDS = (
    "经纬度", "坐标", "地理坐标", "中心坐标", "位置坐标", "经纬度坐标", "地理位置坐标", "中心经纬度", "中心点坐标", "中心点经纬度",
    "经度纬度", "经度/纬度", "经度、纬度", "经度,纬度", "经度和纬度", "经、纬度",
)  # fmt: skip
_STATE_WORDS = ("状态", "当前状态", "管控状态", "办理状态", "进展状态")


@dataclass(frozen=True, slots=True)
class Target:
    """What a column can be. ``field`` reads its cells; ``None`` where words are looked up."""

    id: str
    label: str
    field: Field | None = None
    column: models.Field[Any, Any] | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns that tables of one kind can have.

    ``words``: every word by which a heading may call a column, folded, to its target. ``needed``: of each
    group one column has to be there.
    """

    label: str
    register: Register
    targets: Mapping[str, Target]
    words: Mapping[str, str]
    needed: tuple[tuple[str, ...], ...]

    @property
    def labels(self) -> dict[str, str]:
        """What a person may choose for a column: target to label."""
        return {key: item.label for key, item in self.targets.items()}

    def field(self, target: str) -> Field | None:
        found = self.targets.get(target)
        return found.field if found else None

    def needed_label(self) -> str:
        """The columns that have to be there, in words."""
        return "、".join(
            "或".join(f"“{self.targets[item].label}”" for item in group) for group in self.needed
        )


def entry_shape(register: Register) -> Shape:
    """Tables of entries of a register: code, name, place, holder, state and the facts."""
    columns = values.columns(register)
    targets = _who(register, name_required=True)
    targets[REGION] = Target(REGION, REGION_LABEL)
    targets[REGION_ABOVE] = Target(REGION_ABOVE, REGION_ABOVE_LABEL)
    targets[REGION_CODE] = Target(REGION_CODE, REGION_CODE_LABEL)
    targets[HOLDER] = Target(HOLDER, register.holder_label)
    targets[STATE] = Target(STATE, STATE_LABEL)
    for item in register.fields:
        targets[item.id] = Target(item.id, item.label, item, columns.get(item.id))
    targets[CODE_AND_NAME] = Target(
        CODE_AND_NAME, f"{register.code_label}和{register.name_label}（在一格里）"
    )
    if coordinate_fields(register) is not None:
        targets[COORDINATES] = Target(COORDINATES, "经度和纬度（在一格里）")
    return Shape(
        register.label,
        register,
        targets,
        _words(register, register.fields, whole=True),
        ((NAME, CODE_AND_NAME),),
    )


def record_shape(
    register: Register,
    label: str,
    fields: Iterable[Field],
    model: type[models.Model],
    needed: Iterable[str] = (),
) -> Shape:
    """Tables of records of existing entries: which entry (by code, or by name and place), and the columns.

    Parameters
    ----------
    fields : iterable of Field
        The columns of a record, the day among them.
    model : type of Model
        The table that holds them.
    needed : iterable of str
        Fields without which a table is none of these.
    """
    columns = {column.name: column for column in model._meta.concrete_fields}
    listed = tuple(fields)
    targets = _who(register, name_required=False)
    targets[REGION] = Target(REGION, REGION_LABEL)
    targets[REGION_ABOVE] = Target(REGION_ABOVE, REGION_ABOVE_LABEL)
    targets[REGION_CODE] = Target(REGION_CODE, REGION_CODE_LABEL)
    for item in listed:
        targets[item.id] = Target(item.id, item.label, item, columns.get(item.id))
    words = _words(register, listed, whole=False)
    return Shape(label, register, targets, words, ((CODE, NAME), *((item,) for item in needed)))


def _who(register: Register, *, name_required: bool) -> dict[str, Target]:
    return {
        CODE: Target(CODE, register.code_label, Field(CODE, register.code_label), Entry._meta.get_field("code")),
        NAME: Target(
            NAME, register.name_label, Field(NAME, register.name_label, required=name_required),
            Version._meta.get_field("name"),
        ),
    }  # fmt: skip


_OTHER_ENDS = {
    "名": ("名称",), "名称": ("名",), "号": ("编号", "编码"), "编号": ("号", "编码"), "编码": ("编号",),
    "日期": ("时间",), "时间": ("日期",),
}  # fmt: skip


def _said_otherwise(word: str) -> list[str]:
    """A heading with the endings that one office writes and the next does not.

    Examples
    --------
    >>> _said_otherwise("井号"), _said_otherwise("建井日期"), _said_otherwise("备注")
    (['井编号', '井编码'], ['建井时间'], [])
    """
    end = next((end for end in sorted(_OTHER_ENDS, key=len, reverse=True) if word.endswith(end)), "")
    front = word.removesuffix(end)
    return [front + other for other in _OTHER_ENDS.get(end, ()) if len(front) >= 1]


def _words(register: Register, fields: Iterable[Field], *, whole: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    listed = tuple(fields)

    def add(target: str, *words: str) -> None:
        for word in words:
            if word:
                found.setdefault(fold(word), target)

    add(CODE, register.code_label)
    add(NAME, register.name_label)
    for item in listed:
        add(item.id, item.label)
    add(REGION, *_REGION_WORDS)
    add(TOWN, *_TOWN_WORDS)
    add(REGION_CODE, *_REGION_CODE_WORDS)
    if whole:
        add(HOLDER, register.holder_label)
        add(STATE, *_STATE_WORDS, *register.state_synonyms)
    add(CODE, *register.code_synonyms)
    add(NAME, *register.name_synonyms)
    for item in listed:
        add(item.id, *item.synonyms)
    add(CODE, *_said_otherwise(register.code_label))
    add(NAME, *_said_otherwise(register.name_label))
    for item in listed:
        if item.kind == "date":
            for word in (item.label, *item.synonyms):
                add(item.id, *_said_otherwise(word))
        elif item.kind == "boolean":
            for word in (item.label, *item.synonyms):
                add(
                    item.id,
                    f"是否{word}",
                    f"是否为{word}",
                    f"有无{word.removeprefix('有')}",
                    word.replace("有", "有无", 1),
                )
    add(CODE, "编号")
    if whole and coordinate_fields(register) is not None:
        add(COORDINATES, *_COORDINATE_WORDS)
    if whole:
        codes = (register.code_label, *register.code_synonyms, "编号")
        names = (register.name_label, *register.name_synonyms, "名称")
        for code, name, sign in product(codes, names, _BETWEEN):
            add(CODE_AND_NAME, f"{code}{sign}{name}", f"{name}{sign}{code}")
    return found
