"""From a reading to draft items, and the checks that an edited item must pass."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from jingtu.errors import CellError, InputError
from jingtu.knowledge.plantext import model
from jingtu.programme.plans.models import DraftItem

STEP = 1000  # room between positions, so that parts of a split item stand where the whole stood

LABELS = {
    "title": "任务名称",
    "text": "任务内容",
    "section": "章节",
    "number": "序号",
    "lead_units": "牵头单位",
    "support_units": "配合单位",
    "responsible_units": "责任单位",
    "inherited_units": "落实单位",
    "deadlines": "期限",
    "quantities": "量化要求",
    "deliverables": "成果",
    "indicator": "指标",
    "scope": "范围",
    "comparator": "比较方式",
    "value": "目标值",
    "unit": "计量单位",
    "kind": "类型",
    "due": "完成期限",
    "base": "基数",
    "definition": "口径",
    "group": "重点内容",
    "item": "工作事项",
}
UNIT_FIELDS = ("lead_units", "support_units", "responsible_units", "inherited_units")
_COMPARATORS = frozenset({">=", "<=", "=", ">", "<", "≈", "text"})
_TARGET_KINDS = frozenset(
    {"number", "class", "stable", "no_increase", "decrease", "rule", "reference", "text"}
)
_UNIT_KINDS = frozenset({"department", "government", "class", "enterprise", "other"})
_DEADLINE_KINDS = frozenset({"deadline", "recurring", "baseline", "period_start", "seasonal", "vague"})
_DELIVERABLE_KINDS = frozenset({"plan", "list", "report", "method", "other"})
_EDITABLE = {
    "target": frozenset(
        {
            "indicator", "indicator_id", "scope", "comparator", "value", "unit", "kind", "cumulative",
            "base", "due", "definition", "text",
        }
    ),
    "task": frozenset(
        {
            "number", "section", "title", "text", "units_open_ended", "unit_text", "quantities", "deadlines",
            "deliverables", "registers", *UNIT_FIELDS,
        }
    ),
    "form_row": frozenset({"group", "number", "item", "responsible_units"}),
}  # fmt: skip
_LONGEST = {
    "title": 200,
    "indicator": 200,
    "section": 200,
    "number": 20,
    "unit": 30,
    "scope": 200,
    "base": 200,
}


def items_of(reading: model.Plan) -> list[tuple[str, dict[str, Any]]]:
    """Kind and content of every draft item, in the order of the document."""
    document = reading.to_json()
    adopt_bases(document)
    return [
        *((DraftItem.Kind.TARGET.value, content) for content in document["targets"]),
        *((DraftItem.Kind.TASK.value, content) for content in document["tasks"]),
        *((DraftItem.Kind.FORM_ROW.value, content) for content in document["report_form"]),
    ]


def adopt_bases(document: dict[str, Any]) -> None:
    """Give a target the base that only a task's words name: 以2024年3月底的清单为基数.

    Plans state the target in the opening and its base under the task that works for it. The two are the
    same figure where indicator, comparator, value and unit agree; bases that contradict each other are
    left for the reviewer.

    Examples
    --------
    >>> figure = {"indicator_id": "x", "comparator": ">=", "value": 75, "unit": "%"}
    >>> document = {"targets": [{**figure, "base": None}],
    ...             "tasks": [{"quantities": [{**figure, "base": "2024年3月底的清单"}]}]}
    >>> adopt_bases(document)
    >>> document["targets"][0]["base"]
    '2024年3月底的清单'
    """
    same = ("indicator_id", "comparator", "value", "unit")
    for target in document["targets"]:
        if target["base"] or not target["indicator_id"]:
            continue
        bases = {
            quantity["base"]
            for task in document["tasks"]
            for quantity in task["quantities"]
            if quantity["base"] and all(quantity[name] == target[name] for name in same)
        }
        if len(bases) == 1:
            target["base"] = bases.pop()


def blank(kind: str) -> dict[str, Any]:
    """The content of an item that a person adds: the contract's shape with nothing in it."""
    if kind == DraftItem.Kind.TARGET:
        document = model.Plan(targets=[model.Target(indicator="")]).to_json()["targets"][0]
    elif kind == DraftItem.Kind.TASK:
        document = model.Plan(tasks=[model.Task(None, None, "", "")]).to_json()["tasks"][0]
    else:
        document = model.Plan(report_form=[model.FormRow("", "", "")]).to_json()["report_form"][0]
    assert isinstance(document, dict)
    return document


def title_of(kind: str, content: Mapping[str, Any]) -> str:
    """The words by which people call an item."""
    name = {"target": "indicator", "task": "title", "form_row": "item"}[kind]
    return str(content.get(name) or "")


