"""Deadlines, frequencies and dates that are neither."""

from datetime import date

import pytest

from jingtu.knowledge.plantext.model import Deadline
from jingtu.knowledge.plantext.piece import Piece
from jingtu.knowledge.plantext.sentences import Context, read_deadlines


def read(text: str, year: int | None = 2024, *, manner: bool = False) -> list[Deadline]:
    return read_deadlines(Piece(text, [(0, len(text))]), Context(year), manner=manner)


@pytest.mark.parametrize(
    ("text", "words", "due"),
    [
        ("6月底前，完成入库", "6月底前", "2024-06-30"),
        ("2月底前完成", "2月底前", "2024-02-29"),
        ("2024年底前，完成", "2024年底前", "2024-12-31"),
        ("2024年年底前完成", "2024年年底前", "2024-12-31"),
        ("到2024年底完成", "到2024年底", "2024-12-31"),
        ("力争到2024年底，完成", "到2024年底", "2024-12-31"),
        ("到2025年，建成网络", "到2025年", "2025-12-31"),
        ("到 2024 年 11月底，完成", "到 2024 年 11月底", "2024-11-30"),
        ("年内完成整治", "年内", "2024-12-31"),
        ("在2024年实施管控", "在2024年", "2024-12-31"),
        ("2024年完成资料收集", "2024年完成", "2024-12-31"),
        ("2024年度内完成", "2024年度内", "2024-12-31"),
        ("第一季度完成名录制定", "第一季度", "2024-03-31"),
        ("2025年第三季度前完成", "2025年第三季度前", "2025-09-30"),
        ("上半年完成调查", "上半年", "2024-06-30"),
        ("5月15日前报送", "5月15日前", "2024-05-15"),
        ("于9月组织检查", "于9月", "2024-09-30"),
        ("3月中旬召开会议", "3月中旬", "2024-03-20"),
        ("次年1月底前报送", "次年1月底前", "2025-01-31"),
        ("二〇二四年六月底前完成", "二〇二四年六月底前", "2024-06-30"),
        ("第一阶段（2024年3月—5月）", "2024年3月—5月", "2024-05-31"),
        ("“十四五”末，达到目标", "“十四五”末", "2025-12-31"),
    ],
)
def test_deadlines(text: str, words: str, due: str) -> None:
    assert [(d.text, str(d.due), d.kind) for d in read(text)] == [(words, due, "deadline")]


@pytest.mark.parametrize(
    ("text", "words", "rule"),
    [
        ("每月3日前报送", "每月3日前", "FREQ=MONTHLY;BYMONTHDAY=3"),
        ("每月底前报送", "每月底前", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("每季度末报送", "每季度末", "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1"),
        ("每季度首月5日前报送", "每季度首月5日前", "FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=5"),
        ("每季度开展1次", "每季度开展1次", "FREQ=MONTHLY;INTERVAL=3"),
        ("每年不少于2次", "每年不少于2次", "FREQ=MONTHLY;INTERVAL=6"),
        ("每年检查1次", "每年检查1次", "FREQ=YEARLY"),
        ("每年6月底和12月底前", "每年6月底和12月底前", "FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1"),
        ("每年年底前总结", "每年年底前", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"),
        ("每两年开展一次", "每两年", "FREQ=YEARLY;INTERVAL=2"),
        ("每半年开展1次", "每半年开展1次", "FREQ=MONTHLY;INTERVAL=6"),
        ("每周五前报送", "每周五前", "FREQ=WEEKLY;BYDAY=FR"),
        ("按年度在官网公开", "按年度", "FREQ=YEARLY"),
        ("按季度报送", "按季度", "FREQ=MONTHLY;INTERVAL=3"),
        ("逐月调度", "逐月", "FREQ=MONTHLY"),
        ("监测频次为4次/年", "4次/年", "FREQ=MONTHLY;INTERVAL=3"),
    ],
)
def test_frequencies(text: str, words: str, rule: str) -> None:
    assert [(d.text, d.recurrence, d.kind, d.due) for d in read(text)] == [(words, rule, "recurring", None)]


def test_a_quarterly_report_with_its_four_dates() -> None:
    found = read("（按季度上报，21年5月、8月、11月、22年2月分别上报前一季度情况）", 2021)
    assert found[0].recurrence == "FREQ=MONTHLY;INTERVAL=3"
    assert [d.due for d in found[1:]] == [
        date(2021, 5, 31),
        date(2021, 8, 31),
        date(2021, 11, 30),
        date(2022, 2, 28),
    ]


def test_a_season_within_a_frequency() -> None:
    found = read("每年检查不少于2次，汛期前至少开展1次")
    assert [(d.text, d.kind, d.due) for d in found] == [
        ("每年检查不少于2次", "recurring", None),
        ("汛期前", "seasonal", None),
    ]


def test_each_clause_has_its_own_date_and_a_year_reaches_ahead() -> None:
    found = read("6月底前，评估；12月底前，启动；12月底前，完成。2025年3月底前总结，6月底前验收。", 2019)
    assert [str(d.due) for d in found] == [
        "2019-06-30",
        "2019-12-31",
        "2019-12-31",
        "2025-03-31",
        "2025-06-30",
    ]


def test_base_and_start() -> None:
    found = read(
        "以2024年3月底的清单为基数，比2013年下降9%，对2013年以来获得认定的单位，自2023年5月1日起施行"
    )
    assert [(d.text, d.kind, str(d.due)) for d in found] == [
        ("2024年3月底", "baseline", "2024-03-31"),
        ("2013年", "baseline", "2013-12-31"),
        ("2013年以来", "period_start", "None"),
        ("自2023年5月1日起", "period_start", "2023-05-01"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "以2021年完成自行监测的企业为对象",
        "2020年、2021年下达资金的项目开工率",
        "完成2023年督察问题整改",
        "发布2024年度疑似地块名单",
        "参加2024年环境宣传活动",
        "2024年是关键之年",
        "根据《甲规划（2021-2025年）》和环土壤〔2018〕41号",
        "2021—2025年期间",
        "上一季度工作情况",
        "落实2021年中央补助资金",
        "制定年度实施方案，强化日常巡护",
        "历年底数不清",
    ],
)
def test_years_that_are_no_deadlines(text: str) -> None:
    assert [d.text for d in read(text)] == []


def test_vague_ones() -> None:
    assert [(d.text, d.kind) for d in read("限期完成整治销号；收到通知后30日内报送")] == [
        ("限期完成整治销号", "vague"),
        ("30日内", "vague"),
    ]
    assert read("定期公开，适时组织检查") == []
    assert [d.text for d in read("定期公开，适时组织检查", manner=True)] == ["定期", "适时"]


def test_a_deadline_before_the_year_of_the_plan_is_a_base() -> None:
    assert [(d.kind, d.due) for d in read("2022年底前整治清单")] == [("baseline", date(2022, 12, 31))]


def test_without_a_year_there_is_no_date() -> None:
    (deadline,) = read("6月底前完成", None)
    assert (deadline.text, deadline.due, deadline.kind) == ("6月底前", None, "deadline")


def test_results_are_the_callers_own() -> None:
    piece = Piece("6月底前完成", [(0, 7)])
    first = read_deadlines(piece, Context(2024))
    first[0].spans.clear()
    assert read_deadlines(piece, Context(2024))[0].spans == [(0, 4)]
