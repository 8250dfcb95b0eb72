"""What a person should look at: gaps, repeats, contradictions, doubtful names."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date

from jingtu.knowledge.plantext.model import Plan, PlanWarning, Target, Task, Unit
from jingtu.knowledge.plantext.normalise import NormalText
from jingtu.knowledge.plantext.piece import Piece
from jingtu.knowledge.plantext.sentences import Context, read_deadlines
from jingtu.knowledge.plantext.structure.drafts import Draft
from jingtu.knowledge.plantext.structure.lines import NUMERALS

_PLAN_TITLE = re.compile(
    r"计划|方案|要点|规划|行动|清单|分工|分解|任务|目标|指标|责任书|措施|攻坚|意见|台账|部署|安排|路线图|时间表"
)
_ARTICLE = re.compile(rf"第[{NUMERALS}零〇]{{1,5}}条")
_ARTICLES = 3
_WHOLE = re.compile(r"[全我本][省市县区州盟旗镇乡]")
_REPORTING = re.compile(r"报送|上报|填报|填写|推送|报告|提交|报至|送至")
_MONTH_DAY = re.compile(r"FREQ=MONTHLY;BYMONTHDAY=(\d+)")
_MASKED = re.compile(
    r"[XxＸ×*]{1,3}(?:%|％|年|月|个|家|市人民|县人民|亩)|[\u4e00-\u9fff][XＸ×]{1,3}[\u4e00-\u9fff]"
)
_PINYIN = re.compile(r"[\u4e00-\u9fff][a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]{2,6}[\u4e00-\u9fff]")


def is_spoiled(text: str) -> bool:
    """Whether the text is a masked or spoiled copy: X for figures, letters between characters.

    Examples
    --------
    >>> is_spoiled("安全利用率达到X%以上。" * 4), is_spoiled("安全利用率达到93%以上。")
    (True, False)
    """
    size = max(len(text), 1)
    masked = sum(1 for _ in _MASKED.finditer(text))
    pinyin = sum(1 for _ in _PINYIN.finditer(text))
    return (masked >= 3 and masked * 3_000 > size) or (pinyin >= 8 and pinyin * 600 > size)


def is_plan_title(title: str | None) -> bool:
    """Whether a title is one that plans bear; a notice of an inspection is none.

    Examples
    --------
    >>> is_plan_title("某县净土工作要点"), is_plan_title("关于开展自行监测抽查的通知")
    (True, False)
    """
    return title is not None and _PLAN_TITLE.search(title) is not None


def is_regulation(normal: NormalText) -> bool:
    """Whether the document is put in articles (第一条 …): it says who has to do what for ever."""
    return sum(_ARTICLE.match(normal.of(block)) is not None for block in normal.paragraphs()) >= _ARTICLES


def number_warnings(drafts: list[Draft]) -> list[PlanWarning]:
    """Gaps and repeats of the running numbers, list by list."""
    warnings: list[PlanWarning] = []
    lists: dict[tuple[int, str], list[tuple[int, Draft]]] = defaultdict(list)
    tables = all(draft.number is None or draft.number.isdecimal() for draft in drafts)
    seen_by_list: dict[int, set[int]] = {}
    through = _runs_through(drafts)
    for draft in drafts:
        if draft.number is None:
            continue
        digits = re.search(r"(\d+)[）)]?$", draft.number)
        if digits is None:
            continue
        prefix = draft.number[: digits.start()]
        key = 0 if through and tables else draft.section_key
        lists[key, prefix].append((int(digits[1]), draft))
    for members in lists.values():
        previous: int | None = None
        seen = seen_by_list.setdefault(id(members), set())
        for number, draft in members:
            if number in seen and draft.number_above:
                continue
            if number in seen:
                warnings.append(
                    PlanWarning("number_repeated", f"编号“{draft.number}”重复出现，请核对。", draft.spans[:1])
                )
            elif previous is not None and number > previous + 1 and not _nested(draft):
                warnings.append(
                    PlanWarning(
                        "number_gap",
                        f"编号从“{previous}”跳到“{number}”，请核对中间是否有遗漏。",
                        draft.spans[:1],
                    )
                )
            seen.add(number)
            previous = number
    return warnings


def _nested(draft: Draft) -> bool:
    # Numbers of a parent item may be skipped by its children: 1（4） and then 2.
    return draft.number is not None and "（" in draft.number


def _runs_through(drafts: list[Draft]) -> bool:
    """Whether the numbers go on over the sections of a table instead of beginning anew."""
    numbers = [int(draft.number) for draft in drafts if draft.number and draft.number.isdecimal()]
    return numbers.count(1) <= 1


def unit_warnings(tasks: list[Task], doubtful: list[Unit]) -> list[PlanWarning]:
    """Tasks without units, and names that nothing confirms."""
    warnings = [
        PlanWarning(
            "task_without_units", f"任务“{task.title[:30]}”没有列出责任单位，请补充。", task.spans[:1]
        )
        for task in tasks
        if not (task.lead_units or task.support_units or task.responsible_units or task.inherited_units)
    ]
    said: set[str] = set()
    for unit in doubtful:
        if unit.raw in said:
            continue
        said.add(unit.raw)
        hint = f"，是否为“{unit.expanded}”" if unit.expanded != unit.raw else ""
        warnings.append(
            PlanWarning("doubtful_unit", f"单位名称“{unit.raw}”可能不完整{hint}，请核对。", unit.spans)
        )
    return warnings


def target_warnings(targets: list[Target]) -> list[PlanWarning]:
    """One indicator with two values."""
    warnings: list[PlanWarning] = []
    known: dict[tuple[str, str | None, date | None], Target] = {}
    for target in targets:
        if not isinstance(target.value, int | float):
            continue
        scope = None if target.scope and _WHOLE.fullmatch(target.scope) else target.scope
        key = (target.indicator_id or target.indicator, scope, target.due)
        first = known.setdefault(key, target)
        if first is target or (first.value, first.unit) == (target.value, target.unit):
            continue
        if target.unit != first.unit:
            continue
        warnings.append(
            PlanWarning(
                "target_two_values",
                f"目标“{target.indicator}”出现两个值：{first.text}；{target.text}。请核对。",
                [*first.spans, *target.spans],
            )
        )
    return warnings


def report_day_warnings(normal: NormalText, plan: Plan, context: Context) -> list[PlanWarning]:
    """Two different days of the month for the same reporting."""
    days: dict[int, Piece] = {}
    found: list[tuple[int, str, list[tuple[int, int]]]] = []
    for block in normal.paragraphs():
        words = normal.of(block)
        if "每月" not in words or not _REPORTING.search(words):
            continue
        piece = Piece(normal.text, [(block.start, block.end)])
        for deadline in read_deadlines(piece, context):
            match = _MONTH_DAY.search(deadline.recurrence or "")
            if match and _REPORTING.search(_around(normal.text, deadline.spans)):
                day = int(match[1])
                if day not in days:
                    days[day] = piece
                    found.append((day, deadline.text, deadline.spans))
    if len(found) < 2 or not plan.tasks:
        return []
    words = "、".join(f"“{text}”" for _, text, _ in found)
    return [
        PlanWarning(
            "deadline_conflict",
            f"同一文件中每月报送的日期不一致：{words}，请核对。",
            [span for _, _, spans in found for span in spans],
        )
    ]


def _around(text: str, spans: list[tuple[int, int]]) -> str:
    if not spans:
        return ""
    start, end = spans[0][0], spans[-1][1]
    stop = text.find("。", end)
    return text[start : min(stop if stop >= 0 else end + 120, end + 120)]


def date_warnings(plan: Plan, context: Context) -> list[PlanWarning]:
    """Deadlines that lie before the plan's year, or before the first of its years."""
    first = context.first_year
    if first is None:
        return []
    return [
        PlanWarning(
            "deadline_before_year",
            f"任务“{task.title[:30]}”的期限“{deadline.text}”早于计划年度，请核对是否为对象或基准年份。",
            deadline.spans,
        )
        for task in plan.tasks
        for deadline in task.deadlines
        if deadline.due is not None
        and deadline.due.year < first
        and (deadline.kind == "deadline" or deadline.text.endswith("前"))
    ]
