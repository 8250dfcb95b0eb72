"""Reports month by month, corrections, the way of a task to its end, its documents."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from jingtu.errors import ConflictError, InputError, PermissionDeniedError
from jingtu.platform import clock
from jingtu.platform.clock import OPEN_TIME
from jingtu.platform.evidence.attaching import WithdrawEvidence
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry, Transition
from jingtu.programme.plans import actions, queries
from jingtu.programme.plans.models import Plan, Progress

from .conftest import task_titled

APRIL = date(2024, 4, 20)


def proof(words: str = "现场照片说明") -> list[actions.Upload]:
    return [("佐证.txt", io.BytesIO(words.encode()))]


def state(entry: Entry, on: date) -> str:
    version = versions.version_on(entry, on)
    assert version is not None
    return version.state


@pytest.fixture
def report(task: Entry, officer: User, bureau: Organisation) -> Callable[..., Progress]:
    def make(on: date = APRIL, actor: User = officer, **columns: object) -> Progress:
        given = {"organisation": bureau, "period": f"{on:%Y-%m}", "text": "完成现场核查。"}
        return actions.ReportProgress(actor, on, task, **{**given, **columns}).execute()

    return make


class TestReport:
    def test_the_first_report_starts_the_task_on_its_day(
        self, task: Entry, report: Callable[..., Progress]
    ) -> None:
        report()
        assert (state(task, date(2024, 4, 19)), state(task, APRIL)) == ("not_started", "in_progress")
        assert Transition.objects.filter(entry=task, transition="progress", on=APRIL).count() == 1

    def test_risk_shows_and_goes_when_the_unit_says_so(
        self, task: Entry, report: Callable[..., Progress]
    ) -> None:
        report()
        report(date(2024, 5, 20), state="at_risk", text="设备到货延期。")
        assert state(task, date(2024, 5, 20)) == "at_risk"
        report(date(2024, 6, 20), text="设备已到货。")
        assert state(task, date(2024, 6, 20)) == "in_progress"

    def test_a_task_stays_at_risk_while_another_unit_says_so(
        self, task: Entry, report: Callable[..., Progress]
    ) -> None:
        farming = Organisation.objects.get(name="青禾县农业农村局")
        report(state="at_risk", text="资金未到位。")
        report(date(2024, 5, 20), organisation=farming, text="已完成清单。")
        assert state(task, date(2024, 5, 20)) == "at_risk"

    def test_done_by_a_unit_is_not_done_for_the_task(
        self, task: Entry, report: Callable[..., Progress]
    ) -> None:
        report(state="done", percent=100, text="全部完成。")
        assert state(task, APRIL) == "in_progress"

    def test_what_is_wrong_is_said_at_once(self, report: Callable[..., Progress]) -> None:
        with pytest.raises(InputError) as raised:
            report(period="2024-13", text=" ", percent=120, state="fine")
        assert {error.column for error in raised.value.errors} == {"月份", "状态", "进展情况", "完成比例"}
        assert not Progress.objects.exists()

    def test_no_report_for_a_month_to_come(self, report: Callable[..., Progress]) -> None:
        with pytest.raises(InputError):
            report(period="2024-05")

    def test_nothing_of_the_month_is_a_report_without_words(self, report: Callable[..., Progress]) -> None:
        assert report(state="not_applicable", text="").state == "not_applicable"

    def test_a_unit_without_a_part_cannot_report(
        self, report: Callable[..., Progress], county: Region
    ) -> None:
        stranger = Organisation.objects.create(name="青禾县教育局", kind="department", region=county)
        with pytest.raises(ConflictError, match="不是这项任务"):
            report(organisation=stranger)

    def test_evidence_hangs_on_the_report(self, report: Callable[..., Progress]) -> None:
        made = report(files=proof())
        item = Attachment.objects.get(subject_uid=made.uid)
        assert (item.name, item.read_permission) == ("佐证.txt", "plans.read")
        assert item.organisation_ids == [made.organisation_id]


class TestWho:
    def test_a_township_reports_its_own_line_only(
        self, task: Entry, report: Callable[..., Progress], person: Callable[..., User]
    ) -> None:
        town, other = Organisation.objects.filter(name__endswith="镇人民政府").order_by("name")
        user = person(Role.TOWNSHIP, organisation=town)
        assert report(actor=user, organisation=town).reported_by == user
        with pytest.raises(PermissionDeniedError):
            report(actor=user, organisation=other)

    @pytest.mark.parametrize("role", [Role.SUPERIOR, Role.REVIEWER, Role.HEAD, Role.SYSTEM_ADMIN])
    def test_readers_and_administrators_do_not_report(
        self, report: Callable[..., Progress], person: Callable[..., User], role: Role
    ) -> None:
        with pytest.raises(PermissionDeniedError):
            report(actor=person(role))


class TestCorrection:
    @pytest.fixture
    def corrected(self, report: Callable[..., Progress]) -> tuple[Progress, Progress]:
        with clock.replaying(datetime(2024, 4, 20, 8, tzinfo=UTC)):
            first = report(text="完成三家审核。", percent=60, files=proof())
        with clock.replaying(datetime(2024, 5, 8, 8, tzinfo=UTC)):
            second = report(
                date(2024, 5, 8),
                period="2024-04",
                text="更正：完成两家审核。",
                percent=40,
                replaces=first.uid,
            )
        return first, second

    def test_then_and_now_differ(self, corrected: tuple[Progress, Progress], task: Entry) -> None:
        def text(known_at: datetime | None) -> list[str]:
            detail = queries.task_detail(task.uid, date(2024, 4, 30), known_at, queries.EVERYTHING)
            return [report.text for line in detail.lines for report in line.reports]

        assert text(None) == ["更正：完成两家审核。"]
        assert text(datetime(2024, 4, 30, tzinfo=UTC)) == ["完成三家审核。"]
        assert text(datetime(2024, 4, 1, tzinfo=UTC)) == []

    def test_nothing_is_overwritten(self, corrected: tuple[Progress, Progress], task: Entry) -> None:
        first, _ = corrected
        rows = queries.progress_history(task, first.organisation_id, "2024-04")
        assert [row.text for row in rows] == ["完成三家审核。", "更正：完成两家审核。"]
        assert rows[0].recorded_to == rows[1].recorded_from
        assert rows[1].recorded_to == OPEN_TIME

    def test_words_corrected_keep_the_evidence(self, corrected: tuple[Progress, Progress]) -> None:
        assert Attachment.objects.filter(subject_uid=corrected[1].uid).count() == 1

    def test_a_file_carried_along_is_taken_back_with_its_upload(
        self, corrected: tuple[Progress, Progress], officer: User
    ) -> None:
        carried = Attachment.objects.get(subject_uid=corrected[1].uid)
        WithdrawEvidence(officer, date(2024, 5, 12), carried, "传错了").execute()
        both = Attachment.objects.filter(subject_uid__in=[item.uid for item in corrected])
        assert [bool(item.withdrawn_at) for item in both] == [True, True]

    def test_the_same_file_uploaded_again_is_another_upload(
        self, report: Callable[..., Progress], officer: User
    ) -> None:
        with clock.replaying(datetime(2024, 4, 20, 8, tzinfo=UTC)):
            first = report(files=proof())
            second = report(date(2024, 5, 8), files=proof())
        taken_back, kept = (Attachment.objects.get(subject_uid=item.uid) for item in (first, second))
        WithdrawEvidence(officer, date(2024, 5, 12), taken_back, "传错了").execute()
        kept.refresh_from_db()
        assert kept.withdrawn_at is None

    def test_a_month_reported_meanwhile_is_not_overwritten(
        self, corrected: tuple[Progress, Progress], report: Callable[..., Progress]
    ) -> None:
        with pytest.raises(ConflictError, match="已经填报"):
            report(date(2024, 5, 9), period="2024-04")
        with pytest.raises(ConflictError, match="已经填报"):
            report(date(2024, 5, 9), period="2024-04", replaces=corrected[0].uid)

    def test_a_late_report_does_not_undo_a_later_state(
        self, task: Entry, report: Callable[..., Progress]
    ) -> None:
        report(date(2024, 5, 20), state="at_risk", text="有风险。")
        report(date(2024, 5, 21), period="2024-03", text="补报三月。")
        assert state(task, date(2024, 5, 21)) == "in_progress"  # filed later, on a later day, it moves on
        report(date(2024, 4, 2), period="2024-03", replaces=Progress.objects.get(period="2024-03").uid)
        assert state(task, date(2024, 5, 20)) == "at_risk"


class TestEnd:
    @pytest.fixture
    def started(self, report: Callable[..., Progress]) -> None:
        report()

    def test_submitted_with_evidence_and_accepted_by_another(
        self, started: None, task: Entry, officer: User, second: User
    ) -> None:
        actions.SubmitTask(officer, date(2024, 6, 1), task, reason="全部完成", files=proof()).execute()
        assert state(task, date(2024, 6, 1)) == "submitted"
        with pytest.raises(ConflictError, match="应由另一人办理"):
            actions.CheckTask(officer, date(2024, 6, 2), task, accept=True).execute()
        actions.CheckTask(second, date(2024, 6, 3), task, accept=True, reason="材料齐全").execute()
        assert state(task, date(2024, 6, 3)) == "done"
        assert state(task, date(2024, 6, 2)) == "submitted"

    def test_without_evidence_it_is_refused_and_no_file_stays(
        self, started: None, task: Entry, officer: User
    ) -> None:
        with pytest.raises(InputError):
            actions.SubmitTask(officer, date(2024, 6, 1), task).execute()
        assert state(task, date(2024, 6, 1)) == "in_progress"

    def test_members_who_have_not_reported_are_named_but_do_not_block(
        self, started: None, task: Entry, officer: User
    ) -> None:
        action = actions.SubmitTask(officer, date(2024, 6, 1), task, files=proof())
        transition = action.execute()
        assert "柳岸镇人民政府尚未报送完成" in action.warnings
        assert "柳岸镇人民政府尚未报送完成" in transition.reason

    def test_returned_with_a_reason(self, started: None, task: Entry, officer: User, second: User) -> None:
        actions.SubmitTask(officer, date(2024, 6, 1), task, files=proof()).execute()
        with pytest.raises(InputError):
            actions.CheckTask(second, date(2024, 6, 2), task, accept=False).execute()
        actions.CheckTask(second, date(2024, 6, 2), task, accept=False, reason="缺少验收记录").execute()
        assert state(task, date(2024, 6, 2)) == "in_progress"

    def test_reopened_with_a_reason(self, started: None, task: Entry, officer: User, second: User) -> None:
        actions.SubmitTask(officer, date(2024, 6, 1), task, files=proof()).execute()
        actions.CheckTask(second, date(2024, 6, 3), task, accept=True).execute()
        with pytest.raises(ConflictError, match="重新打开"):
            actions.ReportProgress(
                officer, date(2024, 6, 20), task, organisation=Organisation.objects.get(name="青禾生态环境局"),
                period="2024-06", text="补充材料",
            ).execute()  # fmt: skip
        actions.ReopenTask(second, date(2024, 6, 10), task, reason="抽查发现未销号").execute()
        assert state(task, date(2024, 6, 10)) == "in_progress"

    def test_who_leads_may_submit_who_supports_may_not(
        self, started: None, task: Entry, person: Callable[..., User]
    ) -> None:
        farming = Organisation.objects.get(name="青禾县农业农村局")
        user = person(Role.DEPARTMENT, organisation=farming)
        with pytest.raises(PermissionDeniedError):
            actions.SubmitTask(user, date(2024, 6, 1), task, files=proof()).execute()
        own = task_titled("落实受污染耕地措施")
        actions.SubmitTask(user, date(2024, 6, 1), own, files=proof()).execute()
        assert state(own, date(2024, 6, 1)) == "submitted"

    def test_a_second_writer_with_an_old_page_is_told(
        self, started: None, task: Entry, officer: User, second: User
    ) -> None:
        seen = versions.version_on(task, date(2024, 6, 1))
        actions.DropTask(officer, date(2024, 6, 1), task, reason="上级取消").execute()
        with pytest.raises(ConflictError, match="刷新"):
            actions.SubmitTask(
                second, date(2024, 6, 1), task, files=proof(), expected_version=seen.pk
            ).execute()


class TestDocuments:
    def test_issued_with_number_day_and_file(self, confirmed: Plan, officer: User) -> None:
        entry = versions.versions("plan_deliverables", APRIL).get().entry
        actions.MoveDeliverable(officer, APRIL, entry, "draft").execute()
        actions.MoveDeliverable(
            officer, date(2024, 6, 12), entry, "issue", issue_number="青环发〔2024〕8号",
            issued_on=date(2024, 6, 11), files=proof("正文"),
        ).execute()  # fmt: skip
        version = versions.version_on(entry, date(2024, 6, 12))
        assert version.state == "issued"
        assert version.deliverablefacts.issue_number == "青环发〔2024〕8号"
        assert version.deliverablefacts.issued_on == date(2024, 6, 11)
        assert Attachment.objects.filter(subject_uid=entry.uid).count() == 1

    def test_without_number_or_from_the_future_it_is_refused(self, confirmed: Plan, officer: User) -> None:
        entry = versions.versions("plan_deliverables", APRIL).get().entry
        with pytest.raises(InputError) as raised:
            actions.MoveDeliverable(officer, APRIL, entry, "issue", issued_on=date(2024, 5, 1)).execute()
        assert {error.column for error in raised.value.errors} == {"文号", "印发日期"}
