"""Keeping the list of organisations: one public place to import its actions from."""

from jingtu.platform.organisations.actions.assigning import AssignName
from jingtu.platform.organisations.actions.facilities import AddFacility, CloseFacility, EditFacility
from jingtu.platform.organisations.actions.merging import (
    KEEPABLE,
    KeepApart,
    MergeOrganisations,
    UndoMerge,
)
from jingtu.platform.organisations.actions.naming import (
    AddAlias,
    EnterOrganisation,
    RenameOrganisation,
    SetCode,
    SetKind,
    WithdrawAlias,
)

__all__ = [
    "KEEPABLE",
    "AddAlias",
    "AddFacility",
    "AssignName",
    "CloseFacility",
    "EditFacility",
    "EnterOrganisation",
    "KeepApart",
    "MergeOrganisations",
    "RenameOrganisation",
    "SetCode",
    "SetKind",
    "UndoMerge",
    "WithdrawAlias",
]
