"""Entry records: the dated particulars of an entry (巡护, 检测, 拨款), in two times, by one machine."""

from jingtu.platform.registers.entry_records.actions import (
    RECORD_ADDED,
    RECORD_CORRECTED,
    RECORD_WITHDRAWN,
    AddRecord,
    CorrectRecord,
    WithdrawRecord,
)
from jingtu.platform.registers.entry_records.declarations import RecordKind, declare_records, kinds_of
from jingtu.platform.registers.entry_records.queries import believed_records

__all__ = [
    "RECORD_ADDED",
    "RECORD_CORRECTED",
    "RECORD_WITHDRAWN",
    "AddRecord",
    "CorrectRecord",
    "RecordKind",
    "WithdrawRecord",
    "believed_records",
    "declare_records",
    "kinds_of",
]
