"""Reading published tables of division codes: every error of a table at once, nothing half loaded."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jingtu.errors import CellError, InputError
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import RANK, code_forms, fits_below
from jingtu.platform.regions.words import placeholder_names

MAXIMUM_BYTES = 200 * 1024 * 1024  # all villages of the country are about 40 MB

_HEADINGS: dict[str, frozenset[str]] = {
    "code": frozenset({"code", "代码", "行政区划代码", "区划代码", "统计用区划代码", "adcode"}),
    "name": frozenset({"name", "名称", "行政区划名称", "单位名称"}),
    "level": frozenset({"level", "级别", "层级"}),
    "parent_code": frozenset({"parent_code", "parent", "town_code", "上级代码", "父级代码"}),
}
_LEVELS: dict[str, str] = {value: value for value in Region.Level.values} | {
    label: value for value, label in Region.Level.choices
}


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One place of a table: code of 6, 9 or 12 digits, or none for a development zone."""

    row: int
    level: str
    code: str
    name: str
    parent_code: str | None


def read_table(path: Path, known_codes: Mapping[str, str] | None = None) -> list[CodeRow]:
    """Read a code table, in the order in which the places can be added.

    Parameters
    ----------
    path : Path
        CSV with columns ``code, name`` (the layout of the National Bureau of Statistics with 2, 4, 6,
        9 or 12 digits), or ``level, code, name, parent_code``; UTF-8 or GB 18030.
    known_codes : mapping of str to str, optional
        Codes already in the tree with their levels: a table may start below them.

    Raises
    ------
    InputError
        With every bad row.
    """
    if path.stat().st_size > MAXIMUM_BYTES:
        raise InputError(f"代码表“{path.name}”过大，请按省份拆分后再导入。", file=path.name)
    return parse_table(path.read_bytes(), path.name, known_codes or {})


def parse_table(content: bytes, file: str, known_codes: Mapping[str, str]) -> list[CodeRow]:
    """The same for bytes that were read already."""
    reader = csv.reader(io.StringIO(_decode(content, file), newline=""))
    heading = next(reader, None)
    if heading is None:
        raise InputError(f"代码表“{file}”是空的。", [CellError("文件没有内容", file=file)])
    columns: dict[str, int] = {}
    for position, title in enumerate(heading):
        for key, titles in _HEADINGS.items():
            if title.strip().lower() in titles:
                columns.setdefault(key, position)
    if "code" not in columns or "name" not in columns:
        raise InputError(
            f"代码表“{file}”第一行应有“代码”和“名称”两列。",
            [CellError("缺少“代码”或“名称”列", file=file, row=1, value="，".join(heading)[:60])],
        )
    problems: list[CellError] = []
    rows: list[CodeRow] = []
    for number, cells in enumerate(reader, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        value = {key: (cells[at].strip() if at < len(cells) else "") for key, at in columns.items()}
        parsed = _row(number, value, file, problems)
        if parsed is not None:
            rows.append(parsed)
    rows = _linked(rows, known_codes, file, problems)
    if problems:
        raise InputError(f"代码表“{file}”有 {len(problems)} 处错误，未导入任何一行。", problems, file=file)
    return rows


def _decode(content: bytes, file: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InputError(
        f"代码表“{file}”不是文本文件，请另存为 CSV（UTF-8）后再导入。",
        [CellError("无法按 UTF-8 或 GB 18030 读取", file=file)],
    )


def _row(number: int, value: Mapping[str, str], file: str, problems: list[CellError]) -> CodeRow | None:
    code, name = value["code"], value["name"]
    before = len(problems)

    def problem(column: str, text: str, shown: str) -> None:
        problems.append(CellError(text, file=file, row=number, column=column, value=shown[:60]))

    level = ""
    if value.get("level"):
        level = _LEVELS.get(value["level"], "")
        if not level:
            problem("级别", "级别应为" + "、".join(Region.Level.labels), value["level"])
    is_zone = level == Region.Level.ZONE
    if not name:
        problem("名称", "名称不能为空", name)
    elif len(name) > 60 or any(ord(sign) < 32 or sign in "<>\"'&;=" for sign in name):
        problem("名称", "名称应在 60 字以内，不含控制字符和标点", name)
    if name in placeholder_names():
        return None
    normal = _normal(code)
    if normal is None and not (is_zone and not code):
        problem("代码", "代码应为 6、9 或 12 位数字", code)
    parent = None
    if value.get("parent_code"):
        parent = _normal(value["parent_code"])
        if parent is None:
            problem("上级代码", "上级代码应为 6、9 或 12 位数字", value["parent_code"])
    if is_zone and parent is None and len(problems) == before:
        problem("上级代码", "开发区应填写所在市或县的代码", value.get("parent_code", ""))
    if normal and not level:
        level = _level_of(normal)
    if len(problems) > before:
        return None
    return CodeRow(number, level, normal or "", name, parent)


def _normal(code: str) -> str | None:
    forms = code_forms(code)
    if not forms or len(forms[-1]) not in {6, 9, 12} or forms[-1].startswith("00"):
        return None
    return forms[-1]


def _level_of(code: str) -> str:
    if len(code) == 12:
        return Region.Level.VILLAGE
    if len(code) == 9:
        return Region.Level.TOWN
    if code.endswith("0000"):
        return Region.Level.PROVINCE
    return Region.Level.CITY if code.endswith("00") else Region.Level.COUNTY


def _prefixes(code: str) -> Iterable[str]:
    """Codes that may be the place above, the nearest first."""
    if len(code) == 12:
        yield code[:9]
    if len(code) >= 9:
        yield code[:6]
    if len(code) > 6 or not code.endswith("00"):
        yield code[:4] + "00"
    if not code.endswith("0000"):
        yield code[:2] + "0000"


def _linked(
    rows: list[CodeRow], known_codes: Mapping[str, str], file: str, problems: list[CellError]
) -> list[CodeRow]:
    """Find the place above each row; rows sorted so that it comes first."""
    levels = dict(known_codes)
    first: dict[str, CodeRow] = {}
    unique: list[CodeRow] = []
    for item in rows:
        other = first.get(item.code) if item.code else None
        if other is not None:
            if (other.name, other.level) != (item.name, item.level):
                problems.append(
                    CellError(
                        f"代码与第 {other.row} 行重复，名称不同（{other.name}）",
                        file=file,
                        row=item.row,
                        column="代码",
                        value=item.code,
                    )
                )
            continue
        if item.code:
            first[item.code] = item
            levels[item.code] = item.level
        unique.append(item)
    linked = []
    for item in unique:
        parent = item.parent_code
        if parent is None and item.code:
            parent = next(
                (code for code in _prefixes(item.code) if code in levels and code != item.code), None
            )
        if parent is None and item.level != Region.Level.PROVINCE:
            problems.append(
                CellError(
                    "找不到上级，请先导入上级或在表中补上",
                    file=file,
                    row=item.row,
                    column="代码",
                    value=item.code,
                )
            )
        elif parent is not None and parent not in levels:
            problems.append(
                CellError("上级代码不存在", file=file, row=item.row, column="上级代码", value=parent)
            )
        elif parent is not None and not fits_below(item.level, levels[parent]):
            problems.append(
                CellError("级别应低于上级的级别", file=file, row=item.row, column="级别", value=item.level)
            )
        else:
            linked.append(CodeRow(item.row, item.level, item.code, item.name, parent))
    return sorted(linked, key=lambda item: RANK[item.level])
