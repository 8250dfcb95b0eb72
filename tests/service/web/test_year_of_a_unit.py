"""A unit that reads only its own tasks still has a year page: its tasks, without the region's targets."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region
from jingtu.programme.plans.actions import ConfirmPlan, LoadPlan
from jingtu.programme.plans.models import TaskUnit

pytestmark = pytest.mark.django_db

PLAN = Path(__file__).parents[3] / "examples" / "plan" / "示例县2024年度土壤污染防治工作计划.docx"
ON = date(2024, 6, 30)


@pytest.fixture
def town(settings: Any) -> Region:
    settings.CONFIG = dataclasses.replace(settings.CONFIG, today=ON.isoformat())
    city = create_region("示例市", Region.Level.CITY, None, code="990100", source="测试")
    county = create_region("示例县", Region.Level.COUNTY, city, code="990122", source="测试")
    return create_region("柳岸镇", Region.Level.TOWN, county, code="990122100", source="测试")


def test_a_township_sees_its_tasks_and_no_targets(town: Region, client: Client) -> None:
    plan = LoadPlan(None, ON, file_name=PLAN.name, content=PLAN.read_bytes()).execute().plan
    ConfirmPlan(None, ON, plan, confirm_pending=True).execute()
    government = Organisation.objects.get(name="柳岸镇人民政府")
    user = User.objects.create(username="zhen", display_name="某人")
    Membership.objects.create(user=user, role=Role.TOWNSHIP, organisation=government)
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    own = set(TaskUnit.objects.filter(organisation=government).values_list("entry__uid", flat=True))
    assert own
    page = client.get("/").content.decode()
    assert "还没有生效的计划" not in page
    assert f"任务 {len(own)} 项" in page
    assert all(f"/tasks/{uid}/" in page for uid in own)
    assert "目标指标" not in page
    listed = client.get("/plans/").content.decode()
    assert plan.title not in listed
    assert "您查看的是本单位的任务" in listed
