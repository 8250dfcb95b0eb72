"""The register 年度自评: drafted by the officer, reported by the head, confirmed by the level above."""

from __future__ import annotations

from jingtu.platform.registers.declarations import Field, Lifecycle, Move, Register, State, declare
from jingtu.programme.supervision.models import SelfAssessmentFacts
from jingtu.programme.supervision.permissions import CONFIRM, EDIT, IMPORT, READ, REPORT

REGISTER_ID = "self_assessments"

ASSESSMENTS = declare(
    Register(
        id=REGISTER_ID,
        label="年度自评",
        facts=SelfAssessmentFacts,
        fields=(
            Field("year", "年度", "year", required=True, synonyms=("自评年度", "考核年度")),
            Field("reported_on", "报送日期", "date"),
            Field("confirmed_points", "核定得分", "decimal", unit="分", summed=False),
            Field("confirmed_grade", "核定等次", synonyms=("等次",)),
            Field("confirmed_by", "核定单位", in_list=False),
            Field("opinion", "核定意见", "long_text", in_list=False),
        ),
        lifecycle=Lifecycle(
            states=(
                State("drafting", "编制中", "active"),
                State("reported", "已报送", "active"),
                State("returned", "退回修改", "warning"),
                State("confirmed", "已核定", "done", final=True),
            ),
            moves=(
                Move(
                    "report", "审定报送", ("drafting", "returned"), "reported", REPORT, evidence_required=True,
                    fields=("reported_on",), required_fields=("reported_on",),
                ),
                Move("send_back", "退回修改", ("reported",), "returned", CONFIRM, reason_required=True),
                Move(
                    "confirm", "核定", ("reported",), "confirmed", CONFIRM,
                    distinct_from=("report",),
                    fields=("confirmed_points", "confirmed_grade", "confirmed_by", "opinion"),
                    required_fields=("confirmed_points", "confirmed_grade"),
                ),
            ),
            initial=("drafting",),
        ),
        read_permission=READ,
        edit_permission=EDIT,
        import_permission=IMPORT,
        name_label="自评名称",
        holder_label="自评单位",
        unit="份",
        basis="年度工作计划对自查自评的要求",
    )
)  # fmt: skip
