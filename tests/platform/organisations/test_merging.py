"""Two entries that are one body: everything follows, what was known then stays, and it can be taken back."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db.models import QuerySet
from django.utils import timezone
from tests.programme.plans.conftest import *  # noqa: F403

from jingtu.errors import ConflictError, InputError, PermissionDeniedError
from jingtu.platform import clock
from jingtu.platform.clock import OPEN_TIME
from jingtu.platform.duties.models import Duty
from jingtu.platform.evidence.laboratory.models import SheetMapping, Survey
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations import doubles, holdings, unresolved
from jingtu.platform.organisations.actions import (
    AddAlias,
    AddFacility,
    AssignName,
    KeepApart,
    MergeOrganisations,
    RenameOrganisation,
    SetCode,
    UndoMerge,
)
from jingtu.platform.organisations.models import Organisation, OrganisationMerge
from jingtu.platform.people import policies
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.exchange.places import Organisations
from jingtu.platform.registers.models import Entry, Version
from jingtu.platform.registers.versions import at, version_on
from jingtu.platform.scorecards.models import Scorecard, ScoreTemplate
from jingtu.programme.plans.actions import ReportProgress
from jingtu.programme.plans.models import Plan, Progress, TaskUnit

ON = date(2024, 6, 30)
CODE = "9145020019860001X7"
# What organisations says of itself: names, plants, merges. Everything else must be declared as a holding.
OWN = "organisations."


def pointing() -> dict[str, Any]:
    """Every column of every model that points to an organisation, by its name."""
    return {
        f"{model._meta.label}.{column.name}": (model, column.name)
        for model in apps.get_models()
        for column in model._meta.concrete_fields
        if column.related_model is Organisation
    }


def in_force(model: Any) -> QuerySet[Any]:
    """Rows of a model that are believed, or hold, now."""
    rows = model._default_manager.all()
    columns = {column.name for column in model._meta.concrete_fields}
    if "recorded_to" in columns:
        return rows.filter(recorded_to=OPEN_TIME)
    if "valid_to" in columns:
        return rows.filter(valid_to__gt=timezone.localdate())
    return rows


def test_every_column_that_points_to_an_organisation_is_declared() -> None:
    """A new column without a holding would be left behind by a merge."""
    found = {name for name in pointing() if not name.startswith(OWN)}
    assert found == {item.field for item in holdings.all_holdings()}


@pytest.fixture
def twin(county: Region) -> Organisation:
    return Organisation.objects.create(name="青禾县农业局", kind=Organisation.Kind.DEPARTMENT, region=county)


@pytest.fixture
def member(person: Any, farming: Organisation) -> User:
    return person(Role.DEPARTMENT, organisation=farming)


@pytest.fixture
def lived(farming: Organisation, confirmed: Plan, officer: User, member: User) -> Entry:
    """A task led by the body that will turn out to be a duplicate, with a report, a file and a duty."""
    part = TaskUnit.objects.get(role="lead", organisation=farming, recorded_to=OPEN_TIME)
    with clock.replaying(datetime(2024, 5, 20, 9, tzinfo=UTC)):
        ReportProgress(
            member,
            date(2024, 5, 20),
            part.entry,
            organisation=farming,
            period="2024-05",
            text="已编制方案",
            files=[("方案.txt", io.BytesIO("方案".encode()))],
        ).execute()
    Duty.objects.create(
        rule="test", entry=part.entry, period="2024-06", what="报送进展", holder=farming,
        region_path=officer.memberships.get().region.path, raised_on=ON,
    )  # fmt: skip
    Survey.objects.create(
        code="JC-1", name="调查", region=farming.region, standard="gb15618",
        holder=farming, organisation=farming, laboratory=farming,
    )  # fmt: skip
    SheetMapping.objects.create(
        laboratory=farming, fingerprint="0" * 64, confirmed_at=datetime(2024, 5, 20, 9, tzinfo=UTC),
        ledger_row=LedgerRow.objects.latest("id"),
    )  # fmt: skip
    row = LedgerRow.objects.latest("id")
    template = ScoreTemplate.objects.create(
        kind="test", number=1, valid_from=ON, recorded_at=row.at, ledger_row=row
    )
    Scorecard.objects.create(
        template=template, kind="test", entry=part.entry, name="评分", region=farming.region, holder=farming,
        on=ON, total=90, recorded_at=row.at, ledger_row=row,
    )  # fmt: skip
    return part.entry


def merge(officer: User, duplicate: Organisation, into: Organisation, **more: Any) -> OrganisationMerge:
    MergeOrganisations(officer, ON, duplicate, into, "同一单位", **more).execute()
    return OrganisationMerge.objects.get(duplicate=duplicate, undone_at__isnull=True)


def holder(entry: Entry, day: date, known_at: datetime | None = None) -> Organisation | None:
    version = version_on(entry, day, known_at)
    assert version is not None
    return version.holder


def test_everything_in_force_follows_and_the_past_stays(
    lived: Entry, officer: User, member: User, farming: Organisation, twin: Organisation
) -> None:
    held = {item.field: item.count(farming) for item in holdings.all_holdings()}
    assert all(held.values()), held
    before = datetime.now(UTC)
    merge(officer, farming, twin)

    left = {
        name: in_force(model).filter(**{column: farming}).count()
        for name, (model, column) in pointing().items()
        if not name.startswith(OWN)
    }
    assert set(left.values()) == {0}, left
    assert {item.field: item.count(twin) for item in holdings.all_holdings()} == held

    # Today the task is the remaining body's, for all its days.
    for day in (date(2024, 4, 1), ON):
        assert holder(lived, day) == twin
        parts = TaskUnit.objects.filter(at(day), entry=lived, role="lead")
        assert [part.organisation for part in parts] == [twin]
    report = Progress.objects.get(entry=lived, recorded_to=OPEN_TIME)
    assert (report.organisation, report.text, report.reported_by) == (twin, "已编制方案", member)
    assert Attachment.objects.get(subject_uid=report.uid).name == "方案.txt"

    # As it was known before, it still is the duplicate's.
    assert holder(lived, ON, before) == farming
    parts = TaskUnit.objects.filter(at(ON, before), entry=lived, role="lead")
    assert [part.organisation for part in parts] == [farming]
    old = Progress.objects.get(entry=lived, recorded_from__lte=before, recorded_to__gt=before)
    assert old.organisation == farming
    assert Attachment.objects.filter(subject_uid=old.uid).exists()

    # Whoever acted for the duplicate goes on under the other, and reports in its name.
    person = User.objects.get(pk=member.pk)
    assert set(policies.reach(person, "plans.task.report").organisations) == {farming.pk, twin.pk}
    ReportProgress(person, ON, lived, organisation=twin, period="2024-06", text="已完成").execute()


def test_a_merge_taken_back_leaves_things_as_they_were(
    lived: Entry, officer: User, member: User, farming: Organisation, twin: Organisation, county: Region
) -> None:
    SetCode(officer, ON, farming, CODE).execute()
    AddFacility(officer, ON, farming, "示范场", county).execute()
    held = {item.field: item.count(farming) for item in holdings.all_holdings()}
    done = merge(officer, farming, twin, keep=["name"])
    twin.refresh_from_db()
    assert (twin.name, twin.uscc) == ("青禾县农业农村局", CODE)
    assert set(twin.aliases.values_list("name", flat=True)) >= {"青禾县农业局"}

    UndoMerge(officer, ON, done, "查明是两个单位").execute()
    farming.refresh_from_db()
    twin.refresh_from_db()
    assert (farming.name, farming.uscc, farming.merged_into) == ("青禾县农业农村局", CODE, None)
    assert (twin.name, twin.uscc) == ("青禾县农业局", None)
    assert {item.field: item.count(farming) for item in holdings.all_holdings()} == held
    assert {item.count(twin) for item in holdings.all_holdings()} == {0}
    assert (farming.facilities.count(), twin.facilities.count()) == (1, 0)
    assert holder(lived, ON) == farming
    with pytest.raises(ConflictError):
        UndoMerge(officer, ON, done, "再来一次").execute()
    merge(officer, farming, twin)


def test_what_both_have_is_kept_once(
    lived: Entry, officer: User, farming: Organisation, twin: Organisation, person: Any
) -> None:
    """One part in a task, one duty, one role; a month that both reported keeps both reports."""
    part = TaskUnit.objects.get(role="lead", organisation=farming, recorded_to=OPEN_TIME)
    part.pk, part.organisation = None, twin
    part.save()
    duty = Duty.objects.get(rule="test")
    duty.pk, duty.holder = None, twin
    duty.uid = Duty._meta.get_field("uid").get_default()
    duty.save()
    ReportProgress(
        officer, date(2024, 5, 20), lived, organisation=twin, period="2024-05", text="另一份"
    ).execute()
    both = person(Role.DEPARTMENT, organisation=farming)
    Membership.objects.create(
        user=both, role=Role.DEPARTMENT, region=both.memberships.get().region, organisation=twin
    )
    done = merge(officer, farming, twin)
    assert TaskUnit.objects.filter(entry=lived, role="lead", recorded_to=OPEN_TIME).count() == 1
    assert dict(Duty.objects.filter(rule="test").values_list("holder", "state")) == {
        twin.pk: "open",
        farming.pk: "cancelled",
    }
    assert [item.organisation for item in both.memberships.filter(valid_to__gt=timezone.localdate())] == [
        twin
    ]
    reports = Progress.objects.filter(entry=lived, recorded_to=OPEN_TIME)
    assert dict(reports.values_list("organisation", "text")) == {twin.pk: "另一份", farming.pk: "已编制方案"}

    UndoMerge(officer, ON, done, "两个单位").execute()
    assert TaskUnit.objects.filter(entry=lived, role="lead", recorded_to=OPEN_TIME).count() == 2
    assert Duty.objects.filter(rule="test", state="open").count() == 2
    assert both.memberships.filter(valid_to__gt=timezone.localdate()).count() == 2


def test_an_entry_that_both_held_one_after_the_other_is_given_back_in_part(
    farming: Organisation, confirmed: Plan, officer: User, twin: Organisation, county: Region
) -> None:
    from jingtu.platform.registers.actions import ChangeFacts, CreateEntry

    entry = CreateEntry(
        officer, date(2024, 1, 1), "priority_parcels",
        {"name": "某地块", "region": county, "holder": farming}, {}, code="D1",
    ).execute()  # fmt: skip
    ChangeFacts(officer, date(2024, 5, 1), entry, header={"holder": twin}, reason="转让").execute()

    def holders() -> list[Organisation | None]:
        return [holder(entry, day) for day in (date(2024, 2, 1), date(2024, 6, 1))]

    done = merge(officer, farming, twin)
    assert holders() == [twin, twin]
    UndoMerge(officer, ON, done, "两个单位").execute()
    assert holders() == [farming, twin]


def test_duplicates_of_duplicates_are_one_body(
    officer: User, farming: Organisation, twin: Organisation, county: Region, person: Any
) -> None:
    third = Organisation.objects.create(name="青禾县农业畜牧局", kind="department", region=county)
    user = person(Role.ENTERPRISE, organisation=third)
    first = merge(officer, farming, twin)
    merge(officer, twin, third)
    reach = policies.reach(User.objects.get(pk=user.pk), "plans.task.report")
    assert set(reach.organisations) == {farming.pk, twin.pk, third.pk}
    with pytest.raises(ConflictError, match="先撤销"):
        UndoMerge(officer, ON, first, "两个单位").execute()
    # A list that names the duplicate means the remaining body, not one of three.
    assert Organisations().find("青禾县农业局", county) == third


def test_names_that_are_kept(officer: User, farming: Organisation, twin: Organisation) -> None:
    with pytest.raises(InputError):
        MergeOrganisations(officer, ON, farming, twin, "同一单位", keep=["uscc"]).execute()
    AddAlias(officer, ON, farming, "农业农村局", source="计划").execute()
    RenameOrganisation(
        officer, date(2024, 2, 1), farming, "青禾县农业农村和水利局", source="机构改革"
    ).execute()
    merge(officer, farming, twin)
    former = twin.aliases.get(name="青禾县农业农村局")
    assert (former.kind, former.valid_to) == ("former", date(2024, 2, 1))
    assert twin.aliases.filter(name__in=["农业农村局", "青禾县农业农村和水利局"]).count() == 2


# Proposals of likely doubles


def found(county: Region) -> set[tuple[str, str, str]]:
    rows = Organisation.objects.filter(region__path__startswith=county.path)
    pairs = doubles.proposals(rows.select_related("region").prefetch_related("aliases"))
    return {(*sorted([pair.first.name, pair.second.name]), pair.why[0]) for pair in pairs}


def test_likely_doubles(county: Region, neighbour: Region, officer: User) -> None:
    def enter(name: str, kind: str = "enterprise", region: Region = county) -> Organisation:
        return Organisation.objects.create(name=name, kind=kind, region=region)

    one = enter("青禾县永兴化工有限公司")
    other = enter("永兴化工有限责任公司")
    enter("永兴化工厂")
    enter("青禾县住建局", "department")
    enter("青禾县住房和城乡建设局", "department")
    enter("红枫县住建局", "department", neighbour)
    enter("青禾县人民政府", "government")
    enter("柳岸镇人民政府", "government", Region.objects.get(name="柳岸镇"))
    works = enter("宏远电镀有限公司")
    AddAlias(officer, ON, works, "老电镀厂", source="档案").execute()
    enter("老电镀厂")
    form = ("永兴化工有限责任公司", "青禾县永兴化工有限公司", doubles.SAME_FORM)
    alias = ("宏远电镀有限公司", "老电镀厂", doubles.SAME_ALIAS)
    function = ("青禾县住建局", "青禾县住房和城乡建设局", doubles.SAME_FUNCTION)
    assert found(county) == {form, alias, function}
    KeepApart(officer, ON, other, one, "两家公司，股东不同").execute()
    assert found(county) == {alias, function}
    with pytest.raises(ConflictError):
        KeepApart(officer, ON, one, other, "再确认").execute()


def test_bodies_of_one_name_in_two_counties_are_two(county: Region, neighbour: Region) -> None:
    for region in (county, neighbour):
        Organisation.objects.create(name="永兴化工有限公司", kind="enterprise", region=region)
    rows = Organisation.objects.select_related("region").prefetch_related("aliases")
    assert doubles.proposals(rows) == []


# Names that no rule could tell


def test_a_name_is_tied_to_the_organisation_it_means(
    farming: Organisation, confirmed: Plan, officer: User, county: Region
) -> None:
    part = TaskUnit.objects.filter(role="lead", organisation=farming, recorded_to=OPEN_TIME).get()
    TaskUnit.objects.filter(pk=part.pk).update(organisation=None, expanded="县涉农部门")
    Version.objects.filter(entry=part.entry, recorded_to=OPEN_TIME).update(holder=None)
    Duty.objects.create(
        rule="test",
        entry=part.entry,
        period="2024-06",
        what="报送进展",
        region_path=county.path,
        raised_on=ON,
    )
    assert [(name.words, name.count) for name in unresolved.names(county.path, ON)] == [("县涉农部门", 1)]
    before = datetime.now(UTC)
    with pytest.raises(ConflictError):
        AssignName(officer, ON, "县别的部门", county, farming).execute()
    assert AssignName(officer, ON, "县涉农部门", county, farming).execute() == 1
    assert unresolved.names(county.path, ON) == []
    assert [name.words for name in unresolved.names(county.path, ON, before)] == ["县涉农部门"]
    assert holder(part.entry, ON) == farming
    assert holder(part.entry, ON, before) is None
    assert Duty.objects.get(rule="test").holder == farming
    assert TaskUnit.objects.get(at(ON), entry=part.entry, role="lead").organisation == farming
    assert farming.aliases.filter(name="县涉农部门").exists()


def test_a_body_of_the_city_gets_no_alias_from_a_county(
    farming: Organisation, confirmed: Plan, officer: User, county: Region
) -> None:
    above = Organisation.objects.create(name="白石市农业农村局", kind="department", region=county.parent)
    TaskUnit.objects.filter(organisation=farming, recorded_to=OPEN_TIME).update(
        organisation=None, expanded="上级部门"
    )
    assert AssignName(officer, ON, "上级部门", county, above).execute() > 0
    assert not above.aliases.exists()
    with pytest.raises(PermissionDeniedError):
        AssignName(officer, ON, "上级部门", county.parent, above).execute()
