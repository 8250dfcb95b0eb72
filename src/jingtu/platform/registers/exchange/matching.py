"""Which entry a row means: by code, by permit or credit code, by name and place. What is doubtful is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from jingtu.platform.organisations.doubles import compared
from jingtu.platform.organisations.models import OrganisationAlias
from jingtu.platform.people.policies import Reach
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import versions
from jingtu.platform.registers.bulk import chunks, coded
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.exchange.cells import one_line
from jingtu.platform.registers.exchange.reading import Parsed
from jingtu.platform.registers.exchange.said import NEW, Said, row_key
from jingtu.platform.registers.exchange.shapes import CODE, NAME
from jingtu.platform.registers.models import Entry, Version

_MOST_CANDIDATES = 5
SAME_NAME, OTHER_CODE, OTHER_PLACE, ALIKE, FORMER, SAME_NUMBER = (
    "同名同地", "同名同地，编号不同", "同名，地点上下级", "名称相近", "曾用名或别名", "信用代码相同",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that a row may mean, and why."""

    uid: str
    name: str
    code: str
    region: str
    why: str


@dataclass(slots=True)
class Doubt:
    """A row of which nobody but a person can say which entry it means; ``chosen`` once one has."""

    sheet: str | None
    number: int
    name: str
    candidates: list[Candidate]
    chosen: str = ""

    @property
    def key(self) -> str:
        return row_key(self.sheet, self.number)

    def to_json(self) -> dict[str, object]:
        return {
            "key": self.key, "sheet": self.sheet, "row": self.number, "name": self.name, "chosen": self.chosen,
            "candidates": [
                {"uid": item.uid, "name": item.name, "code": item.code, "region": item.region, "why": item.why}
                for item in self.candidates
            ],
        }  # fmt: skip


@dataclass(slots=True)
class Match:
    """What was found for a row: a version of the day, or nothing (``new``), or a doubt that is open."""

    version: Version | None = None
    doubt: Doubt | None = None

    @property
    def open(self) -> bool:
        return self.doubt is not None and not self.doubt.chosen


def near_key(name: str, places: Sequence[str] = ()) -> str:
    """A name without what two people write differently.

    Examples
    --------
    >>> near_key("原甲化工有限责任公司地块") == near_key("原甲化工 有限公司地块")
    True
    """
    return compared(name, places).replace("有限责任公司", "有限公司")


