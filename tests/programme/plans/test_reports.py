"""Reports that were written without a network: stored once, under their own day, answered in words."""

from __future__ import annotations

import dataclasses
import io
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.platform.evidence import samples

from jingtu.errors import ConflictError
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.registers.models import Entry
from jingtu.programme.plans import actions
from jingtu.programme.plans.models import Plan, Progress

TODAY = date(2024, 6, 30)
WRITTEN = date(2024, 6, 27)


@pytest.fixture
def desk(settings: Any, tmp_path: Path, client: Client, officer: User) -> Client:
    """The officer's browser on the last day of June."""
    settings.CONFIG = dataclasses.replace(settings.CONFIG, today=TODAY.isoformat())
    settings.MEDIA_ROOT = tmp_path / "evidence"
    client.force_login(officer, "allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def send(desk: Client, task: Entry, bureau: Organisation) -> Callable[..., Any]:
    """Send one report as the outbox does; named fields replace those of a good one."""

    def make(**fields: Any) -> Any:
        good = {
            "organisation": str(bureau.uid), "period": "2024-06", "state": "in_progress", "text": "完成核查。",
            "key": str(uuid.uuid4()), "written_on": WRITTEN.isoformat(),
        }  # fmt: skip
        headers = {"accept": "application/json", "jingtu-behind": "1"}
        return desk.post(reverse("task_report", args=[task.uid]), {**good, **fields}, headers=headers)

    return make


def report(actor: User, task: Entry, bureau: Organisation, key: uuid.UUID, text: str) -> Progress:
    action = actions.ReportProgress(
        actor, TODAY, task, organisation=bureau, period="2024-06", text=text, key=key
    )
    return action.execute()


class TestOnce:
    def test_sent_again_it_answers_with_the_first(
        self, officer: User, task: Entry, bureau: Organisation
    ) -> None:
        key = uuid.uuid4()
        first = report(officer, task, bureau, key, "甲")
        rows = LedgerRow.objects.count()
        assert report(officer, task, bureau, key, "甲").uid == first.uid
        assert (Progress.objects.count(), LedgerRow.objects.count()) == (1, rows)

    @pytest.mark.django_db(transaction=True)
    def test_sent_several_times_at_once_it_is_stored_once(
        self, officer: User, task: Entry, bureau: Organisation
    ) -> None:
        key, start = uuid.uuid4(), Barrier(4)
        before = LedgerRow.objects.filter(action="plans.task.report").count()

        def once(_: int) -> uuid.UUID:
            try:
                start.wait(timeout=30)
                return report(officer, task, bureau, key, "甲").uid
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            answers = set(pool.map(once, range(4)))
        assert len(answers) == 1
        assert Progress.objects.count() == 1
        assert LedgerRow.objects.filter(action="plans.task.report").count() == before + 1

    def test_after_a_correction_the_first_stays_closed(
        self, officer: User, task: Entry, bureau: Organisation
    ) -> None:
        key = uuid.uuid4()
        first = report(officer, task, bureau, key, "甲")
        actions.ReportProgress(
            officer, TODAY, task, organisation=bureau, period="2024-06", text="乙", replaces=first.uid
        ).execute()
        report(officer, task, bureau, key, "甲")
        assert Progress.objects.get(recorded_to__year=9999).text == "乙"

    def test_a_number_stands_for_one_content(self, officer: User, task: Entry, bureau: Organisation) -> None:
        key = uuid.uuid4()
        report(officer, task, bureau, key, "甲")
        with pytest.raises(ConflictError, match="另一份内容不同的进展"):
            report(officer, task, bureau, key, "乙")

    def test_the_number_of_one_person_says_nothing_to_another(
        self, officer: User, second: User, task: Entry, bureau: Organisation
    ) -> None:
        key = uuid.uuid4()
        report(officer, task, bureau, key, "甲")
        with pytest.raises(ConflictError, match="已经填报"):
            report(second, task, bureau, key, "甲")


class TestSent:
    def test_it_keeps_the_day_on_which_it_was_written(self, send: Callable[..., Any], task: Entry) -> None:
        answer = send()
        assert (answer.status_code, answer.json()) == (200, {"to": reverse("task", args=[task.uid])})
        stored = Progress.objects.get()
        assert stored.on == WRITTEN
        assert abs(stored.recorded_from - datetime.now(UTC)) < timedelta(minutes=5)

    def test_a_phone_whose_clock_runs_ahead_reports_today(self, send: Callable[..., Any]) -> None:
        assert send(written_on="2024-08-01").status_code == 200
        assert Progress.objects.get().on == TODAY

    @pytest.mark.parametrize(
        ("back", "status"), [(30, 200), (31, 422)], ids=["the last day accepted", "one day more"]
    )
    def test_what_lay_too_long_is_refused_in_words(
        self, send: Callable[..., Any], back: int, status: int
    ) -> None:
        day = TODAY - timedelta(days=back)
        answer = send(written_on=day.isoformat(), period=f"{day:%Y-%m}")
        assert answer.status_code == status
        if status == 422:
            assert "超过可以补送的 30 日" in answer.json()["detail"]
            assert not Progress.objects.exists()

    def test_a_desk_that_looks_back_sends_all_the_same(self, send: Callable[..., Any], desk: Client) -> None:
        desk.get("/tasks/?on=2024-05-31")
        assert send().status_code == 200
        assert Progress.objects.get().on == WRITTEN
        assert b"2024-05-31" in desk.get("/tasks/").content

    def test_what_is_sent_behind_the_page_leaves_no_word_for_the_next(
        self, send: Callable[..., Any], desk: Client
    ) -> None:
        send()
        assert "进展已提交" not in desk.get("/tasks/").content.decode()

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"period": "2024-07"}, "业务日期以后的月份"),
            ({"percent": "半"}, "完成比例应为"),
            ({"key": "no"}, "表单已过期"),
            ({"written_on": "昨天"}, "填写日期应写成"),
            ({"photo_position": "91,0", "photos": "photo"}, "拍摄位置"),
        ],
    )
    def test_a_refusal_is_a_document_that_says_what_to_do(
        self, send: Callable[..., Any], fields: dict[str, str], words: str
    ) -> None:
        if "photos" in fields:
            fields = fields | {"photos": SimpleUploadedFile("a.png", samples.PNG, "image/png")}  # type: ignore[dict-item]
        answer = send(**fields)
        assert answer.status_code == 422
        assert answer["Content-Type"] == "application/problem+json"
        told = answer.json()
        assert words in " ".join([told["detail"], *(item["message"] for item in told["errors"])])
        assert not Progress.objects.exists()

    def test_photographs_keep_their_time_and_place(self, send: Callable[..., Any]) -> None:
        answer = send(
            photos=[
                SimpleUploadedFile(f"{name}.png", samples.PNG + name.encode(), "image/png") for name in "ab"
            ],
            photo_taken=["2024-06-27T09:15:00+08:00", ""],
            photo_position=["24.326,109.428,12", ""],
            files=[SimpleUploadedFile("说明.txt", "说明".encode(), "text/plain")],
        )
        assert answer.status_code == 200
        first, second, text = Attachment.objects.filter(subject_uid=Progress.objects.get().uid)
        assert first.taken_at == datetime(2024, 6, 27, 1, 15, tzinfo=UTC)
        assert (first.latitude, first.longitude, first.accuracy) == (
            Decimal("24.326"),
            Decimal("109.428"),
            12,
        )
        for item in (second, text):
            assert (item.taken_at, item.latitude, item.longitude, item.accuracy) == (None,) * 4

    def test_without_script_the_form_goes_on_to_the_task(
        self, desk: Client, task: Entry, bureau: Organisation
    ) -> None:
        fields = {
            "organisation": str(bureau.uid), "period": "2024-06", "state": "in_progress", "text": "完成核查。",
        }  # fmt: skip
        photo = SimpleUploadedFile("a.png", samples.PNG, "image/png")
        answer = desk.post(reverse("task_report", args=[task.uid]), {**fields, "photos": photo}, follow=True)
        assert answer.redirect_chain == [(reverse("task", args=[task.uid]), 302)]
        assert "进展已提交" in answer.content.decode()
        assert (Progress.objects.get().on, Attachment.objects.count()) == (TODAY, 1)


