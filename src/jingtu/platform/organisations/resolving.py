"""From the words of a document to organisations: 区发改局 is one body, whoever writes it how.

A resolver reads the organisations around one region once; every name after that costs no query.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date

from django.db.models import Q, prefetch_related_objects

from jingtu.platform.actions import Action, Subject
from jingtu.platform.organisations.classes import class_places, read_class
from jingtu.platform.organisations.models import Organisation, OrganisationAlias
from jingtu.platform.organisations.names import LEVEL_PREFIXES, DepartmentName, take_apart
from jingtu.platform.organisations.resolutions import Proposal, Resolution
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import ancestors, descendants

_GOVERNMENTS = ("人民政府", "政府", "街道办事处", "办事处")
_ZONE_OFFICES = ("管理委员会", "管委会")
_PROVINCE_BODIES = ("厅",)
_SHORT_LEVELS = (Region.Level.PROVINCE, Region.Level.CITY, Region.Level.COUNTY, Region.Level.ZONE)
_NAMED_LEVELS = (*_SHORT_LEVELS, Region.Level.TOWN)


class UnitResolver:
    """Resolves unit names of one document.

    Parameters
    ----------
    region : Region
        The place whose document it is.
    on : date
        Day of the document: aliases and names in force then come first.
    """

    def __init__(self, region: Region, on: date) -> None:
        self.region = region
        self.on = on
        self.above = ancestors(region)
        self.chain = [*self.above, region]
        prefetch_related_objects(self.chain, "names")
        self._places: dict[str, Region] = {}
        below = descendants(region, levels=_NAMED_LEVELS).prefetch_related("names")
        for place in [*list(below)[::-1], *self.chain]:
            for item in place.names.all():
                # Short names of towns are everyday words, and 市中 opens 市中心医院.
                usable = place.level in _SHORT_LEVELS and not item.short.startswith(LEVEL_PREFIXES)
                if item.short and usable:
                    self._places[item.short] = place
                self._places[item.name] = place
        self._by_name: dict[str, list[Organisation]] = defaultdict(list)
        self._by_alias: dict[str, list[Organisation]] = defaultdict(list)
        self._by_key: dict[tuple[int, str], list[Organisation]] = defaultdict(list)
        self._read()

    def _read(self) -> None:
        near = Q(region__in=[place.pk for place in self.above]) | Q(region__path__startswith=self.region.path)
        found = Organisation.objects.filter(near, merged_into__isnull=True).select_related("region")
        for organisation in found.prefetch_related("aliases").order_by("pk"):
            self.learn(organisation)
        merged = Organisation.objects.filter(near, merged_into__isnull=False).select_related("merged_into")
        for organisation in merged:
            survivor = surviving(organisation)
            self._by_alias[organisation.name].append(survivor)

    def learn(self, organisation: Organisation) -> None:
        """Take in an organisation, for instance one just created."""
        if organisation in self._by_name[organisation.name]:
            return
        self._by_name[organisation.name].append(organisation)
        for alias in organisation.aliases.all():
            former = alias.kind == OrganisationAlias.Kind.FORMER  # documents go on using it
            if former or alias.valid_from <= self.on < alias.valid_to:
                self._by_alias[alias.name].append(organisation)
        # The unit's own place decides: the name of a branch may begin with the place above.
        _, parts = self._owner(organisation.name, organisation.region)
        for key in {parts.key, *(take_apart(name).key for name in parts.also)}:
            self._by_key[organisation.region_id, key].append(organisation)

    def resolve(self, name: str, kind: str) -> Resolution:
        """See ``resolve_unit``."""
        text = "".join(name.split())
        if kind == "class":
            return Resolution("class")
        owner, parts = self._owner(text, self.region)
        known = self._pick(self._by_name.get(text, []), owner, parts)
        if known is not None:
            return Resolution("name", known)
        known = self._pick(self._by_alias.get(text, []), owner, parts)
        if known is not None:
            return Resolution("alias", known, alias=text)
        governed = self._governed(text)
        if governed is not None:
            return self.of_place(governed)
        if kind in {"enterprise", "other"}:
            return self._outsider(text, kind)
        if owner is None:
            return Resolution("ambiguous", alias=text)
        same = self._by_key.get((owner.pk, parts.key), [])
        if len(same) > 1:
            return Resolution("ambiguous", candidates=tuple(same), alias=text)
        if same:
            return Resolution("synonym", same[0], alias=text)
        full = self._full_name(text, owner, parts)
        return Resolution("new", proposal=Proposal(full, _kind_of(full, parts, kind), owner, text))

    def _pick(
        self, found: list[Organisation], owner: Region | None, parts: DepartmentName
    ) -> Organisation | None:
        """The one whose place the name says, else the nearest of the region and the places above.

        县农业农村局 is another body in every county: with a level word in front, only the body of that
        level counts.
        """
        own = [item for item in found if owner is not None and item.region_id == owner.pk]
        if own or parts.level:
            return own[0] if own else None
        order = {place.pk: position for position, place in enumerate(reversed(self.chain))}
        near = [item for item in found if item.region_id in order]
        if near:
            return min(near, key=lambda item: (order[item.region_id], item.pk))
        return found[0] if len(found) == 1 else None

    def _governed(self, text: str) -> Region | None:
        """The place whose government a name means (某镇人民政府, 县人民政府), or ``None``."""
        if text in self._places and self._places[text].name_on(self.on) == text:
            return self._places[text]
        base = next(
            (text[: -len(word)] for word in (*_GOVERNMENTS, *_ZONE_OFFICES) if text.endswith(word)), ""
        )
        if base in LEVEL_PREFIXES:
            return self._by_level_word(base)
        return self._places.get(base)

    def _outsider(self, text: str, kind: str) -> Resolution:
        kinds = {"enterprise": Organisation.Kind.ENTERPRISE, "other": Organisation.Kind.OTHER}
        return Resolution("new", proposal=Proposal(text, kinds[kind], self.region))

    def _place_at_start(self, text: str) -> tuple[Region | None, str]:
        """The longest place name of the tree around that a name begins with, and what follows.

        Names one below another (某市某区…) are followed down.
        """
        place, rest = None, text
        while True:
            found = next(
                (
                    (self._places[rest[:length]], rest[length:])
                    for length in range(min(len(rest) - 2, 20), 1, -1)
                    if rest[:length] in self._places
                    and (place is None or self._places[rest[:length]].path.startswith(place.path))
                ),
                None,
            )
            if found is None or found[0] == place:
                return place, rest
            place, rest = found

    def _owner(self, text: str, default: Region) -> tuple[Region | None, DepartmentName]:
        """Whose body a name means; ``None`` where its level word says nothing here."""
        place, rest = self._place_at_start(text)
        parts = take_apart(rest)
        if place is None and parts.level and not parts.function:
            # 市城东生态环境局: the city's branch at a place, with the level in front.
            place, rest = self._place_at_start(parts.rest)
            parts = take_apart(rest) if place else parts
        if parts.place:
            named = self._places.get(parts.place)
            # A branch at a place we do not know is not its parent body.
            return (named, parts) if named else (place or default, replace(parts, function=""))
        if place is not None:
            return place, parts
        if parts.rest.endswith(_PROVINCE_BODIES):
            return self._level(Region.Level.PROVINCE) or default, parts
        return (self._by_level_word(parts.level) if parts.level else default), parts

    def _by_level_word(self, word: str) -> Region | None:
        """Whose body a level word means in a document of this region."""
        province = self._level(Region.Level.PROVINCE)
        if word in {"自治区", "省"}:
            return province
        if self.region.name_on(self.on).endswith(word):
            return self.region
        if word in {"市", "州", "盟"}:
            return self._level(Region.Level.CITY)
        if word == "区" and province is not None and province.name_on(self.on).endswith("自治区"):
            return province
        return None

    def _level(self, level: str) -> Region | None:
        return next((place for place in self.chain if place.level == level), None)

    def _full_name(self, text: str, owner: Region, parts: DepartmentName) -> str:
        """The name under which a new body is entered: with its place in front."""
        place, _ = self._place_at_start(text)
        if place is not None or parts.place:
            if parts.place and text[:1] in LEVEL_PREFIXES:
                above = self._level(Region.Level.CITY)
                return f"{above.name_on(self.on)}{text[1:]}" if above else text
            return text
        return f"{owner.name_on(self.on)}{parts.rest}"

    # Governments and zones, which belong to a place by name.

    def of_place(self, place: Region) -> Resolution:
        """The body that governs a place: its government, street office or zone committee."""
        name = place.name_on(self.on)
        forms: tuple[str, ...]
        if place.level == Region.Level.ZONE:
            forms, kind = (f"{name}管理委员会", f"{name}管委会", name), Organisation.Kind.ZONE
        elif name.endswith("街道"):
            forms, kind = (f"{name}办事处", name), Organisation.Kind.GOVERNMENT
        else:
            forms, kind = (f"{name}人民政府", f"{name}政府", name), Organisation.Kind.GOVERNMENT
        for form in forms:
            for found in [*self._by_name.get(form, []), *self._by_alias.get(form, [])]:
                if found.region_id == place.pk:
                    return Resolution("name" if found.name == form else "alias", found)
        return Resolution("new", proposal=Proposal(forms[0], kind, place))

    def department_of(self, place: Region, department: str) -> Resolution:
        """A department of one place of a class (各县（区）生态环境局)."""
        parts = take_apart(department)
        same = self._by_key.get((place.pk, parts.key), [])
        if same:
            return Resolution("synonym", same[0])
        name = f"{place.name_on(self.on)}{department}"
        return Resolution("new", proposal=Proposal(name, _kind_of(name, parts, "department"), place))

    def members(self, text: str) -> list[Resolution]:
        """What a class unit opens into, in order of the places' codes; empty where it names no places."""
        unit = read_class(text)
        places = class_places(unit, self.region, self.on)
        if unit.department:
            return [self.department_of(place, unit.department) for place in places]
        return [self.of_place(place) for place in places]


