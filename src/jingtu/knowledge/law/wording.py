"""How a provision's limit, fine and confidence read in Chinese: one wording for pages, files and commands."""

from __future__ import annotations

from jingtu.knowledge.law.provisions import Provision

_UNITS = {
    "days": "日",
    "working_days": "个工作日",
    "months": "个月",
    "years": "年",
}
CONFIDENCE = {
    "high": "已核实原文",
    "medium": "部分核实，引用前请对照原文",
    "low": "未核实，不得作为依据引用",
}
LAW_KINDS = {
    "code": "法典",
    "law": "法律",
    "administrative_regulation": "行政法规",
    "department_rule": "部门规章",
    "local_regulation": "地方性法规",
    "local_government_rule": "地方政府规章",
    "normative_document": "规范性文件",
    "standard": "标准",
}


def confidence_words(code: str) -> str:
    """How far a row can be relied on, in words."""
    return CONFIDENCE.get(code, "未注明")


def limit_words(item: Provision) -> str:
    """The time limit and the frequency of a provision; empty where the text asks for none.

    Examples
    --------
    >>> from jingtu.knowledge.law.provisions import provision
    >>> limit_words(provision("eec-415-2"))
    '拆除前（十五个工作日的说法仅见部门规章和地方规定）'
    >>> limit_words(provision("r23-18")), limit_words(provision("eec-414-2-4"))
    ('接收之日起5个工作日', '未配置：法典未规定报送期限')
    """
    parts = []
    limit = item.limit
    if limit is not None:
        head, bracket, rest = limit.event.partition("（")
        remark = bracket + rest
        if limit.unit == "not_known":
            parts.append(f"未配置：{limit.event}")
        elif limit.unit == "calendar_date":
            parts.append(f"{limit.event}前")
        elif limit.unit == "before_event":
            parts.append(f"{head}前{remark}")
        elif limit.unit == "after_event":
            parts.append(f"{head}后{remark}")
        elif limit.unit == "at_once":
            parts.append("立即")
        elif limit.unit == "in_time":
            parts.append(f"及时（{limit.event}）" if limit.event else "及时")
        elif limit.number is not None:
            parts.append(_counted(limit.number, limit.unit, head, remark))
    if item.frequency:
        parts.append(item.frequency)
    return "；".join(parts)


def _counted(number: int, unit: str, event: str, remark: str) -> str:
    amount = f"{number}{_UNITS[unit]}"
    if event.endswith("之日"):
        return f"{event}起{amount}{remark}"
    if event.startswith("连续"):
        return f"连续{amount}{event.removeprefix('连续')}{remark}"
    if event == "上次全国普查":
        return f"{event}起{amount}内{remark}"
    return f"{event}前{amount}{remark}"


def yuan(amount: int) -> str:
    """An amount as officials write it.

    Examples
    --------
    >>> yuan(200_000), yuan(5_000), yuan(20_000_000)
    ('20万元', '5000元', '2000万元')
    """
    return f"{amount // 10_000}万元" if amount % 10_000 == 0 and amount else f"{amount}元"


def fine_words(item: Provision) -> str:
    """The range of a fine and what comes beside it; empty where the provision is no penalty.

    Examples
    --------
    >>> from jingtu.knowledge.law.provisions import provision
    >>> fine_words(provision("eec-1166-1-p"))
    '2万元至10万元；先责令改正，拒不改正的才处罚款'
    """
    fine = item.fine
    if fine is None:
        return ""
    parts = []
    if fine.least is not None and fine.most is not None:
        parts.append(f"{yuan(fine.least)}至{yuan(fine.most)}")
    elif fine.most is not None:
        parts.append(f"{yuan(fine.most)}以下")
    if fine.other:
        parts.append(fine.other)
    return "；".join(parts) or "未规定罚款数额"