class TestTakenAlong:
    def test_the_own_unfinished_tasks_are_listed_and_no_others(
        self, desk: Client, person: Callable[..., User], confirmed: Plan
    ) -> None:
        town = Organisation.objects.get(name="柳岸镇人民政府")
        desk.force_login(
            person(Role.TOWNSHIP, organisation=town), "allauth.account.auth_backends.AuthenticationBackend"
        )
        page = desk.get(reverse("my_tasks")).content.decode()
        assert "整治涉镉等污染源" in page
        assert "落实受污染耕地措施" in page
        assert "监管重点单位" not in page

    @pytest.mark.parametrize("name", ["my_tasks", "task_report"])
    def test_a_page_is_marked_for_its_person_and_for_no_cache_on_the_way(
        self, desk: Client, officer: User, task: Entry, name: str
    ) -> None:
        answer = desk.get(reverse(name, args=[task.uid] if name == "task_report" else []))
        assert answer["Jingtu-Keep"] == str(officer.uid)
        assert "no-store" in answer["Cache-Control"]

    def test_a_page_that_looks_back_is_not_kept(self, desk: Client, task: Entry) -> None:
        assert "Jingtu-Keep" not in desk.get(reverse("my_tasks"), {"on": "2024-05-31"})
        answer = desk.get(reverse("task_report", args=[task.uid]))
        assert answer.status_code == 409
        assert "返回今天" in answer.content.decode()

    def test_no_other_page_is_marked(self, desk: Client, task: Entry) -> None:
        for address in ("/", "/tasks/", reverse("task", args=[task.uid]), "/registers/"):
            assert "Jingtu-Keep" not in desk.get(address)

    def test_a_finished_task_has_no_form(
        self, desk: Client, officer: User, task: Entry, second: User
    ) -> None:
        actions.SubmitTask(
            officer, TODAY, task, reason="完成", files=[("a.txt", io.BytesIO("完成".encode()))]
        ).execute()
        actions.CheckTask(second, TODAY, task, accept=True, reason="属实").execute()
        answer = desk.get(reverse("task_report", args=[task.uid]))
        assert answer.status_code == 409
        assert "已完成" in answer.content.decode()
