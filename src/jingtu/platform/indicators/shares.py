"""Numbers counted over a register: shares, counts and sums, each declared by one expression.

An expression says of every version of the day whether it counts, and if not, why. From it follow the number, the
lists behind it, the same number of many places in one query, and the entries that are still missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, Literal

from django.db.models import Case, Count, F, Q, Sum, TextField, Value, When
from django.db.models.expressions import BaseExpression, Combinable

from jingtu.platform.indicators.declarations import LeftOut, Reading
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import declarations, versions
from jingtu.platform.registers.models import Version

NUMERATOR, DENOMINATOR = "+", "-"
UNMEASURED = "数量未登记，无法计入"
NOT_COUNTED = "未达到计入条件"

Parameters = Mapping[str, Any]
Classify = Callable[[date, "datetime | None", Parameters], "BaseExpression | Combinable"]
Which = Callable[[date, "datetime | None", Parameters], Q]


@dataclass(slots=True)
class Tally:
    """What one place gives: weights above and below the line, entries counted and left out by reason."""

    numerator: Decimal = Decimal(0)
    denominator: Decimal = Decimal(0)
    counted: int = 0
    complete: int = 0
    left_out: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, kind: str, entries: int, weight: Decimal, complete: int) -> None:
        """Take in some entries of one kind."""
        if kind not in {NUMERATOR, DENOMINATOR}:
            self.left_out[kind] += entries
            return
        self.counted += entries
        self.complete += complete
        self.denominator += weight
        if kind == NUMERATOR:
            self.numerator += weight


@dataclass(frozen=True, slots=True)
class Counting:
    """How an indicator counts the entries of one register; used as ``Indicator.calculate``.

    Parameters
    ----------
    register : str
        The register whose versions of the day are looked at.
    classify : callable
        ``classify(on, known_at, parameters)`` gives an expression over ``Version`` (a ``Case``) whose text is
        ``NUMERATOR``, ``DENOMINATOR`` (counted, not yet in the numerator) or the reason why an entry is left out.
        A count and a sum have no denominator: what is not in the numerator is left out.
    measure : {"share", "count", "sum"}
        ``share``: numerator over denominator in percent. ``count``: the number of entries in the numerator.
        ``sum``: the weight of the numerator.
    weight : expression, optional
        What each entry weighs (an area, an amount); one where not given. Without a weight an entry is left out.
    scale : Fraction
        Weights are divided by it for showing: ``Fraction(10000, 15)`` where they are square metres shown in mu.
    which : callable, optional
        Narrows the register to the entries that the number speaks of at all; the others are not even left out.
    complete : Q, optional
        Whether an entry carries the facts that the count rests on; ``completeness`` is their share.
    notes : callable, optional
        ``notes(on, parameters)``: an assumption to be shown with the number.

    Examples
    --------
    The share of entries of a register that are done::

        Counting(
            "wells",
            lambda on, known_at, parameters: Case(
                When(state="sealed", then=Value("已封井")),
                When(state="repaired", then=Value(NUMERATOR)),
                default=Value(DENOMINATOR),
            ),
        )
    """

    register: str
    classify: Classify
    measure: Literal["share", "count", "sum"] = "share"
    weight: BaseExpression | Combinable | None = None
    scale: Fraction = Fraction(1)
    which: Which | None = None
    complete: Q | None = None
    decimals: int = 2
    parts_unit: str = (
        ""  # of a weighted numerator and denominator; without a weight it is that of the register
    )
    notes: Callable[[date, Parameters], str] | None = None

    def __call__(
        self, region: Region, on: date, known_at: datetime | None, parameters: Parameters
    ) -> Reading:
        """The reading of a place, with the entries behind it."""
        lists: dict[str, list[int]] = defaultdict(list)
        tally = Tally()
        for key, said, weight, complete in self.rows(region, on, known_at, parameters):
            kind = self._kind(said)
            lists[kind].append(key)
            tally.add(kind, 1, weight, complete)
        inside, rest = lists.pop(NUMERATOR, []), lists.pop(DENOMINATOR, [])
        left_out = tuple(
            LeftOut(reason, len(keys), tuple(sorted(keys))) for reason, keys in sorted(lists.items())
        )
        return self._reading(
            region, on, known_at, parameters, tally, left_out,
            tuple(sorted(inside + rest)), tuple(sorted(inside)),
        )  # fmt: skip

    def tally(
        self, regions: Sequence[Region], on: date, known_at: datetime | None, parameters: Parameters
    ) -> dict[int, Reading]:
        """Readings of many places in one query, by key of the place; without the lists of entries."""
        found = {region.pk: Tally() for region in regions}
        if not regions:
            return {}
        weight = Sum("_weight") if self.weight is not None else Count("pk")
        groups = (
            self._versions(in_places(regions), on, known_at, parameters)
            .order_by()
            .values_list("region__path", "_kind")
            .annotate(_entries=Count("pk"), _heavy=weight, _whole=Count("pk", filter=self.complete or Q()))
        )
        by_path = [(region.path, found[region.pk]) for region in regions]
        for path, kind, entries, heavy, complete in groups:
            for start, tally in by_path:
                if path.startswith(start):
                    tally.add(self._kind(kind), entries, Decimal(heavy or 0), complete)
        return {
            region.pk: self._reading(
                region, on, known_at, parameters, found[region.pk],
                tuple(LeftOut(reason, count) for reason, count in sorted(found[region.pk].left_out.items())),
            )
            for region in regions
        }  # fmt: skip

    def rows(
        self, region: Region, on: date, known_at: datetime | None, parameters: Parameters
    ) -> Iterator[tuple[int, str, Decimal, int]]:
        """Entry, kind, weight and completeness of everything that the number speaks of."""
        found = self._versions(Q(region__path__startswith=region.path), on, known_at, parameters)
        columns = ["entry_id", "_kind"]
        if self.weight is not None:
            columns.append("_weight")
        if self.complete is not None:
            found = found.annotate(_complete=Case(When(self.complete, then=Value(1)), default=Value(0)))
            columns.append("_complete")
        for row in found.values_list(*columns):
            weight = Decimal(row[2] or 0) if self.weight is not None else Decimal(1)
            yield row[0], row[1], weight, row[-1] if self.complete is not None else 1

    def shown(self, weight: Decimal) -> Decimal:
        """A weight in the unit of the reading."""
        return weight * self.scale.denominator / self.scale.numerator

    def _parts_unit(self) -> str:
        return self.parts_unit or (declarations.get(self.register).unit if self.weight is None else "")

    def _kind(self, said: str) -> str:
        return NOT_COUNTED if said == DENOMINATOR and self.measure != "share" else said

    def _versions(
        self, within: Q, on: date, known_at: datetime | None, parameters: Parameters
    ) -> Any:  # annotated rows
        found = Version.objects.filter(versions.at(on, known_at), within, register=self.register)
        if self.which is not None:
            found = found.filter(self.which(on, known_at, parameters))
        kind = self.classify(on, known_at, parameters)
        if self.weight is None:
            return found.annotate(_kind=kind)
        return found.annotate(_said=kind, _weight=self.weight).annotate(
            _kind=Case(
                When(_said__in=(NUMERATOR, DENOMINATOR), _weight__isnull=True, then=Value(UNMEASURED)),
                default=F("_said"),
                output_field=TextField(),
            )
        )

    def _reading(
        self,
        region: Region,
        on: date,
        known_at: datetime | None,
        parameters: Parameters,
        tally: Tally,
        left_out: tuple[LeftOut, ...],
        counted_entries: tuple[int, ...] = (),
        numerator_entries: tuple[int, ...] = (),
    ) -> Reading:
        numerator, denominator = self.shown(tally.numerator), self.shown(tally.denominator)
        empty = not tally.counted and not left_out
        value: Decimal | None
        if self.measure == "share":
            value = rounded(100 * numerator / denominator, self.decimals) if denominator else None
        else:
            value = None if empty else rounded(numerator, self.decimals)
        status = "ok" if value is not None else ("no_data" if empty else "not_applicable")
        shown = self.measure == "share" and status != "no_data"
        note = self.notes(on, parameters) if self.notes else ""
        return Reading(
            indicator="",
            name="",
            region=region,
            on=on,
            known_at=known_at,
            value=value,
            unit="",
            numerator=numerator if shown else None,
            denominator=denominator if shown else None,
            status=status,
            counted=tally.counted,
            counted_entries=counted_entries,
            numerator_entries=numerator_entries,
            left_out=left_out,
            completeness=round(tally.complete / tally.counted, 4) if tally.counted else 0.0,
            extra={"register": self.register}
            | ({"note": note} if note else {})
            | ({"parts_unit": self._parts_unit()} if shown else {}),
        )


def rounded(value: Decimal, decimals: int = 2) -> Decimal:
    """A number to a number of decimals, halves away from zero, as reports print it.

    Examples
    --------
    >>> rounded(Decimal("92.995")), rounded(Decimal("1234.5"), 0)
    (Decimal('93.00'), Decimal('1235'))
    """
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def in_places(regions: Sequence[Region]) -> Q:
    """Versions in some places and below them.

    Examples
    --------
    >>> in_places([Region(path="/1/2/"), Region(path="/1/")])
    <Q: (AND: ('region__path__startswith', '/1/'))>
    """
    found = Q(pk__in=()) if not regions else Q()
    for path in _outermost(regions):
        found |= Q(region__path__startswith=path)
    return found


def _outermost(regions: Sequence[Region]) -> list[str]:
    """Paths that hold all others."""
    found: list[str] = []
    for path in sorted(region.path for region in regions):
        if not found or not path.startswith(found[-1]):
            found.append(path)
    return found
