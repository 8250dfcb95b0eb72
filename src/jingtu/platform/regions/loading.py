"""Loading code tables into the tree: the built-in ones, or another province's."""

from __future__ import annotations

import csv
import hashlib
import io
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Literal

from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from jingtu.errors import InputError
from jingtu.platform.actions import Action, Subject
from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.people.models import User
from jingtu.platform.regions.codes import CodeRow, parse_table, read_table
from jingtu.platform.regions.models import FIRST_DAY, Region, RegionName
from jingtu.platform.regions.tree import create_region, find_by_code, fits_below, rename_region
from jingtu.platform.regions.words import short_name

BUILT_IN = ("guangxi_divisions.csv", "liuzhou_villages.csv")
BUILT_IN_SOURCE = "国家统计局统计用区划代码和城乡划分代码（2023-06-30）"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: places added, renamed, left as they were, and earlier names entered."""

    added: int
    renamed: int
    unchanged: int
    earlier_names: int = 0


class LoadRegions(Action[Loaded]):
    """Add the places of a code table; a place known by its code is kept, and renamed where it differs."""

    name = "regions.load"
    label = "导入行政区划"
    permission = None

    def __init__(
        self,
        actor: User | None,
        on: date,
        rows: list[CodeRow],
        *,
        source: str,
        history: Iterable[dict[str, str]] = (),
    ) -> None:
        super().__init__(actor, on)
        self.rows = rows
        self.source = source
        self.history = list(history)

    def subject(self) -> Subject:
        return Subject("regions")

    def perform(self) -> Loaded:
        known = {
            item.code: item
            for item in RegionName.objects.filter(valid_to=OPEN_DATE)
            .exclude(code="")
            .select_related("region")
        }
        zones = {(region.parent_id, region.name) for region in Region.objects.filter(level=Region.Level.ZONE)}
        regions = {code: item.region for code, item in known.items()}
        renamed = unchanged = added = 0
        pending: list[CodeRow] = []
        for row in self.rows:
            current = known.get(row.code) if row.code else None
            if current is None:
                pending.append(row)
            elif current.name == row.name:
                unchanged += 1
            else:
                self._rename(current, row)
                renamed += 1
        for level in Region.Level.values:
            batch = []
            for row in pending:
                if row.level != level:
                    continue
                parent = regions[row.parent_code] if row.parent_code else None
                if level == Region.Level.ZONE and (parent.pk if parent else None, row.name) in zones:
                    unchanged += 1
                    continue
                batch.append((row, parent))
            added += self._add(batch, regions)
        earlier = self._history(regions)
        manifest = hashlib.sha256(repr([(row.code, row.name) for row in self.rows]).encode()).hexdigest()
        loaded = Loaded(added, renamed, unchanged, earlier)
        self.record(source=self.source, manifest=manifest, **asdict(loaded))
        return loaded

    def _rename(self, current: RegionName, row: CodeRow) -> None:
        if current.valid_from >= self.on:
            current.name, current.source = row.name, self.source
            current.save()
            return
        rename_region(current.region, row.name, code=row.code, on=self.on, source=self.source)

    def _add(self, batch: list[tuple[CodeRow, Region | None]], regions: dict[str, Region]) -> int:
        """Add places of one level; their parents are of higher levels and have keys already."""
        created = Region.objects.bulk_create(
            [
                Region(
                    level=row.level,
                    name=row.name,
                    adcode=row.code or None,
                    parent=parent,
                    path=uuid.uuid4().hex,
                )
                for row, parent in batch
            ],
            batch_size=500,
        )
        for region, (_, parent) in zip(created, batch, strict=True):
            region.path = f"{parent.path if parent else '/'}{region.pk}/"
        above = Subquery(Region.objects.filter(pk=OuterRef("parent_id")).values("path"))
        own = Concat(Coalesce(above, Value("/")), Cast("pk", CharField()), Value("/"))
        Region.objects.exclude(path__startswith="/").update(path=own)
        RegionName.objects.bulk_create(
            [
                RegionName(
                    region=region,
                    name=row.name,
                    short=short_name(row.name),
                    code=row.code,
                    source=self.source,
                )
                for region, (row, _) in zip(created, batch, strict=True)
            ],
            batch_size=500,
        )
        regions.update(
            {row.code: region for region, (row, _) in zip(created, batch, strict=True) if row.code}
        )
        return len(created)

    def _history(self, regions: dict[str, Region]) -> int:
        """Enter earlier names; the name known so far then begins where the earlier one ends."""
        entered = 0
        for item in self.history:
            region = regions.get(item["code"])
            if region is None:
                continue
            ended = date.fromisoformat(item["valid_to"])
            if region.names.filter(name=item["old_name"], valid_to=ended).exists():
                continue
            current = region.names.filter(valid_from=FIRST_DAY).first()
            if current is None:
                continue
            current.valid_from = ended
            current.save()
            RegionName.objects.create(
                region=region,
                name=item["old_name"],
                code=item["old_code"],
                valid_to=ended,
                source=f"{item['source']}（可信度：{_CONFIDENCE[item['confidence']]}）",
            )
            entered += 1
        return entered


_CONFIDENCE = {"high": "高", "medium": "中", "low": "低"}


def load_regions(source: Path | Literal["builtin"], *, on: date, actor: User | None = None) -> Loaded:
    """Load a published code table, or the built-in ones; a second load changes nothing.

    Parameters
    ----------
    source : Path or "builtin"
        A CSV file (see ``codes.read_table``), or the tables that Jingtu carries.
    on : date
        Business date: from this day on a renamed place has its new name.
    actor : User, optional
        ``None`` for the operator of the machine.

    Raises
    ------
    InputError
        With every bad row; nothing is loaded.
    """
    if source != "builtin":
        if not source.is_file():
            raise InputError(f"找不到代码表“{source}”，请核对文件路径。", file=str(source))
        rows = read_table(source, known_codes())
        if not rows:
            raise InputError(f"代码表“{source.name}”没有可导入的行。", file=source.name)
        return LoadRegions(actor, on, rows, source=f"代码表 {source.name}").execute()
    known = known_codes()
    rows = []
    for name in BUILT_IN:
        content = (resources.files(__package__) / "data" / name).read_bytes()
        found = parse_table(content, name, known)
        known |= {row.code: row.level for row in found}
        rows += found
    return LoadRegions(actor, on, rows, source=BUILT_IN_SOURCE, history=_name_history()).execute()


def known_codes() -> dict[str, str]:
    """Codes in force in the tree, with their levels."""
    return dict(
        RegionName.objects.filter(valid_to=OPEN_DATE).exclude(code="").values_list("code", "region__level")
    )


def _name_history() -> list[dict[str, str]]:
    file = resources.files(__package__) / "data" / "name_history.csv"
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))


class AddZone(Action[Region]):
    """Add a development zone, which has no division code, below a city or a county."""

    name = "regions.add_zone"
    label = "登记开发区"
    permission = None

    def __init__(
        self,
        actor: User | None,
        on: date,
        zone_name: str,
        parent_code: str,
        *,
        valid_from: date | None = None,
    ) -> None:
        super().__init__(actor, on)
        self.zone_name = "".join(zone_name.split())
        self.parent_code = parent_code
        self.valid_from = valid_from or FIRST_DAY

    def subject(self) -> Subject:
        return Subject("regions")

    def perform(self) -> Region:
        parent = find_by_code(self.parent_code, self.on)
        if parent is None:
            raise InputError(f"没有代码为“{self.parent_code}”的行政区划，请核对。", value=self.parent_code)
        if not fits_below(Region.Level.ZONE, parent.level):
            raise InputError(f"开发区应设在市或县之下，“{parent.name}”是{parent.get_level_display()}。")
        if not 2 <= len(self.zone_name) <= 60:
            raise InputError("开发区名称应为 2 至 60 字。", value=self.zone_name)
        existing = Region.objects.filter(parent=parent, level=Region.Level.ZONE, name=self.zone_name).first()
        region = existing or create_region(
            self.zone_name, Region.Level.ZONE, parent, source="本单位登记", valid_from=self.valid_from
        )
        self.record(zone=str(region.uid), added=existing is None)
        return region
