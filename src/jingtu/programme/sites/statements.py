"""What forms say of construction land."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q

from jingtu.platform.evidence.laboratory.models import Survey
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.regions.models import Region
from jingtu.platform.statements.declarations import Statement, Told, declare
from jingtu.platform.statements.telling import Read, Recorded, Standing, Together, han

LAND, PRIORITY = "construction_parcels", "priority_parcels"
SUSPECTED = declare(
    Statement(
        "parcels.suspected",
        "建设用地地块清单（待调查和评审中）",
        Standing(LAND, ("to_survey", "in_review"), noun="待调查和评审中的建设用地地块", moves=("create",)),
    )
)
POLLUTED = declare(
    Statement(
        "parcels.polluted",
        "建设用地地块清单（超标）",
        Standing(LAND, ("over", "listed"), noun="调查超标和列入名录的建设用地地块", moves=("find_over",)),
    )
)
LISTED = declare(
    Statement(
        "parcels.listed",
        "建设用地地块清单（列入名录）",
        Standing(LAND, ("listed",), noun="列入风险管控和修复名录的地块", moves=("enter_list", "leave_list")),
    )
)
ACCESS = declare(
    Statement(
        "parcels.access",
        "建设用地准入管理",
        Together(
            (
                Standing(LAND, ("available", "supplied"), noun="符合用地要求的地块", moves=("supply",)),
                Recorded("unlawful_development", "查处违规开发利用"),
                Read("key_construction_land_safe_use_rate"),
            )
        ),
    )
)
TRANSFERS = declare(
    Statement(
        "parcels.transfers",
        "用途变更和供地情况",
        Standing(
            LAND, noun="用途变更为住宅、公共管理与公共服务用地的地块", moves=("create", "supply", "withdraw")
        ),
    )
)
IDLE = declare(
    Statement(
        "parcels.idle",
        "优先监管地块管控情况",
        Together((Standing(PRIORITY), Read("priority_parcel_control_ratio"))),
    )
)
VACATED = declare(
    Statement(
        "parcels.vacated",
        "关闭搬迁企业地块",
        Standing(
            PRIORITY,
            which=Q(priorityparcelfacts__closed_on__isnull=False),
            noun="关闭搬迁企业地块",
            moves=("create",),
        ),
    )
)
SURVEYS = declare(
    Statement(
        "parcels.surveys",
        "土壤污染状况调查",
        Standing(
            LAND,
            noun="建设用地地块",
            moves=("report", "pass_review", "find_over", "accept_risk"),
            since_january=True,
        ),
    )
)
CONTROL = declare(
    Statement(
        "parcels.control",
        "风险管控和修复",
        Standing(
            LAND,
            ("over", "listed"),
            noun="需风险管控或者修复的地块",
            moves=("enter_list",),
            since_january=True,
        ),
    )
)
EFFECT = declare(
    Statement(
        "parcels.effect",
        "效果评估后移出名录",
        Standing(
            LAND,
            ("listed", "removed"),
            noun="列入和移出名录的地块",
            moves=("leave_list",),
            since_january=True,
        ),
    )
)


def _survey_firms(region: Region, _first: date, last: date, known_at: datetime | None) -> Told | None:
    """Survey firms and laboratories on record, and how many surveys they have under way."""
    bodies = Organisation.objects.filter(
        region__path__startswith=region.path,
        kind__in=(Organisation.Kind.SURVEY_FIRM, Organisation.Kind.LABORATORY),
        merged_into__isnull=True,
        valid_from__lte=last,
        valid_to__gt=last,
    ).count()
    known = Q() if known_at is None else Q(created_at__lte=known_at)
    surveys = Survey.objects.filter(known, region__path__startswith=region.path).count()
    if not bodies and not surveys:
        return None
    return Told(f"截至{han(last)}，登记从业单位和检测机构{bodies}家，登记检测任务{surveys}项。")


SURVEY_FIRMS = declare(Statement("organisations.survey_firms", "从业单位和检测机构", _survey_firms))
