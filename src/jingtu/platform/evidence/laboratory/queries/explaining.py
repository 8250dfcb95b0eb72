"""How results were judged: the settings of a survey, and every step of one result."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from jingtu.knowledge.standards.reasons import words_of
from jingtu.platform.clock import OPEN_TIME
from jingtu.platform.evidence.laboratory import standards, verdicts
from jingtu.platform.evidence.laboratory.models import ImportedFile, Judgement, Result
from jingtu.platform.evidence.laboratory.queries import limits, listing
from jingtu.platform.evidence.laboratory.queries.frame import Frame
from jingtu.platform.pages.formats import moment, short_date
from jingtu.platform.rulebooks.addresses import standard_address

Facts = list[tuple[str, Any]]
NOT_SET = "未配置"
# Of a figure in a table, by how it was checked; none of them says that the print itself was seen.


def settings(frame: Frame, judgement: Judgement | None) -> Facts:
    """By which editions and settings a survey was judged, when and by whom."""
    survey = frame.survey
    if judgement is None:
        return [("执行标准", standards.title_of(survey.standard, survey.region.path)), ("评价", "还没有评价")]
    found: Facts = [("评价标准", _editions(judgement))]
    if judgement.land_class is not None:
        found.append(("用地类别", dict(standards.LAND_CLASSES).get(judgement.land_class, NOT_SET)))
    if survey.sampled_from:
        last = survey.sampled_to or survey.sampled_from
        days = short_date(survey.sampled_from)
        found.append(("采样日期", days if last == survey.sampled_from else f"{days} 至 {short_date(last)}"))
    found.append(("未检出", "按检出限与限值比较；检出限高于限值的无法判定"))
    found.append(("检测机构", _laboratory(frame)))
    by = judgement.judged_by.display_name if judgement.judged_by else "系统"
    why = f"，{judgement.reason}" if judgement.reason else ""
    found.append(("评价时间", f"{moment(judgement.recorded_from)}，{by}{why}"))
    found.append(("台账", ledger(judgement.ledger_row_id)))
    return found


def _editions(judgement: Judgement) -> SafeString:
    parts = []
    for item in judgement.editions:
        number = item.get("number", "")
        if not number:
            parts.append(format_html("{}：采样时的版本{}", item.get("title", ""), NOT_SET))
            continue
        parts.append(
            format_html(
                '<a href="{}">{}</a> {}（{} 个结果）',
                standard_address(item["standard"], number), number, item.get("title", ""), item["results"],
            )
        )  # fmt: skip
    return format_html_join("；", "{}", ((part,) for part in parts))


def _laboratory(frame: Frame) -> str:
    survey = frame.survey
    if survey.laboratory is None:
        return "无数据"
    number = f"资质认定证书 {survey.cma_number}" if survey.cma_number else f"资质认定证书{NOT_SET}"
    until = f"，有效期至 {short_date(survey.cma_valid_to)}" if survey.cma_valid_to else ""
    return f"{survey.laboratory.name}，{number}{until}"


def ledger(key: int) -> SafeString:
    """The ledger row behind a change."""
    return format_html('第 <span class="tabular">{}</span> 号', key)


def explained(frame: Frame, row: Result) -> dict[str, Any]:
    """Everything that a page says of one result."""
    survey, sample = frame.survey, row.sample
    held = limits.limits_of(survey, [row])[0]
    look = verdicts.look_of(row.verdict)
    known = row.limit_value is not None
    return {
        "row": row,
        "look": look,
        "depth": listing.depth(sample),
        "ratio": f"为{_compared(row)}的 {listing.figure(row.ratio, 4)} 倍" if row.ratio is not None else "",
        "reason": words_of("reason", row.reason),
        "replaced": row.recorded_to if row.recorded_to != OPEN_TIME else None,
        "steps": _steps(row, known=known),
        "limits": [
            {
                "name": one.name, "printed": one.printed, "unit": one.unit, "clause": one.clause,
                "conditions": "；".join(part for part in (one.conditions, one.footnote) if part),
                "address": one.address, "used": known and one.value == row.limit_value,
            }
            for one in held
        ],
        "no_limits": words_of("reason", row.reason) or "质控样不与限值比较。",
        "basis": _basis(frame, row, held),
        "source": _source(row),
        "history": _history(frame, row),
    }  # fmt: skip


def _compared(row: Result) -> str:
    return listing.limit_name(row) or "限值"


def _steps(row: Result, *, known: bool) -> Facts:
    sample = row.sample
    found: Facts = [("表中原文", f"{row.raw} {row.unit}".strip() or "空")]
    if row.value is None:
        found.append(("读取", "不是可以比较的数值"))
    elif row.detected is False:
        found.append(("读取", f"未检出，检出限 {listing.figure(row.value, 6)} {row.unit}"))
    else:
        found.append(("读取", f"{listing.figure(row.value, 6)} {row.unit}"))
    if row.judged_value is not None and row.limit_unit and row.limit_unit != row.unit:
        converted = f"{listing.figure(row.judged_value, 6)} {row.limit_unit}"
        found.append(("换算为限值单位", converted))
    if row.detected is False:
        found.append(("未检出的比较", "检出限不高于限值的视为未超过；检出限高于限值的无法判定"))
    for label, value in (
        ("pH", "" if sample.ph is None else listing.figure(sample.ph)),
        ("用地", sample.land_use),
        ("农作物", sample.crop),
    ):
        if value:
            found.append((label, value))
    if known:
        found.append(
            ("比较", f"{listing.limit_name(row)} {listing.figure(row.limit_value, 6)} {row.limit_unit}")
        )
    flags = [words_of("flag", flag) for flag in row.flags.split(",") if flag]
    if flags:
        found.append(("说明", "；".join(flags)))
    return found


def _basis(frame: Frame, row: Result, held: list[limits.Held]) -> Facts:
    edition = limits.edition_of(frame.survey, row)
    if edition is None:
        return [("标准", row.edition or NOT_SET)]
    until = f"，{short_date(edition.valid_to)} 起停止施行" if edition.valid_to else ""
    found: Facts = [
        (
            "标准",
            format_html(
                '<a href="{}">{}</a> {}',
                standard_address(edition.standard, edition.number), edition.number, edition.title,
            ),
        ),
        ("施行", f"{short_date(edition.valid_from)} 起{until}"),
    ]  # fmt: skip
    if row.limit_clause:
        found.append(("条款", row.limit_clause))
    if held:
        found.append(("限值来源", held[0].source or "无数据"))
        found.append(("可靠程度", words_of("confidence", held[0].confidence) or NOT_SET))
    return found


def _source(row: Result) -> Facts:
    imported: ImportedFile = row.imported
    file = imported.attachment
    place = listing.place(row)
    by = imported.imported_by.display_name if imported.imported_by else "系统"
    found: Facts = [
        ("检测报告", format_html('<a href="{}">{}</a>', reverse("evidence", args=[file.uid]), file.name)),
        ("原表位置", place or "无数据"),
        ("检测方法", row.method or "无数据"),
        ("导入", f"{moment(imported.imported_at)}，{by}"),
        ("评价时间", moment(row.judged_at) or "没有评价"),
        ("台账", ledger(imported.ledger_row_id)),
    ]
    if imported.withdrawn_at:
        found.append(("撤回", f"{moment(imported.withdrawn_at)}，{imported.withdrawn_reason}"))
    return found


def _history(frame: Frame, row: Result) -> list[dict[str, Any]]:
    """What was believed of the same sample and analyte at other times, latest first."""
    rows = Result.objects.filter(
        survey=frame.survey, sample__code=row.sample.code, analyte=row.analyte
    ).order_by("-recorded_from", "-pk")
    found = list(rows[:20])
    if len(found) < 2:
        return []
    return [
        {
            "row": one,
            "look": verdicts.look_of(one.verdict),
            "address": listing.result_address(frame.survey, one),
        }
        for one in found
    ]
