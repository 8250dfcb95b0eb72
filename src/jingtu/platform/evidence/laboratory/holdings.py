"""Surveys and remembered columns follow the organisation when two entries turn out to be one body."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from jingtu.platform.evidence.laboratory.models import SheetMapping, Survey
from jingtu.platform.organisations.holdings import Holding, Move, Moved, declare, tally

_LABELS = {"holder": "受检的检测任务", "organisation": "调查的检测任务", "laboratory": "承担检测的任务"}


def _counts(column: str) -> Callable[[Iterable[int]], dict[int, int]]:
    def counts(organisations: Iterable[int]) -> dict[int, int]:
        return tally(Survey.objects.filter(**{f"{column}__in": list(organisations)}), column)

    return counts


def _forward(column: str) -> Callable[[Move], list[Moved]]:
    """The survey names the remaining body; files stay readable for the people of both, who are one body."""

    def forward(move: Move) -> list[Moved]:
        rows = Survey.objects.select_for_update().filter(**{column: move.source})
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        Survey.objects.filter(pk__in=keys).update(**{column: move.target})
        return [[key, key] for key in keys]

    return forward


def _back(column: str) -> Callable[[Move, Sequence[Moved]], None]:
    def back(move: Move, moved: Sequence[Moved]) -> None:
        keys = [key for key, _ in moved]
        Survey.objects.filter(pk__in=keys, **{column: move.source}).update(**{column: move.target})

    return back


def _mappings(organisations: Iterable[int]) -> dict[int, int]:
    return tally(SheetMapping.objects.filter(laboratory__in=list(organisations)), "laboratory")


def _forward_mappings(move: Move) -> list[Moved]:
    """Where both remember the same headings, what the remaining laboratory remembers stands."""
    known = SheetMapping.objects.filter(laboratory=move.target).values_list("fingerprint", flat=True)
    rows = SheetMapping.objects.select_for_update().filter(laboratory=move.source)
    keys = list(rows.exclude(fingerprint__in=list(known)).order_by("pk").values_list("pk", flat=True))
    SheetMapping.objects.filter(pk__in=keys).update(laboratory=move.target)
    return [[key, key] for key in keys]


def _back_mappings(move: Move, moved: Sequence[Moved]) -> None:
    keys = [key for key, _ in moved]
    SheetMapping.objects.filter(pk__in=keys, laboratory=move.source).update(laboratory=move.target)


for _position, (_column, _label) in enumerate(_LABELS.items()):
    declare(
        Holding(
            f"laboratory.Survey.{_column}", _label, "项", 50 + _position,
            _counts(_column), _forward(_column), _back(_column),
        )
    )  # fmt: skip
declare(
    Holding(
        "laboratory.SheetMapping.laboratory", "检测表格的列对照", "份", 55,
        _mappings, _forward_mappings, _back_mappings,
    )
)  # fmt: skip
