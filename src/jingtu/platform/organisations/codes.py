"""Where a 统一社会信用代码 is wrong (GB 32100-2015): length, signs, check character."""

from __future__ import annotations

from stdnum.cn import uscc

LENGTH = 18
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# 登记管理机关行政区划码. The two signs before it, 登记管理部门 and 机构类别, may be letters: N for rural
# collectives, Y for others.
_DIGITS_ONLY = range(3, 9)


def clean(text: str) -> str:
    """A code as people write it, in the form in which it is kept.

    Examples
    --------
    >>> clean(" 91450200 19860001x7 ")
    '9145020019860001X7'
    """
    wide = {ord("０") + step: str(step) for step in range(10)}
    return "".join(text.translate(wide).replace("-", "").split()).upper()


def faults(code: str) -> list[str]:
    """What is wrong with a code; empty where it is right.

    Parameters
    ----------
    code : str
        As kept: capitals, no spaces.

    Returns
    -------
    list of str
        One sentence a fault, with the place of the sign.

    Examples
    --------
    >>> faults("9145020019860001X7")
    []
    >>> faults("9145020019860001X")
    ['应为 18 位，现为 17 位']
    >>> faults("914502001986O001X7")
    ['第 13 位“O”不会出现在代码中，是否为数字“0”']
    >>> faults("9145020019860001X8")
    ['第 18 位校验码按前 17 位算应为“7”，现为“8”，其中至少有一位录错']
    """
    if len(code) != LENGTH:
        return [f"应为 {LENGTH} 位，现为 {len(code)} 位"]
    found = []
    for place, sign in enumerate(code, start=1):
        if place in _DIGITS_ONLY and not (sign.isascii() and sign.isdigit()):
            found.append(f"第 {place} 位“{sign}”应为数字")
        elif sign not in SIGNS:
            alike = {"O": "0", "I": "1", "Z": "2", "S": "5"}.get(sign, "")
            hint = f"，是否为数字“{alike}”" if alike else ""
            found.append(f"第 {place} 位“{sign}”不会出现在代码中{hint}")
    if found:
        return found
    right = uscc.calc_check_digit(code[:-1])
    if code[-1] != right:
        found.append(f"第 18 位校验码按前 17 位算应为“{right}”，现为“{code[-1]}”，其中至少有一位录错")
    return found