@dataclass(slots=True)
class Entries:
    """Entries of a register on a day, found by what rows say of them.

    Load once for all rows, then ask for each.
    """

    register: Register
    on: date
    reach: Reach | None
    by_code: dict[str, tuple[Entry, Version | None]] = field(default_factory=dict)
    by_name: dict[str, list[Version]] = field(default_factory=lambda: defaultdict(list))
    by_number: dict[tuple[str, str], list[Version]] = field(default_factory=lambda: defaultdict(list))
    alike: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    former: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    versions: dict[int, Version] = field(default_factory=dict)
    claimed: set[int] = field(default_factory=set)

    def load(self, rows: Sequence[Parsed]) -> None:
        """Read what the rows may mean, in a few queries."""
        today = versions.versions(self.register.id, self.on)
        codes = _words(row.cells.get(CODE) for row in rows)
        names = _words(name for row in rows for name in (row.raw_name, row.cells.get(NAME)))
        shared = versions.Shared(self.register.id)
        for part in chunks(codes):
            keys = dict(coded(self.register, part).values_list("pk", "code"))
            for version in shared.read(today.filter(entry__in=list(keys))):
                self.by_code[keys.pop(version.entry_id)] = (version.entry, version)
                self.claimed.add(version.entry_id)
            for entry in Entry.objects.filter(pk__in=list(keys)):
                self.by_code[entry.code] = (entry, None)
        left = [row for row in rows if self.by_code.get(str(row.cells.get(CODE) or "")) is None]
        if not left:
            return
        wanted = _words(name for row in left for name in (row.raw_name, row.cells.get(NAME)))
        for part in chunks(wanted):
            for version in today.filter(name__in=part):
                self.by_name[version.name].append(version)
        self._load_numbers(left)
        unknown = [
            row
            for row in left
            if not self.by_name.get(row.raw_name) and not self.by_name.get(str(row.cells.get(NAME)))
        ]
        if unknown:
            self._load_alike(names, unknown)

    def _load_numbers(self, rows: Sequence[Parsed]) -> None:
        enterprise = self.register.enterprise
        if enterprise is None:
            return
        prefix = versions.facts_name(self.register.facts)
        for target in (enterprise.permit, enterprise.uscc):
            if not target:
                continue
            for part in chunks(_words(row.cells.get(target) for row in rows)):
                found = versions.versions(self.register.id, self.on).filter(
                    **{f"{prefix}__{target}__in": part}
                )
                for version in found:
                    number = str(getattr(versions.facts_of(version), target))
                    self.by_number[target, number].append(version)

    def _load_alike(self, names: Sequence[str], rows: Sequence[Parsed]) -> None:
        """All names of the register in the form in which they are compared, and names of old."""
        keys = {near_key(one_line(str(row.cells.get(NAME) or ""))) for row in rows} - {""}
        today = versions.versions(self.register.id, self.on).select_related(None)
        for entry, name in today.values_list("entry_id", "name"):
            key = near_key(name)
            if key in keys:
                self.alike[key].append(entry)
        aliases = OrganisationAlias.objects.all()
        for part in chunks(list(names)):
            held = aliases.filter(name__in=part).values_list("name", "organisation_id")
            owners: dict[int, list[str]] = defaultdict(list)
            for name, organisation in held:
                owners[organisation].append(name)
            for entry, organisation in today.filter(holder__in=owners).values_list("entry_id", "holder_id"):
                for name in owners[organisation]:
                    self.former[name].append(entry)
            now_called = aliases.filter(organisation__name__in=part).values_list("name", "organisation__name")
            wanted = {old: now for old, now in now_called if old != now}
            for entry, name in today.filter(name__in=wanted).values_list("entry_id", "name"):
                self.former[wanted[name]].append(entry)
        missing = {key for group in (self.alike, self.former) for found in group.values() for key in found}
        for some in chunks(sorted(missing)):
            for version in versions.versions(self.register.id, self.on).filter(entry__among=some):
                self.versions[version.entry_id] = version

    def _within(self, version: Version) -> bool:
        return self.reach is None or self.reach.allows(version.region.path, (version.holder_id,))

    def match(self, row: Parsed, code: str, region: Region, said: Said) -> Match:
        """The entry that a row without a known code means in a place."""
        name = str(row.cells.get(NAME) or "")
        exact = [
            item for item in self.by_name.get(row.raw_name) or self.by_name.get(name, []) if item.region_id == region.pk
        ]  # fmt: skip
        plain = [item for item in exact if not code or not item.entry.code]
        by_number = self._numbered(row)
        if by_number is not None and (not plain or by_number in plain):
            return Match(by_number)
        if len(plain) == 1 and (len(exact) == 1 or not code):
            return Match(plain[0])
        candidates: dict[int, Candidate] = {}

        def add(version: Version, why: str) -> None:
            if version.entry_id in candidates or not self._within(version):
                return
            candidates[version.entry_id] = Candidate(
                str(version.entry.uid), version.name, version.entry.code, version.region.name, why
            )

        for item in exact:
            add(item, SAME_NAME if item in plain else OTHER_CODE)
        for item in self._numbered_all(row):
            add(item, SAME_NUMBER)
        for item in self.by_name.get(name, []):
            if (
                item.region_id != region.pk
                and _related(item.region, region)
                and (not code or not item.entry.code)
            ):
                add(item, OTHER_PLACE)
        for group, why in ((self.alike.get(near_key(name), []), ALIKE), (self.former.get(name, []), FORMER)):
            for key in group:
                found = self.versions.get(key)
                if found is None or (code and found.entry.code) or found.entry_id in self.claimed:
                    continue
                if _related(found.region, region):
                    add(found, why)
        candidates = {key: item for key, item in candidates.items() if key not in self.claimed}
        if not candidates:
            return Match()
        return self._decided(
            Doubt(row.sheet, row.number, name, list(candidates.values())[:_MOST_CANDIDATES]), said
        )

    def _decided(self, doubt: Doubt, said: Said) -> Match:
        chosen = said.rows.get(doubt.key, "")
        if chosen == NEW:
            doubt.chosen = NEW
            return Match(None, doubt)
        if chosen in {item.uid for item in doubt.candidates}:
            doubt.chosen = chosen
            found = versions.versions(self.register.id, self.on).filter(entry__uid=chosen).first()
            return Match(found, doubt)
        return Match(None, doubt)

    def _numbered(self, row: Parsed) -> Version | None:
        """The one entry of a permit, or else of a credit code that no other entry shares."""
        enterprise = self.register.enterprise
        if enterprise is None:
            return None
        for target in (enterprise.permit, enterprise.uscc):
            number = str(row.cells.get(target) or "") if target else ""
            found = [
                item for item in self.by_number.get((target, number), []) if self._same_permit(item, row)
            ]
            if number and len(found) == 1 and found[0].entry_id not in self.claimed:
                return found[0]
        return None

    def _numbered_all(self, row: Parsed) -> list[Version]:
        enterprise = self.register.enterprise
        if enterprise is None or not enterprise.uscc:
            return []
        number = str(row.cells.get(enterprise.uscc) or "")
        return [
            item for item in self.by_number.get((enterprise.uscc, number), []) if number and self._same_permit(item, row)
        ]  # fmt: skip

    def _same_permit(self, version: Version, row: Parsed) -> bool:
        """Whether two plants cannot be told apart by their permits."""
        target = self.register.enterprise.permit if self.register.enterprise else ""
        if not target:
            return True
        known = str(getattr(versions.facts_of(version), target) or "")
        given = str(row.cells.get(target) or "")
        return not known or not given or known == given


def _related(one: Region, other: Region) -> bool:
    return one.path.startswith(other.path) or other.path.startswith(one.path)


def _words(found: Iterable[object]) -> list[str]:
    return sorted({str(item) for item in found if item})
