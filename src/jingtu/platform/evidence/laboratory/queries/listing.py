"""The results of a survey as a list: filter, order, columns, and the same rows for a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.db.models import Count as RowCount
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jingtu.knowledge.standards.reasons import words_of
from jingtu.platform.evidence.laboratory import verdicts
from jingtu.platform.evidence.laboratory.drawing.axes import number
from jingtu.platform.evidence.laboratory.judging import RANK
from jingtu.platform.evidence.laboratory.models import Medium, Result, Sample, Survey
from jingtu.platform.evidence.laboratory.ordering import OrLowest
from jingtu.platform.evidence.laboratory.queries.frame import Frame, by_analyte, facets
from jingtu.platform.evidence.laboratory.queries.limits import kind_words
from jingtu.platform.pages.tables import Column
from jingtu.platform.rulebooks.addresses import limit_address

FILE_ORDER = "row"
_ORDERS = {
    FILE_ORDER: ("id",),
    "verdict": ("rank", "id"),
    "analyte": ("analyte_id", "rank", "id"),
    "ratio": ("ratio_key", "id"),
    "value": ("value_key", "id"),
}
DETECTED = Q(detected=True)
# Below detection without a detection limit is no number, and not detected all the same.
NOT_DETECTED = Q(detected=False) | Q(reason="no_detection_limit")
_KEYS = {"ratio_key": "ratio", "value_key": "value"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a query string asks for; what it does not know it leaves out."""

    verdict: str = ""
    analyte: str = ""
    point: str = ""
    depth: tuple[Decimal, Decimal] | None = None
    medium: str = ""
    detected: str = ""  # "yes", "no"
    words: str = ""
    sort: str = FILE_ORDER

    @property
    def depth_key(self) -> str:
        """The depth as addresses carry it."""
        return depth_key(*self.depth) if self.depth else ""

    @property
    def narrows(self) -> bool:
        """Whether anything but the order is asked for."""
        return bool(
            self.verdict
            or self.analyte
            or self.point
            or self.depth
            or self.medium
            or self.detected
            or self.words
        )


def wanted_of(parameters: QueryDict) -> Wanted:
    """The filter and the order of a query string."""
    verdict, medium, detected, sort = (
        parameters.get(name, "") for name in ("verdict", "medium", "detected", "sort")
    )
    return Wanted(
        verdict=verdict if verdict in verdicts.looks() else "",
        analyte=parameters.get("analyte", "")[:81],
        point=parameters.get("point", "")[:80],
        depth=_depth(parameters.get("depth", "")),
        medium=medium if medium in Medium.values else "",
        detected=detected if detected in {"yes", "no"} else "",
        words=parameters.get("q", "").strip()[:60],
        sort=sort if sort.removeprefix("-") in _ORDERS else FILE_ORDER,
    )


def depth_key(top: Decimal, bottom: Decimal) -> str:
    """A depth interval in an address.

    Examples
    --------
    >>> depth_key(Decimal("0.000"), Decimal("0.500"))
    '0-0.5'
    """
    return f"{plain(top)}-{plain(bottom)}"


def _depth(text: str) -> tuple[Decimal, Decimal] | None:
    try:
        top, bottom = (Decimal(part) for part in text[:20].split("-"))
    except (ValueError, InvalidOperation):
        return None
    return (top, bottom) if top.is_finite() and bottom.is_finite() else None


def narrowed(frame: Frame, wanted: Wanted, *, by_verdict: bool = True) -> QuerySet[Result]:
    """Results of a survey that fit the filter."""
    rows = frame.results if by_verdict else frame.all_results.filter(rank__gt=0)
    if wanted.verdict and by_verdict:
        rows = rows.filter(verdict=wanted.verdict, rank=RANK[wanted.verdict])
    if wanted.analyte:
        rows = rows.filter(by_analyte(wanted.analyte))
    if wanted.detected:
        rows = rows.filter(DETECTED if wanted.detected == "yes" else NOT_DETECTED)
    places = Q()
    if wanted.point:
        places &= Q(point=wanted.point)
    if wanted.depth:
        places &= Q(depth_top=wanted.depth[0], depth_bottom=wanted.depth[1])
    if wanted.medium:
        places &= Q(medium=wanted.medium)
    if places:
        rows = rows.filter(sample__in=frame.samples.filter(places))
    if wanted.words:
        rows = _with_words(frame, rows, wanted.words)
    return rows


