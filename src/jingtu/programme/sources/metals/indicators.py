"""What is counted of enterprises: how many, which data are supplemented, which permits carry what they should."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Case, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.expressions import BaseExpression, Combinable
from django.db.models.functions import Coalesce

from jingtu.platform.indicators.declarations import Indicator, declare
from jingtu.platform.indicators.shares import DENOMINATOR, NUMERATOR, Counting, Parameters
from jingtu.platform.registers.entry_records import believed_records
from jingtu.programme.sources.metals.lifecycle import ON_THE_LIST, PERMIT_CHECKS, REGISTER_ID
from jingtu.programme.sources.metals.quotas.reductions import REDUCTION
from jingtu.programme.sources.metals.quotas.replacements import REPLACEMENT
from jingtu.programme.sources.metals.rules import rules_of

_FACTS = "heavymetalenterprisefacts"
REMOVED = "已移出清单"
NOT_CHECKED = "尚未核对排污许可证"
NO_SUPPLEMENT = "不需要补录"

Expression = BaseExpression | Combinable


def _listed(_on: date, _known_at: datetime | None, _parameters: Parameters) -> Expression:
    return Case(
        When(state__in=ON_THE_LIST, then=Value(NUMERATOR)), default=Value(REMOVED), output_field=TextField()
    )


def _supplemented(_on: date, _known_at: datetime | None, _parameters: Parameters) -> Expression:
    return Case(
        When(~Q(state__in=ON_THE_LIST), then=Value(REMOVED)),
        When(**{f"{_FACTS}__supplement": "done"}, then=Value(NUMERATOR)),
        When(**{f"{_FACTS}__supplement": "required"}, then=Value(DENOMINATOR)),
        default=Value(NO_SUPPLEMENT),
        output_field=TextField(),
    )


def _written(on: date, known_at: datetime | None, _parameters: Parameters) -> Expression:
    """By the last check of each permit: everything that applies is written on it, or not."""
    checks: Any = believed_records(PERMIT_CHECKS.id, known_at).filter(entry=OuterRef("entry"), on__lte=on)
    last = checks.order_by("-on", "-id").annotate(
        complete=Case(
            When(Q(measures="no") | Q(reductions="no") | Q(transfers="no"), then=Value(DENOMINATOR)),
            default=Value(NUMERATOR),
            output_field=TextField(),
        )
    )
    found = Coalesce(Subquery(last.values("complete")[:1], output_field=TextField()), Value(NOT_CHECKED))
    return Case(When(~Q(state__in=ON_THE_LIST), then=Value(REMOVED)), default=found, output_field=TextField())


ENTERPRISES = declare(
    Indicator(
        id="heavy_metal_enterprise_count",
        name="涉重金属重点行业企业数",
        unit="家",
        rules=rules_of("heavy_metal_enterprise_count"),
        calculate=Counting(REGISTER_ID, _listed, measure="count", decimals=0),
        basis="当日在涉重金属重点行业企业全口径清单内的企业数。",
        decimals=0,
    )
)

SUPPLEMENTS = declare(
    Indicator(
        id="heavy_metal_supplement_rate",
        name="涉重金属企业信息补录完成率",
        unit="%",
        rules=rules_of("heavy_metal_supplement_rate"),
        calculate=Counting(REGISTER_ID, _supplemented),
        basis="分子：已完成信息补录的企业数；分母：清单内需要补录的企业数。",
    )
)

PERMITS = declare(
    Indicator(
        id="heavy_metal_permit_completeness",
        name="涉重金属企业排污许可载明率",
        unit="%",
        rules=rules_of("heavy_metal_permit_completeness"),
        calculate=Counting(REGISTER_ID, _written),
        basis="分子：最近一次核对中减排措施、减排量、出让情况均已载明的企业数；分母：已核对排污许可证的企业数。",
    )
)

__all__ = ["ENTERPRISES", "PERMITS", "REDUCTION", "REPLACEMENT", "SUPPLEMENTS"]