def _kind_of(name: str, parts: DepartmentName, kind: str) -> str:
    if parts.function == "生态环境":
        return Organisation.Kind.ECOLOGY
    if name.endswith(_GOVERNMENTS):
        return Organisation.Kind.GOVERNMENT
    if name.endswith(_ZONE_OFFICES):
        return Organisation.Kind.ZONE
    return Organisation.Kind.GOVERNMENT if kind == "government" else Organisation.Kind.DEPARTMENT


def surviving(organisation: Organisation) -> Organisation:
    """The organisation that a merged one lives on in."""
    seen = set()
    while organisation.merged_into is not None and organisation.pk not in seen:
        seen.add(organisation.pk)
        organisation = organisation.merged_into
    return organisation


def resolve_unit(expanded_name: str, kind: str, region: Region, on: date) -> Resolution:
    """What the name of a unit in a document means.

    Parameters
    ----------
    expanded_name : str
        The name with the level prefix that a reader supplies (``区发展改革局``).
    kind : str
        ``department``, ``government``, ``class``, ``enterprise`` or ``other``.
    region : Region
        The place whose document it is.
    on : date
        Day of the document.

    Returns
    -------
    Resolution
        With an organisation, or a proposal to create one, or candidates to choose from.
    """
    return UnitResolver(region, on).resolve(expanded_name, kind)