def _with_words(frame: Frame, rows: QuerySet[Result], words: str) -> QuerySet[Result]:
    """Results whose sample, point, analyte or method has the words; a few names are looked through, not all rows."""
    sought = words.casefold()
    known = facets(frame)
    analytes = [name for name in known.printed if sought in name.casefold()]
    methods = [method for method in known.methods if sought in method.casefold()]
    samples = frame.samples.filter(Q(code__icontains=words) | Q(point__icontains=words))
    found = Q(analyte__in=analytes) if analytes else Q()
    if methods:
        found |= Q(method__in=methods)
    if samples.exists():
        found |= Q(sample__in=samples)
    return rows.filter(found) if found else rows.none()


def counts(frame: Frame, wanted: Wanted) -> dict[str, int]:
    """Results of each verdict among those that fit the rest of the filter."""
    others = (wanted.analyte, wanted.point, wanted.depth_key, wanted.medium, wanted.detected, wanted.words)

    def count() -> dict[str, int]:
        # By rank, which an index holds; the results of a survey have one verdict a rank.
        verdict_of = {RANK[code]: code for code in facets(frame).verdicts}
        rows = narrowed(frame, wanted, by_verdict=False).order_by().values_list("rank")
        return {verdict_of[rank]: number for rank, number in rows.annotate(rows=RowCount("pk"))}

    return frame.remembered(f"counts {others!r}", count)


def ordered(rows: QuerySet[Result], sort: str) -> tuple[QuerySet[Result], Sequence[str]]:
    """Rows with their order for keyset paging."""
    name = sort.removeprefix("-")
    columns = _ORDERS[name]
    for key in columns:
        if key in _KEYS:
            rows = rows.annotate(**{key: OrLowest(_KEYS[key])})
    sign = "-" if sort.startswith("-") else ""
    return rows.select_related("sample"), [f"{sign}{column}" for column in columns]


def columns(survey: Survey) -> list[Column]:
    """The columns of the list; every number leads to how it was judged, every limit to its clause."""
    return [
        Column("sample", "样品", lambda row: _sample(survey, row), lambda row: row.sample.code, css="main short"),
        Column("point", "点位", lambda row: _point(survey, row), lambda row: row.sample.point, css="short"),
        Column("depth", "深度（m）", lambda row: depth(row.sample), css="num"),
        Column("analyte", "项目", lambda row: row.analyte, sort="analyte", css="short"),
        Column("raw", "检测结果", lambda row: _raw(survey, row), lambda row: row.raw, css="num"),
        Column("value", "数值", value, lambda row: row.value, sort="value", css="num"),
        Column("unit", "单位", lambda row: row.unit, css="short"),
        Column(
            "detection_limit", "检出限", lambda row: figure(row.detection_limit),
            lambda row: row.detection_limit, css="num",
        ),
        Column("limit", "限值", lambda row: limit(survey, row), lambda row: row.limit_value, css="num"),
        Column("limit_name", "限值类别", limit_name, css="short", shown=False
        ),
        Column("limit_unit", "限值单位", lambda row: row.limit_unit, css="short", shown=False),
        Column("ratio", "倍数", lambda row: figure(row.ratio, 3), lambda row: row.ratio, sort="ratio", css="num"),
        Column("verdict", "结论", verdict, _verdict_words, sort="verdict", css="state-cell"),
        Column("reason", "说明", words, shown=False),
        Column("method", "检测方法", lambda row: row.method),
        Column("clause", "依据", clause),
        Column("medium", "样品类型", lambda row: row.sample.get_medium_display(), css="short", shown=False),
        Column("sampled_on", "采样日期", lambda row: row.sample.sampled_on, css="short", shown=False),
        Column("cell", "原表位置", place, css="short", shown=False),
    ]  # fmt: skip


EXPORTED = frozenset({"limit_name", "limit_unit", "reason"})


def exported(survey: Survey, shown: Sequence[Column]) -> list[Column]:
    """The columns of an export: those that are shown, and what a limit needs to be understood."""
    chosen = {column.id for column in shown}
    also = EXPORTED if "limit" in chosen else frozenset()
    return [column for column in columns(survey) if column.id in chosen | also]


