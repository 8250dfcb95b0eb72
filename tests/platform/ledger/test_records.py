"""A ledger row: its hash survives either database, and it lives and dies with its change."""

from __future__ import annotations

import json
import uuid
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jingtu.platform.ledger import records
from jingtu.platform.ledger.models import LedgerRow

JUNE = date(2024, 6, 30)
# Any text at all, zero characters and lone surrogates too: reasons are typed by people and pasted from Word.
TEXT = st.text(st.characters(), max_size=12)
NUMBERS = st.one_of(st.integers(-(2**80), 2**80), st.floats(allow_nan=False, allow_infinity=False))
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)),
    max_leaves=12,
)


@pytest.mark.django_db
@given(facts=st.dictionaries(TEXT, JSON, max_size=4))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_hash_is_the_same_after_the_database_kept_it(facts: dict[str, Any]) -> None:
    with transaction.atomic():
        written = records.append("test", on=JUNE, subject_type="test", facts=facts)
    read = LedgerRow.objects.get(pk=written.pk)
    assert records.digest(read.alg, records.canonical(read)) == written.row_hash


@given(value=JSON)
def test_canonical_json_is_json_and_says_the_same_when_read_back(value: Any) -> None:
    value = records.clean_facts({"value": value})["value"]
    text = records.canonical_json(value)
    assert records.canonical_json(json.loads(text)) == text
    assert records.canonical_json([value]) != text
    assert records.canonical_json(str(value) + "x") != text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1.0, 1),
        (1e16, 10**16),
        (-0.0, 0),
        (0.1, Decimal("0.1").__float__()),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ],
)
def test_the_same_value_in_two_notations_is_the_same(one: Any, other: Any) -> None:
    assert records.canonical_json(one) == records.canonical_json(other)


@pytest.mark.parametrize(
    ("one", "other"), [(1, "1"), (True, 1), (None, "null"), ([], {}), (0.1, 0.2), ("", None)]
)
def test_different_values_stay_different(one: Any, other: Any) -> None:
    assert records.canonical_json(one) != records.canonical_json(other)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"uid": uuid.uuid4()}, {"on": date(2024, 7, 1)}, {"actor_uid": uuid.uuid4()}, {"operation": uuid.uuid4()},
        {"action": "b"}, {"subject_type": "u"}, {"subject_uid": uuid.uuid4()}, {"region_path": "/45/"},
        {"facts": {"a": 2}}, {"alg": "sm3"},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_every_column_is_under_the_hash(change: dict[str, Any]) -> None:
    with transaction.atomic():
        row = records.append("a", on=JUNE, subject_type="t", facts={"a": 1})
    before = records.canonical(row)
    for name, value in change.items():
        setattr(row, name, value)
    assert records.canonical(row) != before
    assert {field.attname for field in LedgerRow._meta.concrete_fields} == {
        "id", "at", "row_hash", "uid", "on", "actor_uid", "operation", "action", "subject_type", "subject_uid",
        "region_path", "facts", "alg",
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_row_needs_the_transaction_of_its_change() -> None:
    with pytest.raises(RuntimeError, match="commits with its change"):
        records.append("test", on=JUNE, subject_type="test")

    def fail_after_writing() -> None:
        with transaction.atomic():
            records.append("test", on=JUNE, subject_type="test")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_writing()
    assert not LedgerRow.objects.exists()


@pytest.mark.django_db
def test_rows_of_one_operation_belong_together() -> None:
    with records.operation() as outer, records.operation() as inner, transaction.atomic():
        rows = [records.append(name, on=JUNE, subject_type="test") for name in ("a", "b")]
    with transaction.atomic():
        other = records.append("c", on=JUNE, subject_type="test")
    assert outer == inner == rows[0].operation == rows[1].operation != other.operation


@pytest.mark.django_db
def test_national_algorithm_where_it_is_asked_for(settings: Any) -> None:
    from dataclasses import replace

    settings.CONFIG = replace(settings.CONFIG, hash_algorithm="sm3")
    with transaction.atomic():
        row = records.append("test", on=JUNE, subject_type="test")
    assert row.alg == "sm3"
    assert row.row_hash == records.digest("sm3", records.canonical(row))
    assert row.row_hash != records.digest("sha256", records.canonical(row))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_no_number_that_is_none(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        records.clean_facts({"value": value})
