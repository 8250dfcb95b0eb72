"""What comes again is planned once; what carries a long list of keys is planned for that list."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Count

from jingtu.platform.among import FEW
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.postgresql.base import MOST_PARAMETERS, PREPARE_THRESHOLD

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


def prepared(words: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", [f"%{words}%"])
        return int(cursor.fetchone()[0])


def test_a_statement_that_comes_again_is_prepared() -> None:
    for number in range(PREPARE_THRESHOLD + 1):
        assert not LedgerRow.objects.filter(alg="none", pk=-number).exists()
    assert prepared('"ledger_ledgerrow"."alg" = $') == 1


def test_a_long_list_of_keys_is_not() -> None:
    for start in range(PREPARE_THRESHOLD + 2):
        keys = [-start * 1000 - number for number in range(MOST_PARAMETERS + 1)]
        assert list(LedgerRow.objects.filter(pk__in=keys)) == []
    assert prepared(f"${MOST_PARAMETERS + 1}") == 0


def test_a_long_list_that_travels_as_one_value_is_not_either() -> None:
    for start in range(PREPARE_THRESHOLD + 2):
        keys = [-start * 1000 - number for number in range(FEW + 1)]
        assert list(LedgerRow.objects.filter(pk__among=keys)) == []
    assert prepared("= ANY($") == 0


def test_a_short_list_of_keys_is() -> None:
    for start in range(PREPARE_THRESHOLD + 1):
        assert list(LedgerRow.objects.filter(pk__among=[-start, -start - 1], alg="none")) == []
    assert prepared('"ledger_ledgerrow"."id" IN ($') == 1


def test_what_a_pattern_leaves_is_weighed_each_time() -> None:
    for number in range(PREPARE_THRESHOLD + 2):
        assert not LedgerRow.objects.filter(alg__startswith=f"none{number}").exists()
        assert list(LedgerRow.objects.filter(pk=-number).values("alg").annotate(Count("pk"))) == []
    assert prepared('"alg"::text LIKE $') == 0
    assert prepared("GROUP BY") == 0
