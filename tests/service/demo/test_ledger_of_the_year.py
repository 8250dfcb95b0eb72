"""The ledger that a whole year leaves behind: it holds, and tells of no person."""

from __future__ import annotations

import json
import re

import pytest

from jingtu.platform.ledger import chain
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.people.models import User
from jingtu.service.cli.init import initialise
from jingtu.service.demo import build

MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
LANDLINE = re.compile(r"(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)")
IDENTITY_CARD = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dA-Za-z])")
HASH = re.compile(r"\b[0-9a-f]{64}\b|\b[0-9a-f]{8}-[0-9a-f-]{27}\b")  # digits in a row by chance
MAIL = re.compile(r"[\w.]+@[\w.]+\.\w+")


@pytest.mark.django_db
def test_a_year_leaves_a_sound_ledger_without_personal_data() -> None:
    initialise()
    build("only for this test")
    assert chain.seal_all() > 100
    found = chain.verify()
    assert found.first_broken is None
    assert found.sealed == found.rows
    people = {
        value
        for user in User.objects.all()
        for value in (user.display_name, user.username, user.phone, user.email)
        if len(value) > 1
    }
    assert len(people) > 10
    roles = {"系统管理员", "安全管理员", "审计管理员"}  # names of offices, not of people
    told = []
    for row in LedgerRow.objects.all():
        text = json.dumps([row.action, row.subject_type, row.region_path, row.facts], ensure_ascii=False)
        text = HASH.sub("", text)
        told += [f"{row.action}: {word}" for word in people - roles if word in text]
        for pattern in (MOBILE, LANDLINE, IDENTITY_CARD, MAIL):
            told += [f"{row.action}: {hit}" for hit in pattern.findall(text)]
    assert told == []