def open_class(
    text: str,
    region: Region,
    on: date,
    *,
    actor: User | None = None,
    source: str = "计划文件",
    resolver: UnitResolver | None = None,
) -> list[Organisation]:
    """Open a class unit into the real organisations of the region, creating those not yet entered.

    Parameters
    ----------
    text : str
        各镇人民政府, 各县（市、区）人民政府, 开发区管委会, 各县（区）生态环境局.
    region : Region
        The place whose document it is.
    on : date
        Business date.
    actor : User, optional
        Who confirms the document; for the ledger.
    source : str
        Where the words stand; kept with new aliases.
    resolver : UnitResolver, optional
        Pass the document's resolver where many classes are opened.

    Returns
    -------
    list of Organisation
        In order of the places' codes; empty where the words name no places (各有关单位).
    """
    resolver = resolver or UnitResolver(region, on)
    return [
        ensure(item, on, actor=actor, source=source, resolver=resolver) for item in resolver.members(text)
    ]


def ensure(
    resolution: Resolution,
    on: date,
    *,
    actor: User | None = None,
    source: str = "计划文件",
    resolver: UnitResolver | None = None,
) -> Organisation:
    """The organisation of a resolution, created from its proposal where nobody entered it yet.

    Raises
    ------
    ValueError
        A class, or several candidates: somebody has to choose first.
    """
    if resolution.organisation is not None:
        return resolution.organisation
    if resolution.proposal is None:
        raise ValueError(f"{resolution.how} is not one organisation")
    organisation = CreateOrganisation(actor, on, resolution.proposal, source=source).execute()
    if resolver is not None:
        resolver.learn(organisation)
    return organisation


class CreateOrganisation(Action[Organisation]):
    """Enter an organisation that a document names; part of confirming the document."""

    name = "organisations.create"
    label = "登记单位"
    permission = None

    def __init__(self, actor: User | None, on: date, proposal: Proposal, *, source: str) -> None:
        super().__init__(actor, on)
        self.proposal = proposal
        self.source = source
        self.entered: Organisation | None = None

    def subject(self) -> Subject:
        uid = self.entered.uid if self.entered else None
        return Subject("organisation", uid, self.proposal.region.path)

    def perform(self) -> Organisation:
        proposal = self.proposal
        reason = "文件未载明" if proposal.kind == Organisation.Kind.ENTERPRISE else ""
        organisation, created = Organisation.objects.get_or_create(
            region=proposal.region,
            name=proposal.name[:120],
            merged_into=None,
            defaults={
                "kind": proposal.kind,
                "uscc_missing_reason": reason,
                "is_example": proposal.region.is_example,
            },
        )
        self.entered = organisation
        if proposal.alias and proposal.alias != organisation.name:
            known = organisation.aliases.filter(name=proposal.alias[:120])
            if not known.exists():
                OrganisationAlias.objects.create(
                    organisation=organisation, name=proposal.alias[:120], source=self.source[:200]
                )
        self.record(organisation=str(organisation.uid), created=created, source=self.source[:200])
        return organisation
