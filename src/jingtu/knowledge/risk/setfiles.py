"""Read a parameter file: every fault at once, each with its row and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from jingtu.errors import CellError, InputError, NotFoundError, UnreadableDocumentError
from jingtu.knowledge.risk.parameters import (
    TEXTS,
    Cell,
    Definition,
    ParameterSet,
    Substance,
    definitions,
    digest,
    load,
    shipped,
)

COLUMNS: Final = (
    "record",
    "key",
    "parameter",
    "land_class",
    "value",
    "unit",
    "source",
    "clause",
    "confidence",
    "flag",
    "note",
)
_NEEDED: Final = COLUMNS[:7]
_MAX_BYTES: Final = 20_000_000


def read_file(path: Path) -> ParameterSet:
    """A parameter set from a CSV file (UTF-8, or GB 18030 as Excel saves it).

    Raises
    ------
    InputError
        With one entry for every bad cell.
    """
    if path.stat().st_size > _MAX_BYTES:
        raise UnreadableDocumentError(
            "参数文件过大，请核对是否选错文件。", reason="too_large", file=path.name
        )
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return read_text(content.decode(encoding), path.name)
        except UnicodeDecodeError:
            continue
    raise UnreadableDocumentError(
        "参数文件不是文本，请另存为 CSV（UTF-8）。", reason="unknown_type", file=path.name
    )


def read_text(text: str, file: str | None) -> ParameterSet:
    """A parameter set from the text of a CSV file."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise UnreadableDocumentError(
            "参数文件不是有效的 CSV，请另存后重试。", reason="damaged", file=file
        ) from error
    heading = [cell.strip() for cell in rows[0]] if rows else []
    missing = [name for name in _NEEDED if name not in heading]
    if missing:
        message = f"参数文件第一行缺少列：{'、'.join(missing)}。"
        raise InputError(message, [CellError(message, file=file, row=1)])
    return read_rows([dict(zip(heading, row, strict=False)) for row in rows[1:]], file)


@dataclass
class _Draft:
    file: str | None
    errors: list[CellError] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)
    receptor: dict[tuple[str, int], Cell] = field(default_factory=dict)
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    rows: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def wrong(self, message: str, row: int | None, column: str | None = None, value: str = "") -> None:
        self.errors.append(CellError(message, file=self.file, row=row, column=column, value=value or None))


def read_rows(rows: Sequence[Mapping[str, str]], file: str | None) -> ParameterSet:
    """A parameter set from rows with the columns of :data:`COLUMNS`; row 2 is the first of them."""
    draft = _Draft(file)
    lines = [
        (number, {name: (row.get(name) or "").strip() for name in COLUMNS})
        for number, row in enumerate(rows, start=2)
    ]
    for _, line in lines:
        if line["record"] == "set":
            draft.about[line["parameter"]] = line["value"]
    for name in ("name", "version", "title"):
        if not draft.about.get(name):
            draft.wrong(f"缺少参数集的 {name}：请加一行 set,,{name},,…", None)
    base = _base(draft)
    for number, line in lines:
        if line["record"] == "receptor":
            _receptor(draft, number, line)
        elif line["record"] == "substance":
            _substance(draft, number, line)
        elif line["record"] != "set" and any(line.values()):
            draft.wrong("record 只能是 set、receptor 或 substance。", number, "record", line["record"])
    result = _resolve(draft, base)
    _complete(draft, result)
    if draft.errors:
        raise InputError(f"参数文件有 {len(draft.errors)} 处错误，请改正后重试。", draft.errors)
    return result


def _base(draft: _Draft) -> ParameterSet | None:
    name = draft.about.get("base")
    if not name:
        return None
    if name.partition("@")[0] not in shipped():
        draft.wrong(f"base 只能是随系统提供的参数集：{'、'.join(shipped())}。", None, "base", name)
        return None
    try:
        return load(name)
    except NotFoundError as error:
        draft.wrong(error.message, None, "base", name)
        return None


def _once(draft: _Draft, number: int, record: str, key: str, name: str) -> bool:
    first = draft.rows.setdefault((record, key, name), number)
    if first == number:
        return True
    message = f"与第 {first} 行重复。"
    if not any(error.row == number and error.message == message for error in draft.errors):
        draft.wrong(message, number, "parameter", name)
    return False


def _receptor(draft: _Draft, number: int, line: Mapping[str, str]) -> None:
    symbol = line["parameter"]
    definition = _defined(draft, number, symbol, "receptor")
    if line["land_class"] not in ("", "1", "2"):
        draft.wrong(
            "land_class 只能是 1、2，或留空表示两类用地相同。", number, "land_class", line["land_class"]
        )
        return
    cell = _cell(draft, number, line, definition)
    classes = (int(line["land_class"]),) if line["land_class"] else (1, 2)
    if definition and all(_once(draft, number, "receptor", str(each), symbol) for each in classes) and cell:
        draft.receptor.update({(symbol, each): cell for each in classes})


def _substance(draft: _Draft, number: int, line: Mapping[str, str]) -> None:
    key, symbol = line["key"], line["parameter"]
    if not key:
        draft.wrong("缺少物质编号。", number, "key")
        return
    if not _once(draft, number, "substance", key, symbol):
        return
    if symbol in TEXTS:
        draft.texts.setdefault(key, {})[symbol] = line["value"]
        return
    definition = _defined(draft, number, symbol, "substance")
    cell = _cell(draft, number, line, definition)
    draft.texts.setdefault(key, {})
    if definition and cell:
        draft.cells[key, symbol] = cell


