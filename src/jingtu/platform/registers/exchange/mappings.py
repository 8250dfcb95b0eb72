"""Mappings of headings to fields that somebody confirmed: found again, named, carried in a file, forgotten."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from jingtu.errors import CellError, ConflictError, InputError, NotFoundError
from jingtu.platform.actions import Action, Subject
from jingtu.platform.clock import recorded_now
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.declarations import Register, get
from jingtu.platform.registers.exchange.guessing import targets_of
from jingtu.platform.registers.exchange.said import Said
from jingtu.platform.registers.exchange.shapes import CODE_AND_NAME, NAME, TOWN
from jingtu.platform.registers.models import ColumnMapping
from jingtu.platform.registers.values import fold

_LARGEST_FILE = 1 << 20
_LONGEST_NAME, _MOST_COLUMNS = 60, 300


def signature(headings: Iterable[str]) -> str:
    """The hash by which a source is known again: its headings, whatever their order, width and spaces.

    Examples
    --------
    >>> signature(["地块 名称", "面积（亩）"]) == signature(["面积(亩)", "地块名称"])
    True
    """
    return hashlib.sha256("\n".join(sorted({fold(item) for item in headings})).encode()).hexdigest()


def remembered(register: Register, region: Region, headings: Iterable[str]) -> ColumnMapping | None:
    """The mapping last confirmed for tables of these headings, of this place before those above it."""
    rows = ColumnMapping.objects.filter(register=register.id, signature=signature(headings))
    near = [item for item in rows.select_related("region") if region.path.startswith(item.region.path)]
    return max(near, key=lambda item: (len(item.region.path), item.saved_at), default=None)


def of_place(register: Register, region: Region, uid: str) -> ColumnMapping | None:
    """A mapping by its uid, where it holds for a place."""
    try:
        found = (
            ColumnMapping.objects.filter(register=register.id, uid=UUID(uid)).select_related("region").first()
        )
    except ValueError:
        return None
    return found if found is not None and region.path.startswith(found.region.path) else None


def checked(register: Register, columns: Mapping[str, Any], file: str = "") -> dict[str, str]:
    """A mapping with every target known: field ids, or the labels that people see.

    Raises
    ------
    InputError
        Unknown targets, a target given twice, no column for the name; all of them at once.
    """
    labels = targets_of(register)
    by_word = {fold(label): target for target, label in labels.items()} | {TOWN: TOWN}
    found: dict[str, str] = {}
    errors = []
    used: dict[str, str] = {}
    for heading, wanted in columns.items():
        text = "" if wanted is None else str(wanted).strip()
        target = text if text in labels or not text else by_word.get(fold(text))
        if target is None:
            errors.append(
                CellError(f"没有“{text[:40]}”这一栏目", file or None, column=heading, value=text[:40])
            )
            continue
        if target and used.setdefault(target, heading) != heading:
            message = f"与“{used[target]}”对应同一栏目，请只保留一列"
            errors.append(CellError(message, file or None, column=heading))
        found[heading] = target
    if NAME not in used and CODE_AND_NAME not in used:
        errors.append(
            CellError(f"应有一列对应“{register.name_label}”", file or None, column=register.name_label)
        )
    if errors:
        raise InputError(f"列与栏目的对照有 {len(errors)} 处需要修改。", errors)
    return found


def to_json(mapping: ColumnMapping) -> dict[str, Any]:
    """A mapping as the file that ``jingtu register import --mapping`` takes."""
    return {
        "register": mapping.register,
        "name": mapping.name,
        "columns": {heading: target or None for heading, target in mapping.columns.items()},
        "answers": dict(mapping.answers),
    }


def said_by(mapping: ColumnMapping) -> Said:
    """What a remembered mapping says about a table of its source."""
    return Said(dict(mapping.columns), dict(mapping.answers))


def from_file(register: Register, path: Path) -> Said:
    """What a JSON file says: ``{"columns": {heading: field or null}, "answers": {heading: unit}}``.

    ``sheets``, ``hidden`` and ``rows`` may stand in it as in `Said`; ``columns`` may be left out.

    Raises
    ------
    InputError
        No JSON, of another register, or with targets that the register does not have.
    """
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise ValueError
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"“{path.name}”不是对照表文件，应为从净土导出的对照表。", file=path.name) from error
    columns = document.get("columns") if isinstance(document, dict) else None
    others = isinstance(document, dict) and any(
        document.get(key) for key in ("answers", "sheets", "hidden", "rows")
    )
    if columns is None and others:
        columns = None
    elif not isinstance(columns, dict) or not columns or len(columns) > _MOST_COLUMNS:
        raise InputError(f"“{path.name}”里没有列与栏目的对照。", file=path.name)
    if document.get("register") not in {None, register.id}:
        raise InputError(f"“{path.name}”是另一份清单的对照表，不能用于{register.label}。", file=path.name)
    said = Said.from_json(document)
    return replace(said, columns=None if columns is None else checked(register, columns, path.name))


def named(register: Register, name: str, region: Region | None = None) -> Said:
    """A mapping by name: one that somebody confirmed (nearest to ``region``), or one the register declares.

    Raises
    ------
    NotFoundError
        None is called so.
    ConflictError
        Several places have one of that name and no region says which is meant.
    """
    saved = ColumnMapping.objects.filter(register=register.id).select_related("region")
    rows = [item for item in saved if item.name == name]
    if region is not None:
        here = [item for item in rows if region.path.startswith(item.region.path)]
        rows = sorted(here, key=lambda item: -len(item.region.path))[:1]
    if len(rows) > 1:
        places = "、".join(item.region.name for item in rows)
        raise ConflictError(
            f"名为“{name}”的对照表有 {len(rows)} 份（{places}），请写明行政区。", mapping=name
        )
    if rows:
        return said_by(rows[0])
    if name in register.mappings:
        return Said(register.mappings[name])
    known = "、".join(sorted({*register.mappings, *(item.name for item in saved)})) or "无"
    raise NotFoundError(f"没有名为“{name}”的导入对照表（现有：{known}）。", mapping=name)


def chosen(register: Register, text: str, region: Region | None = None) -> Said:
    """What ``--mapping`` asks for: a JSON file where it says so, else a name."""
    if text.lower().endswith(".json"):
        return from_file(register, Path(text))
    return named(register, text, region)


class RememberMapping(Action[ColumnMapping]):
    """Keep a mapping under a name for a place; the same name again is a correction of it.

    Parameters
    ----------
    columns : mapping
        Every heading of the source to a target, ``""`` where it is not imported.
    answers : mapping
        By heading, what the table does not say itself: a unit, the day of months.
    existing : ColumnMapping, optional
        The mapping that is edited; may be renamed.
    """

    name = "registers.mapping.remember"
    label = "记住对照表"
    permission = None

    def __init__(
        self,
        actor: User | None,
        on: date,
        register: Register,
        region: Region,
        title: str,
        columns: Mapping[str, str],
        *,
        answers: Mapping[str, str] | None = None,
        existing: ColumnMapping | None = None,
    ) -> None:
        super().__init__(actor, on)
        self.register, self.region, self.title = register, region, title.strip()
        self.columns, self.existing = dict(columns), existing
        self.answers = dict(answers or (existing.answers if existing else {}))

    def subject(self) -> Subject:
        uid = self.existing.uid if self.existing else None
        return Subject("column_mapping", uid, self.region.path)

    def check_permission(self) -> None:
        if self.actor is not None:
            policies.require(self.actor, self.register.import_permission, self.region.path)

    def lock(self) -> None:
        rows = ColumnMapping.objects.select_for_update().filter(register=self.register.id, region=self.region)
        self.same_name = rows.filter(name=self.title).first()
        if self.existing is not None:
            self.existing = rows.filter(pk=self.existing.pk).first()
            if self.existing is None:
                raise ConflictError("这份对照表刚刚被删除，没有保存，请返回列表核对。")

    def check_state(self) -> None:
        if not self.title or len(self.title) > _LONGEST_NAME:
            raise InputError(
                f"请填写来源名称，不超过 {_LONGEST_NAME} 个字。", [CellError("必填", column="来源名称")]
            )
        self.columns = checked(self.register, self.columns)
        if self.existing is not None and self.same_name not in {None, self.existing}:
            raise ConflictError(f"已有名为“{self.title}”的对照表，请换一个名称。")

    def perform(self) -> ColumnMapping:
        mapping = (
            self.existing or self.same_name or ColumnMapping(register=self.register.id, region=self.region)
        )
        mapping.name, mapping.columns, mapping.answers = self.title, self.columns, self.answers
        mapping.signature = signature(self.columns)
        mapping.saved_by, mapping.saved_at = self.actor, recorded_now()
        mapping.ledger_row = self.record(
            register=self.register.id, mapping=str(mapping.uid), name=self.title, signature=mapping.signature,
            columns=len(self.columns), imported=sum(bool(target) for target in self.columns.values()),
        )  # fmt: skip
        mapping.save()
        return mapping


class ForgetMapping(Action[None]):
    """Take a remembered mapping away; tables imported with it stay as they are."""

    name = "registers.mapping.forget"
    label = "删除对照表"
    permission = None

    def __init__(self, actor: User | None, on: date, mapping: ColumnMapping) -> None:
        super().__init__(actor, on)
        self.mapping = mapping

    def subject(self) -> Subject:
        return Subject("column_mapping", self.mapping.uid, self.mapping.region.path)

    def check_permission(self) -> None:
        if self.actor is not None:
            register = get(self.mapping.register)
            policies.require(self.actor, register.import_permission, self.mapping.region.path)

    def perform(self) -> None:
        self.record(
            register=self.mapping.register, mapping=str(self.mapping.uid), name=self.mapping.name,
            signature=self.mapping.signature,
        )  # fmt: skip
        self.mapping.delete()