def plain(value: Decimal) -> str:
    """A decimal without idle zeros.

    Examples
    --------
    >>> plain(Decimal("0.500")), plain(Decimal("10"))
    ('0.5', '10')
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def interval(top: Decimal | None, bottom: Decimal | None) -> str:
    """A depth interval in metres; empty where none was given.

    Examples
    --------
    >>> interval(Decimal("0.000"), Decimal("0.500")), interval(Decimal("3.000"), None)
    ('0–0.5', '3')
    """
    if top is None or bottom is None:
        return "" if top is None else plain(top)
    return f"{plain(top)}–{plain(bottom)}"


def depth(sample: Sample) -> str:
    """The depth interval of a sample in metres."""
    return interval(sample.depth_top, sample.depth_bottom)


def figure(value: float | None, digits: int = 4) -> str:
    """A figure of a result; nothing for none."""
    return "" if value is None else number(value, digits)


def value(row: Result) -> SafeString | str:
    """The parsed value; a non-detect says that it lies below."""
    if row.value is None:
        return ""
    return figure(row.value, 6) if row.detected is not False else f"＜{figure(row.value, 6)}"


def verdict(row: Result) -> SafeString:
    """The verdict, with its reason where it could not be decided."""
    badge = verdicts.look_of(row.verdict).badge
    if not row.reason:
        return badge
    return format_html('{}<br><span class="muted">{}</span>', badge, words_of("reason", row.reason))


def words(row: Result) -> str:
    """Reason and flags of a result in words."""
    flags = [words_of("flag", flag) for flag in row.flags.split(",") if flag]
    return "；".join([*([words_of("reason", row.reason)] if row.reason else []), *flags])


def limit(survey: Survey, row: Result) -> SafeString | str:
    """The limit that a result was held against, leading to its clause."""
    if row.limit_value is None:
        return ""
    unit = "" if row.limit_unit == row.unit else f" {row.limit_unit}"
    return format_html(
        '<a href="{}" title="{}">{}{}</a>',
        limit_of(survey, row), limit_name(row), figure(row.limit_value, 6), unit,
    )  # fmt: skip


def limit_name(row: Result) -> str:
    """What kind of limit a result was held against."""
    return kind_words(row.limit_name) if row.limit_name else ""


def limit_of(survey: Survey, row: Result) -> str:
    """Address of the limit of a result."""
    return limit_address(
        row.standard,
        row.edition,
        row.analyte_id,
        land_use=row.sample.land_use,
        ph=row.sample.ph,
        land_class=survey.land_class,
        crop=row.sample.crop,
    )


def clause(row: Result) -> str:
    """Edition and clause of a limit."""
    return f"{row.edition} {row.limit_clause}".strip() if row.limit_clause or row.edition else ""


def place(row: Result) -> str:
    """Where in the file a result stands."""
    return f"{row.sheet} {row.column}{row.row}".strip() if row.row else ""


def result_address(survey: Survey, row: Result) -> str:
    """Address of how a result was judged."""
    return reverse("survey_result", args=[survey.uid, row.pk])


def sample_address(survey: Survey, sample: Sample) -> str:
    """Address of a sample."""
    return reverse("survey_sample", args=[survey.uid, sample.pk])


def _sample(survey: Survey, row: Result) -> SafeString:
    return format_html('<a data-row href="{}">{}</a>', sample_address(survey, row.sample), row.sample.code)


def _point(survey: Survey, row: Result) -> SafeString | str:
    if not row.sample.point:
        return ""
    query = QueryDict(mutable=True)
    query["point"] = row.sample.point
    address = reverse("survey_points", args=[survey.uid])
    return format_html('<a href="{}?{}">{}</a>', address, query.urlencode(), row.sample.point)


def _raw(survey: Survey, row: Result) -> SafeString:
    address = result_address(survey, row)
    return format_html(
        '<a href="{}" data-drawer-open="{}" data-drawer-title="判定依据">{}</a>',
        address,
        address,
        row.raw or "空",
    )


def _verdict_words(row: Result) -> str:
    return verdicts.look_of(row.verdict).words
