"""Applying a prepared import: one ledger row for all of it, in one short transaction, whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import IO, Any

from django.db import IntegrityError

from jingtu.errors import ConflictError, InputError
from jingtu.knowledge import sheets
from jingtu.platform import events
from jingtu.platform.actions import Action, Subject
from jingtu.platform.clock import recorded_now
from jingtu.platform.collecting import uncollected
from jingtu.platform.inserting import Batch
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import bulk, values
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.exchange import reading
from jingtu.platform.registers.exchange.diffs import Diff
from jingtu.platform.registers.exchange.preparing import Preparer
from jingtu.platform.registers.exchange.reading import Watch
from jingtu.platform.registers.exchange.said import Said
from jingtu.platform.registers.exchange.shapes import entry_shape
from jingtu.platform.registers.models import Entry, Transition

IMPORTED = "registers.imported"
JOB_KIND = "registers.import"
ROWS_FOR_A_JOB = 500
RESOLUTION = timedelta(microseconds=1)


@uncollected()
def dry_run(
    register: Register,
    stream: IO[bytes],
    file: str,
    *,
    actor: User | None,
    on: date,
    region: Region | None = None,
    mapping: Said | Mapping[str, str] | None = None,
    watch: Watch | None = None,
) -> Diff:
    """Read a file and say what importing it would do.

    Parameters
    ----------
    stream, file
        The upload and its name.
    actor : User or None
        Whose reach bounds what may be entered and changed; ``None``: the system.
    on : date
        The day from which changes hold.
    region : Region, optional
        Place of rows whose table does not say.
    mapping : Said or mapping, optional
        What a person says about the table; a mapping says which heading is which field.

    Returns
    -------
    Diff
        With all errors of all rows; a file with errors cannot be applied.

    Raises
    ------
    InputError
        The file as a whole cannot be read or has no fitting headings.
    """
    loaded = sheets.load(stream, file, reading.LIMITS)
    return compared(
        register, loaded, file, actor=actor, on=on, region=region, mapping=mapping, watch=watch
    )  # fmt: skip


@uncollected()
def compared(
    register: Register,
    loaded: list[sheets.Sheet],
    file: str,
    *,
    actor: User | None,
    on: date,
    region: Region | None = None,
    mapping: Said | Mapping[str, str] | None = None,
    watch: Watch | None = None,
) -> Diff:
    """``dry_run`` of tables that are loaded already."""
    reach = policies.reach(actor, register.import_permission) if actor is not None else None
    said = Said.of(mapping)
    preparer = Preparer(register, on, reach, region, said)
    found = reading.read(
        entry_shape(register), loaded, file, said, is_place=preparer.places.knows,
        known_codes=lambda codes: bulk.coded(register, codes).count(),
        watch=_half(watch, 0),
    )  # fmt: skip
    return preparer.prepare(found, _half(watch, 1))


def _half(watch: Watch | None, part: int) -> Watch | None:
    """Progress of reading or of comparing as progress of both."""
    return None if watch is None else lambda done, total: watch(done + part * total, 2 * total)


class ImportEntries(Action[Diff]):
    """Apply a diff: new entries with their past, changes from ``on``; one ledger row with the manifest's hash.

    Parameters
    ----------
    diff : Diff
        From ``dry_run`` of the same actor and day.
    fingerprint : str, optional
        Of the diff that a person confirmed; where the world has moved on since, nothing is applied.
    """

    name = "registers.import"
    label = "导入"
    permission = None

    def __init__(
        self,
        actor: User | None,
        on: date,
        diff: Diff,
        *,
        file_sha256: str = "",
        fingerprint: str = "",
        is_example: bool = False,
    ) -> None:
        super().__init__(actor, on)
        self.diff, self.file_sha256, self.fingerprint = diff, file_sha256, fingerprint
        self.is_example = is_example
        self.reason = f"导入“{diff.file}”"[:300]
        if diff.on != on:
            raise ValueError("a diff is applied on the day it was made for")

    def subject(self) -> Subject:
        return Subject("register_import", None)

    def check_permission(self) -> None:
        """Rows were held against the reach when the diff was made; here only whether there is one at all."""
        if self.actor is not None:
            policies.require_some(self.actor, self.diff.register.import_permission)

    @uncollected()
    def execute(self) -> Diff:
        if self.diff.errors:
            raise InputError(
                f"“{self.diff.file}”有 {len(self.diff.errors)} 处错误，没有导入任何内容。", self.diff.errors
            )
        if self.diff.blocked:
            obstacles = self.diff.obstacles()
            raise InputError(
                f"“{self.diff.file}”有 {len(obstacles)} 处需要说明，没有导入任何内容。", obstacles
            )
        self.manifest = self.diff.fingerprint()
        if self.fingerprint and self.fingerprint != self.manifest:
            raise ConflictError("预览之后清单已有变化，没有导入任何内容，请核对新的预览后再确认。")
        self._make_ready()
        try:
            return super().execute()
        except IntegrityError as error:
            raise ConflictError(
                "导入过程中有人登记了相同编码的条目，没有导入任何内容，请重新预览。"
            ) from error

    def _make_ready(self) -> None:
        register = self.diff.register
        blank = values.blank_facts(register)
        new, amendments = [], []
        for row in self.diff.rows:
            if row.kind == "added":
                entry = Entry(register=register.id, code=row.code, is_example=self.is_example)
                if not row.code and register.code_maker is not None:
                    entry.code = register.code_maker(row.header, self.on)
                new.append(bulk.NewEntry(entry, row.header, blank | self._by_column(row.facts), row.stages))
            elif row.kind == "changed":
                assert row.entry is not None
                facts = self._by_column(row.facts)
                amendments.append(bulk.Amendment(row.entry, row.header, facts, row.new_code, row.version))
        self.prepared = bulk.prepare(register, new, amendments, self.on, self.reason)
        self.transitions = Batch(
            Transition,
            [
                Transition(
                    transition="import", from_state="", to_state=pieces[-1].header["state"],
                    on=pieces[-1].effective_from, actor=self.actor, reason=self.reason,
                )
                for _, pieces in self.prepared.new
            ],
        )  # fmt: skip

    def _by_column(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        columns = values.columns(self.diff.register)
        return {columns[key].attname: value for key, value in facts.items()}

    def perform(self) -> Diff:
        diff = self.diff
        self._enter_enterprises()
        row = self.record(
            register=diff.register.id, file_sha256=self.file_sha256, manifest=self.manifest,
            added=diff.count("added"), changed=diff.count("changed"), unchanged=diff.count("unchanged"),
        )  # fmt: skip
        now = recorded_now()
        if self.prepared.latest is not None:
            now = max(now, self.prepared.latest + RESOLUTION)
        bulk.store(self.prepared, row, now)
        self.transitions.fill("entry_id", [entry.pk for entry, _ in self.prepared.new])
        self.transitions.fill_all("ledger_row_id", row.pk)
        self.transitions.fill_all("at", row.at)
        self.transitions.reserve_keys()
        self.transitions.insert()
        return diff

    def _enter_enterprises(self) -> None:
        """Enter new organisations and plants, and put their keys where the rows say who they are."""
        enterprises = self.diff.enterprises
        if enterprises is None or not enterprises.planned:
            return
        enterprises.enter(self.actor)
        pieces = [piece for _, content in [*self.prepared.new, *self.prepared.changed] for piece in content]
        holders = [enterprises.holder(piece.header["holder_id"]) for piece in pieces]
        self.prepared.versions.fill("holder_id", holders)
        name = enterprises.columns.facility
        if name:
            column = values.columns(self.diff.register)[name].attname
            plants = [enterprises.facility(piece.facts[column]) for piece in pieces]
            self.prepared.facts.fill(column, plants)

    def events(self) -> Iterable[events.Event]:
        entries = [entry.pk for entry, _ in [*self.prepared.new, *self.prepared.changed]]
        return [events.Event(IMPORTED, self.on, {"register": self.diff.register.id, "entries": entries})]


def apply(
    register: Register,
    path: Path,
    file: str,
    *,
    actor: User | None,
    on: date,
    region: Region | None = None,
    mapping: Said | Mapping[str, str] | None = None,
    fingerprint: str = "",
    is_example: bool = False,
    watch: Watch | None = None,
) -> Diff:
    """Dry run and apply in one go, for the command line, jobs and the demo; raises on any error."""
    with path.open("rb") as stream:
        diff = dry_run(
            register, stream, file, actor=actor, on=on, region=region, mapping=mapping, watch=watch
        )  # fmt: skip
    digest = sha256_of(path)
    action = ImportEntries(
        actor, on, diff, file_sha256=digest, fingerprint=fingerprint, is_example=is_example
    )  # fmt: skip
    return action.execute()


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, for the ledger."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
