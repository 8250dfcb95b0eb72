"""Reading a plan document: from the file to targets, tasks, forms and warnings."""

from __future__ import annotations

from pathlib import Path

from jingtu.errors import UnreadableDocumentError
from jingtu.knowledge.plantext.model import Plan, PlanWarning, Target
from jingtu.knowledge.plantext.normalise import NormalText, normalise
from jingtu.knowledge.plantext.sentences import Context
from jingtu.knowledge.plantext.sources import SourceDocument, read_source
from jingtu.knowledge.plantext.structure import checks
from jingtu.knowledge.plantext.structure.assembly import Assembler, default_prefix
from jingtu.knowledge.plantext.structure.drafts import Draft
from jingtu.knowledge.plantext.structure.meta import Meta
from jingtu.knowledge.plantext.structure.outline import Section, build_outline
from jingtu.knowledge.plantext.structure.prose import ProseReader
from jingtu.knowledge.plantext.structure.table_tasks import form_rows, table_tasks
from jingtu.knowledge.plantext.structure.tables import ReadTable, read_tables
from jingtu.knowledge.plantext.structure.target_sources import (
    merge_targets,
    notes_of,
    prose_targets,
    table_targets,
)

_LEVELS = ("自治区", "省", "市", "县", "区", "州", "盟", "旗", "镇", "乡")


def read_plan(path: Path) -> Plan:
    """Read a plan document.

    Parameters
    ----------
    path : Path
        A ``.docx``, a ``.pdf`` with a text layer or a text file.

    Returns
    -------
    Plan
        Everything that was read, with spans in the text that :func:`plan_text` gives.

    Raises
    ------
    UnreadableDocumentError
        The file cannot be read, or it is no plan (``facts["reason"] == "not_a_plan"``).
    """
    try:
        return read_plan_document(read_source(path))
    except UnreadableDocumentError as error:
        error.facts.setdefault("file", path.name)
        raise


def plan_text(path: Path) -> str:
    """The normalised text of a plan document: the text that all spans count in.

    Raises
    ------
    UnreadableDocumentError
        The file cannot be read.
    """
    return normalise(read_source(path)).text


def read_plan_document(document: SourceDocument) -> Plan:
    """Read what a reader found in a file.

    Raises
    ------
    UnreadableDocumentError
        The document is a masked copy, or it sets no tasks and no targets.

    Examples
    --------
    >>> from jingtu.knowledge.plantext.sources import Paragraph
    >>> document = SourceDocument("docx", [Paragraph(line) for line in (
    ...     "某县2030年土壤污染防治工作计划",
    ...     "一、重点任务",
    ...     "1.开展排查。6月底前完成全县排查。（县环保局牵头，县民政局等参与）",
    ... )])
    >>> plan = read_plan_document(document)
    >>> [(task.title, task.lead_units[0].expanded, task.deadlines[0].due.isoformat()) for task in plan.tasks]
    [('开展排查', '县环保局', '2030-06-30')]
    """
    normal = normalise(document)
    if checks.is_spoiled(normal.text):
        raise UnreadableDocumentError(
            "文件中的数字或文字被遮盖或打乱，不能据此建立计划。请使用正式发布的原文。", reason="damaged"
        )
    root = build_outline(normal)
    tables = read_tables(normal)
    meta = Meta(normal, root)
    prose = ProseReader(normal, root)
    drafts = prose.tasks()
    for table in tables:
        if table.kind == "task":
            drafts += table_tasks(normal, table)
    forms = [row for table in tables if table.kind == "form" for row in form_rows(normal, table)]
    if not drafts and meta.title is not None:
        drafts = prose.tasks_without_notes()
    drafts.sort(key=lambda draft: draft.spans[0])

    clauses = [item for draft in drafts for item in draft.clauses]
    units = [mention.raw for item in clauses for mention in item.clause.mentions()]
    region = meta.region(units)
    prefix = default_prefix(clauses, _level_of(region.name) if region else None)
    context = Context(
        meta.year,
        meta.title,
        notes_of(normal, tables),
        meta.issued_on.year if meta.issued_on else None,
        meta.since,
    )
    targets = _targets(normal, root, tables, context, drafts)
    _refuse_other_documents(normal, meta, drafts, targets)

    assembler = Assembler(prefix, context)
    plan = Plan(meta.title, region, meta.year, meta.issue_number, meta.issued_on, meta.issuer, targets)
    plan.tasks = [assembler.task(draft) for draft in drafts]
    plan.report_form = [assembler.form_row(row) for row in forms]
    plan.warnings = [
        *(PlanWarning("page_not_read", notice) for notice in document.notices),
        *checks.number_warnings(drafts),
        *checks.unit_warnings(plan.tasks, assembler.doubtful),
        *checks.target_warnings(targets),
        *checks.date_warnings(plan, context),
        *checks.report_day_warnings(normal, plan, context),
    ]
    return plan


def _targets(
    normal: NormalText, root: Section, tables: list[ReadTable], context: Context, drafts: list[Draft]
) -> list[Target]:
    first_task = min((draft.spans[0][0] for draft in drafts), default=len(normal.text))
    return merge_targets(
        prose_targets(normal, root, context, first_task), list(table_targets(normal, tables, context))
    )


def _level_of(name: str) -> str | None:
    return next((level for level in _LEVELS if name.endswith(level)), None)


def _refuse_other_documents(
    normal: NormalText, meta: Meta, drafts: list[Draft], targets: list[Target]
) -> None:
    named = checks.is_plan_title(meta.title)
    if (drafts or targets) and named:
        return
    if any(draft.clauses for draft in drafts) and not checks.is_regulation(normal):
        return
    raise UnreadableDocumentError(
        "这份文件里没有找到工作任务和目标指标，看起来不是工作计划。请上传年度计划、行动方案、实施方案、工作要点等文件。",
        reason="not_a_plan",
    )