def _defined(draft: _Draft, number: int, symbol: str, scope: str) -> Definition | None:
    definition = definitions().get(symbol)
    if definition is None or definition.scope != scope:
        draft.wrong(f"没有这样的参数：{symbol or '（空）'}。", number, "parameter", symbol)
        return None
    return definition


def _cell(draft: _Draft, number: int, line: Mapping[str, str], definition: Definition | None) -> Cell | None:
    value = None
    if line["value"]:
        try:
            value = float(line["value"])
        except ValueError:
            draft.wrong("不是数字。", number, "value", line["value"])
            return None
        if definition and not definition.allows(value):
            draft.wrong(f"{definition.name}的取值超出范围。", number, "value", line["value"])
    if not line["source"]:
        draft.wrong("缺少来源：每个参数都要写明出处。", number, "source")
    if definition and value is not None and line["unit"] != definition.unit:
        draft.wrong(f"单位应为 {definition.unit}。", number, "unit", line["unit"])
    return Cell(
        value,
        line["unit"],
        line["source"],
        line["clause"],
        line["confidence"],
        line["flag"],
        line["note"],
    )


def _resolve(draft: _Draft, base: ParameterSet | None) -> ParameterSet:
    receptor = {**(base.receptor if base else {}), **draft.receptor}
    cells = {**(base.cells if base else {}), **draft.cells}
    texts: dict[str, dict[str, str]] = {}
    for s in base.substances if base else ():
        texts[s.id] = {name: str(getattr(s, name)) for name in TEXTS if name != "aliases"}
        texts[s.id]["aliases"] = "|".join(s.aliases)
    for key, words in draft.texts.items():
        texts.setdefault(key, {}).update(words)
    substances = tuple(
        Substance(
            key,
            words.get("name") or key,
            words.get("name_en", ""),
            words.get("cas", ""),
            tuple(filter(None, words.get("aliases", "").split("|"))),
            words.get("gb36600", ""),
            words.get("no_model", ""),
        )
        for key, words in texts.items()
    )
    about = draft.about
    result = ParameterSet(
        about.get("name", ""),
        about.get("version", ""),
        about.get("title", ""),
        f"{base.name}@{base.version}" if base else None,
        receptor,
        cells,
        substances,
        "",
    )
    object.__setattr__(result, "sha256", digest(result.rows()))
    return result


def _complete(draft: _Draft, result: ParameterSet) -> None:
    """What a row alone cannot show: values that the model needs together."""
    for message in _gaps_of_receptors(result):
        draft.wrong(message, None)
    for substance in result.substances:
        if substance.no_model:
            continue
        for symbol, message in _gaps_of_substance(result, substance):
            row = next((r for (_, key, _), r in draft.rows.items() if key == substance.id), None)
            draft.wrong(f"{substance.name}：{message}", row, symbol)


def _gaps_of_receptors(result: ParameterSet) -> Iterator[str]:
    for land_class in (1, 2):
        if not any(each == land_class for _, each in result.receptor):
            continue

        def has(symbol: str, land_class: int = land_class) -> bool:
            cell = result.receptor.get((symbol, land_class))
            return cell is not None and cell.value is not None

        for definition in definitions().values():
            if land_class in definition.required and not has(definition.symbol):
                yield f"第{'一二'[land_class - 1]}类用地缺少{definition.name}（{definition.symbol}）。"
        for who in "ca" if land_class == 1 else "a":
            if not has(f"SAE{who}") and not (has(f"H{who}") and has(f"SER{who}")):
                yield (
                    f"第{'一二'[land_class - 1]}类用地缺少皮肤表面积：给出 SAE{who}，或 H{who} 和 SER{who}。"
                )
        values = result.values(land_class, [])
        if np.any(air_filled_porosity(values) <= 0):
            yield "土壤容重、颗粒密度与含水率相互矛盾：孔隙空气体积比不大于零。"


def air_filled_porosity(values: Mapping[str, np.ndarray]) -> np.ndarray:
    """θas of the vadose zone, dimensionless: total porosity less the water-filled part."""
    return np.asarray(
        1 - values["rho_b"] / values["rho_s"] - values["rho_b"] * values["Pws"] / values["rho_w"]
    )


def _gaps_of_substance(result: ParameterSet, substance: Substance) -> Iterator[tuple[str, str]]:
    def has(symbol: str) -> bool:
        cell = result.cells.get((substance.id, symbol))
        return cell is not None and cell.value is not None

    if has("SFo") or has("RfDo"):
        for symbol in ("ABSgi", "ABSd"):
            if not has(symbol):
                yield symbol, f"有经口毒性参数，但缺少 {symbol}。"
    if (has("RfDo") or has("RfC")) and not has("SAF"):
        yield "SAF", "有参考剂量或参考浓度，但缺少 SAF。"
    henry = result.cells.get((substance.id, "H"))
    if henry and henry.value:
        for symbol in ("Da", "Dw"):
            if not has(symbol):
                yield symbol, f"有亨利常数，但缺少 {symbol}，无法计算挥发。"
        if not has("Kd") and not has("Koc"):
            yield "Koc", "有亨利常数，但缺少 Koc 或 Kd，无法计算挥发。"
