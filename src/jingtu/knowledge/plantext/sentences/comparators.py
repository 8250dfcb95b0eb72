"""Words around a figure that say how it binds: 不低于, 累计, 左右, 控制在…以内."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Words in front of a figure, by what they do. ``at least`` covers 达到: plans print 达到90% and
# 达到90%以上 for one and the same target.
_FRONT = {
    ">=": "不低于 不少于 不小于 不得低于 不得少于 不能低于 不能少于 不得小于 大于等于 大于或等于 至少 最低 最少 "
    "达到 达至 达 提高到 提高至 提升到 提升至 增加到 增加至 增至 上升到 上升至 扩大到 ≥ >=",
    ">": "大于 高于 超过 多于 突破 超 >",
    "<=": "不超过 不高于 不大于 不多于 不得超过 不得高于 不得多于 不突破 小于等于 小于或等于 控制在 控制到 "
    "降至 降到 下降到 下降至 降低到 降低至 减少到 减少至 减至 压减至 压减到 压降至 最多 最高 至多 ≤ <=",
    "<": "低于 小于 少于 <",
    "=": "为 是 等于 = 保持在 维持在 稳定在 保持 维持 在",
    "≈": "约 约为 大约 接近 大致 ≈ ~",
    "decrease": "下降 降低 减少 削减 压减 递减 减排 缩减 下降了 节约",
    "increase": "提高 提升 增长 上升 增加 递增 提高了",
    "cumulative": "累计 累积",
    "respective": "分别",
    "": "均 都 各 全部 总体 基本 力争 应 要 需 须 必须 原则上 稳定 合计 共 共计 平均 将 的 了 到 就 也 "
    "实际 完成 年均 年度 每年",
}
_ROLE = {word: role for role, words in _FRONT.items() for word in words.split()}
_WORD_BEFORE = re.compile("(?:" + "|".join(sorted(map(re.escape, _ROLE), key=len, reverse=True)) + ")$")
_REACH = 8  # no word above is longer

SUFFIX = re.compile(r"(?:及|或|和)?(?P<word>以上|以內|以内|之内|以下|以外|左右|上下|之间|起)")
_SUFFIX_ROLE = {
    "以上": ">=",
    "以内": "<=",
    "以內": "<=",
    "之内": "<=",
    "以下": "<=",
    "左右": "≈",
    "上下": "≈",
}


@dataclass(frozen=True, slots=True)
class Front:
    """What the words in front of a figure say; ``start`` is where they begin."""

    start: int
    comparator: str | None = None
    direction: str | None = None  # decrease | increase
    cumulative: bool = False
    respective: bool = False


def words_before(plain: str, position: int, floor: int) -> Front:
    """Comparator words that end at ``position``, read backwards but not beyond ``floor``.

    Examples
    --------
    >>> words_before("比例累计不少于75%", 7, 0)
    Front(start=2, comparator='>=', direction=None, cumulative=True, respective=False)
    """
    comparator: str | None = None
    direction: str | None = None
    cumulative = respective = False
    while position > floor:
        found = _WORD_BEFORE.search(plain[max(position - _REACH, floor) : position])
        if found is None:
            break
        role = _ROLE[found.group()]
        if role in {"decrease", "increase"}:
            direction = direction or role
        elif role == "cumulative":
            cumulative = True
        elif role == "respective":
            respective = True
        elif role:
            # 下降不低于5%, 控制在约15%: the word next to the figure is the one that binds
            comparator = comparator or role
        position -= len(found.group())
    return Front(position, comparator, direction, cumulative, respective)


def binding(front: Front, suffix: str | None) -> str:
    """The comparator that front words and suffix make together.

    Examples
    --------
    >>> binding(Front(0, "="), "以上"), binding(Front(0, "<="), "左右")
    ('>=', '≈')
    """
    if suffix in _SUFFIX_ROLE:
        return _SUFFIX_ROLE[suffix]
    return front.comparator or "="
