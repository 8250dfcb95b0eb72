"""A name that no rule could tell: an officer says which organisation it means."""

from __future__ import annotations

from datetime import date

from jingtu.errors import ConflictError
from jingtu.platform.actions import Subject
from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.organisations import unresolved
from jingtu.platform.organisations.actions.base import OrganisationAction
from jingtu.platform.organisations.models import Organisation, OrganisationAlias
from jingtu.platform.organisations.permissions import EDIT
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region


class AssignName(OrganisationAction[int]):
    """Tie a name in the documents of a place to an organisation, there or above; gives back how many rows.

    Where the officer keeps the organisation too the name becomes its alias, so that the next document is
    understood by itself.
    """

    name = "organisations.assign_name"
    label = "对应文件中的名称"

    def __init__(
        self, actor: User | None, on: date, words: str, region: Region, organisation: Organisation
    ) -> None:
        super().__init__(actor, on)
        self.words = words
        self.region = region
        self.organisation = organisation

    def subject(self) -> Subject:
        # Whose documents they are decides: a county's plan names bodies of the city as well.
        return Subject("organisation", self.organisation.uid, self.region.path)

    def check_state(self) -> None:
        if self.organisation.merged_into_id is not None:
            raise ConflictError(f"“{self.organisation.name}”已经合并，请选合并后的单位。")
        open_names = {name.words for name in unresolved.names(self.region.path, self.on)}
        if self.words not in open_names:
            raise ConflictError(f"“{self.words[:40]}”已经对应，或文件里没有这个名称。")

    def perform(self) -> int:
        row = self.record(alias=self.words)
        if self._keeps() and self.words != self.organisation.name:
            known = self.organisation.aliases.filter(name=self.words, valid_to=OPEN_DATE)
            if not known.exists():
                OrganisationAlias.objects.create(
                    organisation=self.organisation, name=self.words, source="计划文件"
                )
        return sum(
            source.assign(self.words, self.region.path, self.organisation, row)
            for source in unresolved.all_sources()
        )

    def _keeps(self) -> bool:
        if self.actor is None:
            return True
        return policies.reach(self.actor, EDIT.name).allows(self.organisation.region.path)
