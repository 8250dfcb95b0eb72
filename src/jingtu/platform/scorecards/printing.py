"""A card on paper: one table, for Excel and Word."""

from __future__ import annotations

from django.utils import timezone

from jingtu.errors import InputError
from jingtu.platform.documents import Column, Table, write_docx, write_xlsx
from jingtu.platform.scorecards.declarations import ScorecardKind
from jingtu.platform.scorecards.models import Scorecard
from jingtu.platform.scorecards.templating import shown

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def card_table(kind: ScorecardKind, card: Scorecard) -> Table:
    """The printed table of a card: every item with its points, the total last."""
    rows = []
    for line in card.lines.select_related("item"):
        item = line.item
        most = "一票否决" if item.is_veto else shown(item.points)
        given = ("是" if line.hit else "否") if item.is_veto else shown(line.points)
        rows.append([item.group, item.text, most, given, line.remark])
    rows.append(["合计", "", shown(kind.total), shown(card.total), card.grade])
    filler = card.filled_by.display_name if card.filled_by else "系统"
    return Table(
        title=kind.label,
        columns=[
            Column("类别", 1.6, "center", merge=True), Column("检查内容", 4.2), Column("分值", 1.0, "center"),
            Column("得分", 1.0, "center"), Column("说明", 2.6),
        ],
        rows=rows,
        head=(("检查对象", card.name), ("检查日期", card.on.isoformat()), ("填写人", filler)),
        notes=(f"评分表版本：{version_label(card)}", *((f"说明：{card.note}",) if card.note else ())),
        footer=f"{timezone.localtime(card.recorded_at):%Y-%m-%d %H:%M} 记录",
        watermark="示例数据" if card.entry.is_example else "",
    )  # fmt: skip


def version_label(card: Scorecard) -> str:
    """The version of a card's template in words."""
    template = card.template
    return f"{template.region.name}第 {template.number} 版" if template.region else "默认版"


def write(kind: ScorecardKind, card: Scorecard, form: str) -> bytes:
    """The card as a file; raises ``InputError`` for a format that is not printed."""
    table = card_table(kind, card)
    if form == "xlsx":
        return write_xlsx(table)
    if form == "docx":
        return write_docx(table)
    raise InputError("只能下载为 Excel 或 Word。", format=form)
