"""A file that is uploaded before the step or the record that it proves."""

from __future__ import annotations

from datetime import date
from typing import BinaryIO

from jingtu.platform.evidence.attaching import attach
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.people.models import User
from jingtu.platform.registers.actions import EntryAction
from jingtu.platform.registers.models import Entry


class UploadEvidence(EntryAction[Attachment]):
    """Keep a file of an entry, to be named by a move or a record afterwards.

    Parameters
    ----------
    permission : str
        That of the step or of the kind of records: who may take it may bring its papers.
    stream, file_name : BinaryIO, str
        The file.
    title : str
        What it is for.

    Raises
    ------
    RefusedFileError
        See ``evidence.storage.store``.
    """

    name = "registers.upload_evidence"
    label = "上传佐证材料"

    def __init__(
        self, actor: User | None, on: date, entry: Entry, *, permission: str, stream: BinaryIO, file_name: str, title: str
    ) -> None:  # fmt: skip
        super().__init__(actor, on, entry)
        self.needed, self.stream, self.file_name, self.title = permission, stream, file_name, title

    def permission_name(self) -> str:
        return self.needed

    def perform(self) -> Attachment:
        holder = self.version.holder_id
        kept = attach(
            self.stream, self.file_name, subject_type=self.register.id, subject_uid=self.entry.uid,
            read_permission=self.register.read_permission, region_path=self.version.region.path,
            organisations=[holder] if holder else [], actor=self.actor, title=self.title,
        )  # fmt: skip
        self.record(register=self.register.id, code=self.entry.code, evidence=[kept.file.sha256])
        return kept
