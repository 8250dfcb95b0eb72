"""Enterprises as a list names them: found in the register of organisations, or entered with the list.

A list of enterprises says who holds each of its entries in columns of its own: name, code, permit, address.
An ``Enlister`` reads such a row, says which organisation and which plant it means or that they are new, and
enters what is new. A match that could be wrong is refused: nobody is merged by a likeness of names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.organisations import codes
from jingtu.platform.organisations.actions.enlisting import EnlistFacility, EnlistOrganisation, FillIn
from jingtu.platform.organisations.doubles import compared
from jingtu.platform.organisations.models import Facility, Organisation, OrganisationAlias
from jingtu.platform.people.models import User
from jingtu.platform.people.policies import Reach
from jingtu.platform.regions.models import Region, RegionName

# Columns of a plant that a list may carry.
PLANT = ("permit_number", "permit_class", "industry_code", "address")
_STATED = ("permit_number", "address")  # these say that a row means a plant


class DoubtfulError(ValueError):
    """A row from which it is not clear, or not possible, which organisation or plant is meant.

    ``about`` says by what: ``name``, ``uscc`` or ``facility``.
    """

    def __init__(self, message: str, about: str = "name") -> None:
        super().__init__(message)
        self.about = about


@dataclass(frozen=True, slots=True)
class EnterpriseColumns:
    """Which fields of a register describe the enterprise that holds an entry; ``""`` where it has none.

    The name is the entry's own name where ``name`` is empty. ``facility`` names a field of kind
    ``facility``, which takes the plant that a row means.
    """

    uscc: str = ""
    permit: str = ""
    industry: str = ""
    address: str = ""
    facility: str = ""
    name: str = ""
    permit_class: str = ""

    def row(self, name: str, facts: Mapping[str, Any], region: Region | None = None) -> dict[str, Any]:
        """What a row of the register says of the enterprise, in the words of ``Enlister.plan``.

        Examples
        --------
        >>> columns = EnterpriseColumns(uscc="uscc", permit="permit_number")
        >>> columns.row("甲公司", {"uscc": "9145020019860001X7", "permit_number": ""})["uscc"]
        '9145020019860001X7'
        """
        places = {
            "uscc": self.uscc,
            "permit_number": self.permit,
            "permit_class": self.permit_class,
            "industry_code": self.industry,
            "address": self.address,
            "facility": self.facility,
        }
        found = {key: facts.get(column) or "" for key, column in places.items() if column}
        return {"name": (facts.get(self.name) if self.name else "") or name, "region": region, **found}


@dataclass(slots=True)
class Enlisted:
    """What a row means: an organisation that is there or will be made, and its plant, if the row names one.

    ``how`` says by what the organisation was found: ``code``, ``name``, ``alias``, or ``new``. ``notes`` say
    in words what differs from the register of organisations; nothing there is changed by a list.
    """

    how: str
    name: str
    code: str
    region: Region
    organisation: Organisation | None = None
    facility: Facility | None = None
    plant_name: str = ""
    plant: dict[str, str] = field(default_factory=dict)
    wants_plant: bool = False
    notes: list[str] = field(default_factory=list)
    first: Enlisted | None = None  # an earlier row of the same list with the same new enterprise

    @property
    def new_organisation(self) -> bool:
        """Whether applying it enters an organisation that no earlier row enters."""
        return self.organisation is None and self.first is None

    @property
    def new_facility(self) -> bool:
        """Whether applying it enters a plant."""
        return self.wants_plant and self.facility is None


class Enlister:
    """Finds or enters the enterprises of a list.

    Parameters
    ----------
    on : date
        The day from which what is entered holds.
    reach : Reach
        Organisations that may be found by name; a code is found wherever it is registered.
    region : Region
        Where an enterprise lies of which the row gives no place.
    actor : User, optional
        Who enters the list, for the ledger; the permission for the list has been checked by its caller.
    """

    def __init__(self, on: date, reach: Reach, region: Region, actor: User | None = None) -> None:
        self.on, self.reach, self.region, self.actor = on, reach, region, actor
        self._planned: dict[tuple[str, ...], Enlisted] = {}
        self._loaded = False
        self._by_code: dict[str, int] = {}
        self._by_name: dict[str, list[int]] = defaultdict(list)
        self._by_alias: dict[str, list[int]] = defaultdict(list)
        self._by_form: dict[str, list[int]] | None = None
        self._known: dict[int, tuple[str, str | None, str]] = {}
        self._plants: dict[int, list[Facility]] = defaultdict(list)
        self._permits: dict[str, Facility] = {}

    def plan(self, row: Mapping[str, Any]) -> Enlisted:
        """What a row means; nothing is written.

        Parameters
        ----------
        row : mapping
            ``name``, and where the list gives them ``uscc``, ``region`` (of the plant), ``facility`` (a plant or
            its name), ``permit_number``, ``permit_class``, ``industry_code``, ``address``. Two rows of one
            enterprise give one organisation.

        Raises
        ------
        DoubtfulError
            The code is wrong, or the match is doubtful; the message says what to do.
        """
        self._load()
        name = "".join(str(row.get("name") or "").split())
        code = codes.clean(str(row.get("uscc") or ""))
        region = row.get("region") or self.region
        if code and (wrong := codes.faults(code)):
            raise DoubtfulError(f"统一社会信用代码{'；'.join(wrong)}（GB 32100-2015）", "uscc")
        if not name and not code:
            raise DoubtfulError("请填单位名称或统一社会信用代码")
        found = self._organisation(name, code, region)
        self._plant(found, row)
        return self._once(found)

    def apply(self, enlisted: Enlisted) -> tuple[Organisation, Facility | None]:
        """Enter what is new of a planned row; a second time it gives what the first has entered."""
        if enlisted.organisation is None:
            if enlisted.first is not None:
                enlisted.organisation, _ = self.apply(enlisted.first)
            else:
                enlisted.organisation = EnlistOrganisation(
                    self.actor, self.on, enlisted.name, Organisation.Kind.ENTERPRISE, enlisted.region,
                    code=enlisted.code, missing_reason="" if enlisted.code else "清单未载明",
                ).execute()  # fmt: skip
        organisation = enlisted.organisation
        if enlisted.code and not organisation.uscc:
            FillIn(self.actor, self.on, organisation, code=enlisted.code).execute()
        if enlisted.wants_plant and enlisted.facility is None:
            enlisted.facility = self._entered(organisation, enlisted)
        elif enlisted.facility is not None:
            gaps = {
                name: value
                for name, value in enlisted.plant.items()
                if value and not getattr(enlisted.facility, name)
            }
            if gaps:
                FillIn(self.actor, self.on, organisation, facility=enlisted.facility, values=gaps).execute()
        return organisation, enlisted.facility

    def _entered(self, organisation: Organisation, enlisted: Enlisted) -> Facility:
        """The plant of a row: entered now, or by an earlier row of the same list."""
        known = [*self._plants[organisation.pk]]
        permit = enlisted.plant.get("permit_number", "")
        for item in known:
            if (permit and item.permit_number == permit) or item.name == enlisted.plant_name:
                return item
        made = EnlistFacility(
            self.actor, self.on, organisation, enlisted.plant_name, enlisted.region, **enlisted.plant
        ).execute()
        self._plants[organisation.pk].append(made)
        if made.permit_number:
            self._permits[made.permit_number] = made
        return made

    # Which organisation.

    def _organisation(self, name: str, code: str, region: Region) -> Enlisted:
        if code and code in self._by_code:
            return self._by_its_code(name, code, region)
        if not name:
            raise DoubtfulError("单位名录中没有这个代码，请一并填写单位名称", "name")
        for how, index in (("name", self._by_name), ("alias", self._by_alias)):
            near = [key for key in dict.fromkeys(index.get(name, [])) if self._near(key, region)]
            if code:
                other = [self._known[key][1] for key in near if self._known[key][1] not in {None, code}]
                if other:
                    raise DoubtfulError(f"单位名录中“{name}”的代码是{other[0]}，与本行不同，请核对", "uscc")
            if len(near) > 1:
                raise DoubtfulError(f"单位名录中有 {len(near)} 个“{name}”，请填统一社会信用代码")
            if near:
                return self._enlisted(how, near[0], code, region)
        if not code:
            self._refuse_the_doubtful(name, region)
        return Enlisted("new", name, code, region)

    def _by_its_code(self, name: str, code: str, region: Region) -> Enlisted:
        key = self._by_code[code]
        found = self._enlisted("code", key, code, region)
        organisation = found.organisation
        assert organisation is not None
        if name:
            called = {organisation.name, *(item.name for item in organisation.aliases.all())}
            places = self._names_of(organisation.region)
            forms = {compared(item, places) for item in called}
            if name not in called and compared(name, places) not in forms:
                raise DoubtfulError(
                    f"代码{code}登记在“{organisation.name}”名下，与本行名称不同；如已更名，请先在单位名录办理更名",
                    "uscc",
                )
        return found

    def _refuse_the_doubtful(self, name: str, region: Region) -> None:
        elsewhere = self._by_name.get(name, [])
        if elsewhere:
            raise DoubtfulError(f"别处有同名单位“{name}”；如为同一单位，请填统一社会信用代码")
        if self._by_form is None:
            self._by_form = defaultdict(list)
            for key, (known, _, _) in self._known.items():
                self._by_form[compared(known)].append(key)
        places = self._names_of(region)
        forms = {compared(name), compared(name, places)}
        alike = [key for form in forms for key in self._by_form.get(form, []) if self._near(key, region)]
        if alike:
            raise DoubtfulError(
                f"单位名录中有写法相近的“{self._known[alike[0]][0]}”；如为同一单位，请改用该名称或填统一社会信用代码"
            )

    def _enlisted(self, how: str, key: int, code: str, region: Region) -> Enlisted:
        rows = Organisation.objects.select_related("region", "merged_into").prefetch_related("aliases")
        organisation = rows.get(pk=key)
        return Enlisted(how, organisation.name, code, region, organisation)

    def _once(self, found: Enlisted) -> Enlisted:
        """Rows of one new enterprise plan it once; those after the first follow it when applied."""
        if found.organisation is not None:
            return found
        by_name = ("name", found.name, found.region.path)
        first = self._planned.get(("code", found.code)) if found.code else None
        if first is None:
            first = self._planned.get(by_name)
            if first is not None and found.code and first.code and first.code != found.code:
                raise DoubtfulError(f"前面已有代码不同的“{found.name}”，请核对")
        found.first = first
        self._planned.setdefault(by_name, first or found)
        if found.code:
            self._planned.setdefault(("code", found.code), first or found)
        return found

    def _near(self, key: int, region: Region) -> bool:
        path = self._known[key][2]
        return path.startswith(region.path) or region.path.startswith(path)

    # Which plant.

    def _plant(self, found: Enlisted, row: Mapping[str, Any]) -> None:
        given = row.get("facility")
        if isinstance(given, Facility):
            self._its_own(found, given)
            found.facility, found.wants_plant = given, True
            return
        found.plant = {name: str(row.get(name) or "").strip() for name in PLANT}
        name = " ".join(str(given or "").split())
        found.wants_plant = bool(name or any(found.plant[item] for item in _STATED))
        found.plant_name = name or found.name
        permit = found.plant["permit_number"]
        if permit and permit in self._permits:
            self._its_own(found, self._permits[permit])
            found.facility = self._permits[permit]
        elif found.organisation is not None:
            found.facility = self._plant_of(found, name)
        if found.facility is not None:
            found.wants_plant = True
            found.notes += self._differences(found.facility, found.plant)

    def _its_own(self, found: Enlisted, plant: Facility) -> None:
        if found.organisation is None or plant.organisation_id != found.organisation.pk:
            raise DoubtfulError(
                f"厂区“{plant.name}”（{plant.permit_number or '无许可证编号'}）登记在“{plant.organisation.name}”名下，"
                "请核对单位",
                "facility",
            )

    def _plant_of(self, found: Enlisted, name: str) -> Facility | None:
        assert found.organisation is not None
        plants = [item for item in self._plants[found.organisation.pk] if item.valid_to == OPEN_DATE]
        address, permit = found.plant["address"], found.plant["permit_number"]
        if name:
            return next((item for item in plants if item.name == name), None)
        if address:
            same = [item for item in plants if item.address == address]
            if len(same) == 1:
                return same[0]
        if not plants:
            return None
        if len(plants) > 1:
            if found.wants_plant:
                raise DoubtfulError(
                    f"“{found.organisation.name}”有 {len(plants)} 个厂区，请写明厂区名称", "facility"
                )
            return None
        only = plants[0]
        if (address and only.address and address != only.address) or (
            permit and only.permit_number and permit != only.permit_number
        ):
            raise DoubtfulError(
                f"“{found.organisation.name}”已有厂区“{only.name}”，地址或许可证编号与本行不同；请写明厂区名称",
                "facility",
            )
        return only

    def _differences(self, plant: Facility, given: Mapping[str, str]) -> list[str]:
        labels = {"permit_number": "排污许可证编号", "permit_class": "许可管理类别"}
        labels |= {"industry_code": "行业代码", "address": "地址"}
        return [
            f"{labels[name]}：名录为“{getattr(plant, name)}”，本行为“{value}”"
            for name, value in given.items()
            if value and getattr(plant, name) and getattr(plant, name) != value
        ]

    # What is known, read once.

    def _load(self) -> None:
        if self._loaded:
            return
        self._loaded = True
        rows = Organisation.objects.filter(merged_into__isnull=True)
        self._by_code = {
            code: key for code, key in rows.filter(uscc__isnull=False).values_list("uscc", "pk") if code
        }
        within = rows.filter(self.reach.q("region__path", "pk"))
        for key, name, code, path in within.values_list("pk", "name", "uscc", "region__path"):
            self._known[key] = (name, code, path)
            self._by_name["".join(name.split())].append(key)
        aliases = OrganisationAlias.objects.filter(organisation__in=within)
        for key, name in aliases.values_list("organisation_id", "name"):
            self._by_alias[name].append(key)
        plants = Facility.objects.filter(organisation__merged_into__isnull=True)
        for plant in plants.select_related("organisation", "region"):
            self._plants[plant.organisation_id].append(plant)
            if plant.permit_number:
                self._permits.setdefault(plant.permit_number, plant)

    def _names_of(self, region: Region) -> list[str]:
        rows = RegionName.objects.filter(region__in=[*region.ancestor_keys(), region.pk])
        return [word for pair in rows.values_list("name", "short") for word in pair if len(word) >= 2]