def edited(kind: str, content: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The content after an edit, checked and in the contract's shape.

    Units may be given as words (``县农业农村局、县自然资源局``) or as the contract's unit objects; dates as
    ISO strings.

    Raises
    ------
    InputError
        All that is wrong with the edit, at once.
    """
    errors: list[CellError] = []
    unknown = sorted(set(changes) - _EDITABLE[kind])
    errors += [CellError("这一项不能修改", column=name) for name in unknown]
    result = {**content}
    for name in changes.keys() & _EDITABLE[kind]:
        result[name] = _clean(name, changes[name], content.get(name), errors)
    errors += _missing(kind, result)
    if errors:
        raise InputError(f"有 {len(errors)} 处需要修改。", errors)
    return result


def _missing(kind: str, content: Mapping[str, Any]) -> list[CellError]:
    errors = []
    required = {"target": "indicator", "task": "title", "form_row": "item"}[kind]
    if not str(content.get(required) or "").strip():
        errors.append(CellError("必填，不能为空", column=LABELS[required]))
    if kind == "target" and content["kind"] in {"number", "decrease"}:
        if not isinstance(content["value"], int | float):
            errors.append(
                CellError("数值目标应填写数字", column=LABELS["value"], value=str(content["value"]))
            )
        if content["comparator"] == "text":
            errors.append(CellError("数值目标应选择比较方式", column=LABELS["comparator"]))
    return errors


def _clean(name: str, raw: Any, before: Any, errors: list[CellError]) -> Any:
    label = LABELS.get(name, name)
    if name in UNIT_FIELDS:
        return units_from(raw, before or [], label, errors)
    if name == "deadlines":
        return _parts(raw, label, errors, {"text": "", "due": None, "recurrence": None}, _DEADLINE_KINDS)
    if name == "deliverables":
        return _parts(raw, label, errors, {"name": ""}, _DELIVERABLE_KINDS)
    if name in {"quantities", "registers"}:
        return list(raw) if isinstance(raw, Sequence) and not isinstance(raw, str) else []
    if name == "due":
        return _day(raw, label, errors)
    if name == "value":
        return _value(raw)
    if name in {"cumulative", "units_open_ended"}:
        return raw in {True, "true", "1", "on", "是"}
    text = str(raw or "").strip()
    allowed = {"comparator": _COMPARATORS, "kind": _TARGET_KINDS}.get(name)
    if allowed is not None and text not in allowed:
        errors.append(CellError("请从列出的选项中选择", column=label, value=text))
    if len(text) > _LONGEST.get(name, 20_000):
        errors.append(CellError(f"不能超过 {_LONGEST[name]} 个字", column=label, value=text[:40]))
    optional = {"number", "section", "scope", "unit", "base", "definition", "indicator_id"}
    return text or None if name in optional else text


def units_from(
    raw: Any, before: Sequence[Mapping[str, Any]], label: str, errors: list[CellError]
) -> list[dict[str, Any]]:
    """Units from words or objects; a name that was there before keeps what was read of it."""
    known = {unit["raw"]: unit for unit in before} | {unit["expanded"]: unit for unit in before}
    given = re.split(r"[、，,;；\n]+", raw) if isinstance(raw, str) else list(raw or [])
    found = []
    for item in given:
        unit = dict(item) if isinstance(item, Mapping) else known.get(str(item).strip())
        if unit is None:
            name = str(item).strip()
            if not name:
                continue
            unit = {"raw": name, "expanded": name, "kind": "class" if name.startswith("各") else "department"}
        unit = {"scope": None, "spans": [], **unit}
        unit.setdefault("expanded", unit.get("raw", ""))
        unit.setdefault("raw", unit["expanded"])
        if not unit["expanded"] or len(unit["expanded"]) > 120:
            errors.append(CellError("单位名称应为 1 至 120 个字", column=label, value=str(unit["raw"])[:40]))
        if unit.setdefault("kind", "department") not in _UNIT_KINDS:
            errors.append(CellError("单位类别无法识别", column=label, value=str(unit["kind"])))
        found.append(dict(unit))
    return found


def _parts(
    raw: Any, label: str, errors: list[CellError], shape: Mapping[str, Any], kinds: frozenset[str]
) -> list[dict[str, Any]]:
    found = []
    for item in raw if isinstance(raw, Sequence) and not isinstance(raw, str) else []:
        part = {**shape, "spans": [], **item}
        part.setdefault("kind", "deadline" if "due" in shape else "other")
        if part["kind"] not in kinds:
            errors.append(CellError("请从列出的选项中选择", column=label, value=str(part["kind"])))
        if "due" in shape:
            part["due"] = _day(part["due"], label, errors)
            part["recurrence"] = part["recurrence"] or None
        found.append(part)
    return found


def _day(raw: Any, label: str, errors: list[CellError]) -> str | None:
    if raw in {None, ""}:
        return None
    try:
        return date.fromisoformat(str(raw)).isoformat()
    except ValueError:
        errors.append(CellError("应为 2024-06-30 这样的日期", column=label, value=str(raw)))
        return None


def _value(raw: Any) -> int | float | str | None:
    if raw is None or isinstance(raw, int | float):
        return raw
    text = str(raw).strip()
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text) if "." in text else int(text)
    return text or None
