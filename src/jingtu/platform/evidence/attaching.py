"""Files as evidence for something, and their withdrawal."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from datetime import date
from typing import BinaryIO, ClassVar

from django.utils import timezone

from jingtu.errors import CellError, ConflictError, InputError, PermissionDeniedError
from jingtu.platform.actions import Action, Subject
from jingtu.platform.evidence import storage
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.evidence.permissions import WITHDRAW
from jingtu.platform.evidence.photographs import Taken
from jingtu.platform.evidence.showing import may_withdraw
from jingtu.platform.people import permissions
from jingtu.platform.people.models import User

LONGEST_REASON = 200


def attach(
    stream: BinaryIO,
    file_name: str,
    *,
    subject_type: str,
    subject_uid: uuid.UUID,
    read_permission: str,
    region_path: str,
    organisations: Iterable[int] = (),
    actor: User | None = None,
    title: str = "",
    taken: Taken | None = None,
) -> Attachment:
    """Keep a file as evidence; called inside the action that it proves, which writes the ledger row.

    Parameters
    ----------
    subject_type, subject_uid : str, UUID
        What the file proves.
    read_permission : str
        Declared permission: who has it for ``region_path`` or for one of ``organisations`` may read.
    taken : Taken, optional
        When and where a photograph was taken.

    Raises
    ------
    RefusedFileError
        See ``storage.store``.
    """
    permissions.get(read_permission)
    stored = storage.store(stream, file_name)
    return Attachment.objects.create(
        file=stored,
        name=storage.safe_name(file_name, storage.kind_by_media_type(stored.media_type)),
        title=" ".join(title.split())[:160],
        subject_type=subject_type,
        subject_uid=subject_uid,
        read_permission=read_permission,
        region_path=region_path,
        organisation_ids=sorted(set(organisations)),
        uploaded_by=actor,
        **(taken or Taken()).columns(),
    )


def carry(from_uid: uuid.UUID, to_uid: uuid.UUID, organisations: Iterable[int] = ()) -> None:
    """Let the valid files of one subject prove another too, which tells the same thing anew.

    Parameters
    ----------
    organisations : iterable of int
        Units that may read them there besides those that could before.
    """
    for item in Attachment.objects.filter(subject_uid=from_uid, withdrawn_at=None):
        item.pk, item.uid, item.subject_uid = None, uuid.uuid4(), to_uid
        item.organisation_ids = sorted({*item.organisation_ids, *organisations})
        item._state.adding = True
        item.save(force_insert=True)


class WithdrawEvidence(Action[Attachment]):
    """Take a file back with a reason: it proves nothing any more, nobody opens it, and it stays on record.

    A unit takes back what its own people uploaded; the bureau's file about a unit is not the unit's to take.
    """

    name = "evidence.withdraw"
    label = "作废材料"
    permission: ClassVar[str | None] = WITHDRAW.name

    def __init__(self, actor: User | None, on: date, attachment: Attachment, reason: str) -> None:
        super().__init__(actor, on)
        self.attachment = attachment
        self.reason = reason.strip()

    def subject(self) -> Subject:
        item = self.attachment
        return Subject("attachment", item.uid, item.region_path, tuple(item.organisation_ids))

    def lock(self) -> None:
        self.attachment = (
            Attachment.objects.select_for_update(of=("self",))
            .select_related("file")
            .get(pk=self.attachment.pk)
        )

    def check_permission(self) -> None:
        super().check_permission()
        if self.actor is not None and not may_withdraw(self.actor, self.attachment):
            raise PermissionDeniedError(
                "这份材料由其他单位上传，应由上传单位或经办人作废。", permission=WITHDRAW.name
            )

    def check_state(self) -> None:
        if self.attachment.withdrawn_at is not None:
            raise ConflictError("这份材料已经作废。")
        if not self.reason:
            raise InputError("作废材料需要写明原因。", [CellError("请写明原因", column="原因")])
        if len(self.reason) > LONGEST_REASON:
            raise InputError("作废原因太长。", [CellError(f"不能超过 {LONGEST_REASON} 个字", column="原因")])

    def perform(self) -> Attachment:
        item = self.attachment
        item.withdrawn_at, item.withdrawn_by, item.withdrawn_reason = timezone.now(), self.actor, self.reason
        # A correction carries the files of the corrected report along: one upload, taken back as one.
        Attachment.objects.filter(upload=item.upload, withdrawn_at=None).update(
            withdrawn_at=item.withdrawn_at,
            withdrawn_by=item.withdrawn_by,
            withdrawn_reason=item.withdrawn_reason,
        )
        self.record(
            file=self.attachment.file.sha256,
            subject=str(self.attachment.subject_uid),
            # Free text may name people; the row proves it without holding it.
            reason=hashlib.sha256(self.reason.encode()).hexdigest(),
        )
        return self.attachment
