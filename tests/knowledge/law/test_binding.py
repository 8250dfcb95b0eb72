"""What binds a kind of unit on a day."""

from __future__ import annotations

from datetime import date

import pytest

from jingtu.errors import NotFoundError
from jingtu.knowledge.law.binding import binds, kind, kinds, named
from jingtu.knowledge.law.provisions import provisions

LAST_OF_THE_OLD, FIRST_OF_THE_CODE = date(2026, 8, 14), date(2026, 8, 15)


def test_every_body_that_a_provision_names_belongs_to_a_kind() -> None:
    known = frozenset[str]().union(*(item.holders | item.general for item in kinds().values()))
    assert {word for item in provisions().values() for word in named(item)} <= known


def test_what_binds_a_key_unit_changes_with_the_code() -> None:
    before = {item.id for item in binds("土壤污染重点监管单位", LAST_OF_THE_OLD)}
    after = {item.id for item in binds("土壤污染重点监管单位", FIRST_OF_THE_CODE)}
    assert {"spl-21-2-1", "spl-21-2-2", "spl-22-2", "spl-86-1-3a-p", "r3-tank"} <= before
    assert {"eec-414-2-1", "eec-414-2-2", "eec-414-2-4", "eec-1166-2-p"} <= after
    assert not any(key.startswith("eec-") for key in before)
    assert not any(key.startswith("spl-") for key in after)


def test_the_code_reaches_other_operators_the_old_law_did_not() -> None:
    before = {item.id for item in binds("其他生产经营者", LAST_OF_THE_OLD)}
    after = {item.id for item in binds("其他生产经营者", FIRST_OF_THE_CODE)}
    assert "spl-22-1" not in before
    assert {"eec-415-1", "eec-1159-2-p"} <= after


def test_those_that_name_it_come_before_those_that_bind_everybody() -> None:
    found = binds("粮食收购者", date(2024, 10, 1))
    direct = binds("粮食收购者", date(2024, 10, 1), general=False)
    assert found[: len(direct)] == direct
    assert {"gcr-11-2", "gcr-45-4-p"} <= {item.id for item in direct}
    assert "spl-28-1" in {item.id for item in found[len(direct) :]}


def test_the_land_registry_is_bound_since_the_code_only() -> None:
    assert binds("不动产登记机构", LAST_OF_THE_OLD) == []
    assert [item.id for item in binds("不动产登记机构", FIRST_OF_THE_CODE)] == ["eec-462-reg"]


def test_an_unknown_kind_is_answered_with_those_that_come_near() -> None:
    with pytest.raises(NotFoundError) as caught:
        kind("重点监管单位")
    assert "key_unit" in caught.value.facts["near"]
