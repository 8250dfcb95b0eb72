"""The place and the organisation that a cell means."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date

from django.db.models import Q

from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.policies import Reach
from jingtu.platform.regions.models import Region, RegionName


class Places:
    """Finds regions by name or code, remembering what was asked before.

    A name counts as official on ``on``; an earlier one is still understood. Of places of one name the one
    below ``near`` is meant.
    """

    def __init__(self, on: date, near: Region | None) -> None:
        self.on, self.near = on, near
        self._found: dict[tuple[str, str, str], Region | str] = {}
        self._names: dict[int, tuple[set[str], set[str]]] = {}
        self._known: dict[str, bool] = {}
        self._above: dict[str, list[str]] = {}

    def is_called(self, region: Region, name: str, code: str, above: str = "") -> bool:
        """Whether a name and a code, where given, are those of a region, and it lies in what is ``above``."""
        if region.pk not in self._names:
            rows = list(region.names.all())
            self._names[region.pk] = ({row.name for row in rows}, {row.code for row in rows if row.code})
        names, codes = self._names[region.pk]
        called = bool(name or code) and (not name or name in names) and (not code or code in codes)
        return called and self._lies_in(region, above)

    def _lies_in(self, region: Region, above: str) -> bool:
        """Whether a place is below one of those words; words that are no place in full say nothing."""
        if not above:
            return True
        if above not in self._above:
            rows = RegionName.objects.filter(name=above).select_related("region")
            places = [row.region for row in rows] or self._with_those_above(above)
            self._above[above] = [place.path for place in places]
        paths = self._above[above]
        return not paths or any(region.path.startswith(path) for path in paths)

    def knows(self, name: str) -> bool:
        """Whether some words are the name of a place."""
        if name not in self._known:
            self._known[name] = RegionName.objects.filter(name=name).exists()
        return self._known[name]

    def find(self, name: str, code: str, reach: Reach | None, above: str = "") -> Region | None:
        """The region meant, in the place ``above`` where a table says one; raises ``ValueError`` where it is not told."""
        key = (name, code, above)
        if key not in self._found:
            self._found[key] = self._look_up(name, code, reach, above)
        found = self._found[key]
        if isinstance(found, Region):
            return found
        raise ValueError(found)

    def _look_up(self, name: str, code: str, reach: Reach | None, above: str) -> Region | str:
        wanted = Q(code=code) if code else Q(name=name)
        rows = RegionName.objects.filter(wanted).select_related("region").prefetch_related("region__names")
        regions = {row.region_id: row.region for row in rows}
        if code and name:
            regions = {key: item for key, item in regions.items() if self.is_called(item, name, "")}
            if not regions:
                return f"行政区“{name}”与代码“{code}”不一致，请核对"
        found = [item for item in regions.values() if self._lies_in(item, above)]
        if regions and not found:
            return f"“{name or code}”不在“{above}”内，请核对"
        if len(found) > 1:
            found = [item for item in found if reach is None or reach.allows(item.path)] or found
        if len(found) > 1 and self.near is not None:
            near = self.near
            found = [item for item in found if item.path.startswith(near.path)] or found
        if len(found) > 1:
            found = [item for item in found if item.valid_from <= self.on < item.valid_to] or found
        if not found and not code:
            whole = [item for item in self._with_those_above(name) if self._lies_in(item, above)]
            if len(whole) == 1:
                return whole[0]
        if not found:
            return f"区划库中没有“{name or code}”，请写全称（如“某某县”“某某镇”）或区划代码"
        if len(found) > 1:
            return f"有 {len(found)} 个地方叫“{name}”，请加一列“行政区划代码”"
        return found[0]

    def _with_those_above(self, name: str) -> list[Region]:
        """Places whose name is written with those above it: 青禾县柳岸镇."""
        words = re.sub(r"[\s/、,，-]+", "", name)
        ends = [words[at:] for at in range(1, len(words) - 1)]
        rows = RegionName.objects.filter(name__in=ends).select_related("region")
        found: dict[int, Region] = {}
        for row in rows:
            front = words[: -len(row.name)]
            above = Region.objects.filter(pk__in=row.region.ancestor_keys()).prefetch_related("names")
            for place in sorted(above, key=lambda item: -len(item.path)):
                for known in place.names.all():
                    if front.endswith(known.name):
                        front = front.removesuffix(known.name)
                        break
            if not front:
                found[row.region_id] = row.region
        return list(found.values())


class Organisations:
    """Finds organisations by name, alias or unified social credit code."""

    def __init__(self) -> None:
        self._by_text: dict[str, list[Organisation]] = defaultdict(list)
        self._asked: set[str] = set()

    def find(self, text: str, region: Region) -> Organisation:
        """The organisation meant; raises ``ValueError`` where that cannot be told."""
        if text not in self._asked:
            self._asked.add(text)
            wanted = Q(name=text) | Q(aliases__name=text) | Q(uscc=text.upper())
            self._by_text[text] = list(
                Organisation.objects.filter(wanted, merged_into__isnull=True)
                .select_related("region")
                .distinct()
                .order_by("pk")
            )
        found = self._by_text[text]
        here = [item for item in found if item.region_id == region.pk]
        above = [item for item in found if region.path.startswith(item.region.path)]
        below = [item for item in found if item.region.path.startswith(region.path)]
        for choice in (here, below, above, found):
            if len(choice) == 1:
                return choice[0]
        if not found:
            raise ValueError(f"单位库中没有“{text}”，请先登记单位，或改用登记的全称、统一社会信用代码")
        raise ValueError(f"有 {len(found)} 个单位叫“{text}”，请改填统一社会信用代码")
