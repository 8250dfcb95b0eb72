"""What is recorded of a plot: measures by season, crop tests, checks of strict control, remote sensing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from jingtu.errors import CellError
from jingtu.knowledge.standards.foods import find_crop
from jingtu.platform.registers import versions
from jingtu.platform.registers.declarations import Field
from jingtu.platform.registers.entry_records import RecordKind, believed_records, declare_records
from jingtu.platform.registers.models import Entry
from jingtu.programme.cropland import testing
from jingtu.programme.cropland.counting import in_mu
from jingtu.programme.cropland.laboratory import results_of
from jingtu.programme.cropland.lifecycle import IN_USE, PENDING, REGISTER_ID, STRICT
from jingtu.programme.cropland.measures import SEASONS, catalogue, choices
from jingtu.programme.cropland.models import CropTest, FarmlandPlotFacts, ImageCheck, Measure, StrictCheck
from jingtu.programme.cropland.permissions import RECORD

PHASES = (("before", "播种前"), ("during", "生长期"), ("after", "收获后"))
_SEASON = dict(SEASONS)
_PHASE = dict(PHASES)
_YEAR = Field("year", "年度", "year", required=True, synonyms=("年份", "实施年度", "年"))
_SEASON_FIELD = Field("season", "季别", "choice", required=True, choices=SEASONS, synonyms=("季节", "种植季"))


def _check_measure(entry: Entry, values: Mapping[str, Any]) -> list[CellError]:
    area = values.get("area_m2")
    if area is None:
        return []
    if area <= 0:
        return [CellError("面积应大于零；覆盖整块的可以不填", column="实施面积")]
    version = versions.version_on(entry, values["on"])
    facts = versions.facts_of(version) if version is not None else None
    whole = facts.area_m2 if isinstance(facts, FarmlandPlotFacts) else None
    if whole is not None and in_mu(area) > in_mu(whole):
        return [CellError(f"大于地块面积 {in_mu(whole).normalize():f} 亩，请核对单位", column="实施面积")]
    return (
        _check_season(entry, values, in_mu(whole)) if whole is not None and not values.get("stacked") else []
    )


def _check_season(entry: Entry, values: Mapping[str, Any], whole: Decimal) -> list[CellError]:
    """Measures side by side in one season are no more than the plot: what lies over another one says so."""
    rows = (
        believed_records(MEASURES.id)
        .filter(entry=entry, year=values["year"], season=values["season"], area_m2__isnull=False)
        .exclude(measure=values["measure"])
    )  # that one would be a second of its kind, which is refused by itself
    if values.get("corrects") is not None:
        rows = rows.exclude(uid=values["corrects"].uid)
    beside = sum((in_mu(row.area_m2) for row in rows if not row.stacked), Decimal(0))
    total = beside + in_mu(values["area_m2"])
    if not beside or total <= whole:
        return []
    return [
        CellError(
            f"{_SEASON[values['season']]}各项措施面积合计 {total.normalize():f} 亩，大于地块面积 "
            f"{whole.normalize():f} 亩；与另一项在同一面积上的，“叠加实施”选“是”",
            column="实施面积",
        )
    ]


def _check_test(entry: Entry, values: Mapping[str, Any]) -> list[CellError]:
    errors = []
    if find_crop(values["crop"]) is None:
        errors.append(
            CellError("食品限量标准里没有这种作物的名称，请按样品名称填写，例如稻谷、玉米", column="农作物")
        )
    given = _typed(values)
    if values.get("survey_code"):
        try:
            given = _results(entry, values)
        except ValueError as error:
            errors.append(CellError(str(error), column="检测任务编号", value=values["survey_code"]))
            return errors
    if not any(given.values()):
        errors.append(CellError("请至少填写一项检测结果", column=testing.CONTAMINANTS["cadmium"]))
    unread = testing.unreadable(list(given.values()))
    errors += [
        CellError(
            "不能读取，应为数字，未检出的写 <检出限，例如 0.15、<0.01",
            column=testing.CONTAMINANTS[column], value=raw,
        )
        for column, raw in given.items()
        if raw in unread
    ]  # fmt: skip
    return errors


def _judge_test(entry: Entry, values: Mapping[str, Any]) -> dict[str, str]:
    """The verdict of a test, and the results of a laboratory survey where it names one and gives none."""
    given = _results(entry, values)
    verdict = testing.judge(given, values["crop"], values["on"], _place(entry, values["on"]))
    return given | {"verdict": verdict.verdict, "judged": verdict.words[:600]}


def _results(entry: Entry, values: Mapping[str, Any]) -> dict[str, str]:
    """Results as typed; what is not typed comes from the survey that the test names."""
    given = _typed(values)
    if not values.get("survey_code"):
        return given
    found = results_of(values["survey_code"], values["sample"], _place(entry, values["on"]))
    return {column: given[column] or found.get(column, "") for column in given}


def _typed(values: Mapping[str, Any]) -> dict[str, str]:
    return {column: str(values.get(column) or "").strip() for column in testing.CONTAMINANTS}


def _place(entry: Entry, on: date) -> str:
    """Path of the plot's place on a day; as it was first known, for a day before."""
    version = versions.version_on(entry, on) or versions.history(entry)[0]
    return version.region.path


def _area(record: Any) -> str:
    return f"{in_mu(record.area_m2).normalize():f}亩" if record.area_m2 is not None else "整块"


MEASURES = declare_records(
    RecordKind(
        id="farmland_measures",
        label="分季措施",
        register=REGISTER_ID,
        model=Measure,
        fields=(
            _YEAR,
            _SEASON_FIELD,
            Field(
                "measure", "措施", "choice", required=True, choices=choices(),
                synonyms=("措施名称", "措施类型", "技术措施"),
            ),
            Field(
                "area_m2", "实施面积", "area", unit="平方米", synonyms=("面积", "措施面积"),
                help="不填即整块；可写 12.5亩",
            ),
            Field(
                "stacked", "叠加实施", "boolean", in_list=False,
                help="与本季另一项措施在同一面积上，面积不重复计算",
            ),
            Field("cost", "投入", "money", in_list=False, synonyms=("费用", "投入资金")),
            Field("done_by", "实施单位", synonyms=("实施主体",)),
            Field("note", "备注", in_list=False),
        ),
        permission=RECORD,
        key=("year", "season", "measure"),
        check=_check_measure,
        states=(PENDING, *IN_USE),
        unit="项",
        on_label="实施日期",
        on_synonyms=("实施时间", "落实日期"),
        summary=lambda item: (
            f"{item.year}年{_SEASON[item.season]} {catalogue()[item.measure].label} {_area(item)}"
        ),
    )
)  # fmt: skip

TESTS = declare_records(
    RecordKind(
        id="farmland_crop_tests",
        label="农产品检测",
        register=REGISTER_ID,
        model=CropTest,
        fields=(
            _SEASON_FIELD,
            Field("crop", "农作物", required=True, synonyms=("作物", "样品名称", "农产品")),
            Field("sample", "样品编号", required=True, synonyms=("样品号", "样编号")),
            *(
                Field(column, label, unit=testing.UNIT, in_list=column == "cadmium")
                for column, label in testing.CONTAMINANTS.items()
            ),
            Field("laboratory", "检测机构", synonyms=("检测单位",)),
            Field(
                "survey_code", "检测任务编号", in_list=False, help="结果已导入监测的，填写检测任务的编号"
            ),
            Field("note", "备注", in_list=False),
        ),
        permission=RECORD,
        key=("sample",),
        check=_check_test,
        derive=_judge_test,
        derived=(
            Field("verdict", "判定", "choice", choices=tuple(testing.WORDS.items())),
            Field("judged", "判定依据", in_list=False),
        ),
        states=(PENDING, *IN_USE),
        unit="个",
        on_label="采样日期",
        on_synonyms=("采样时间",),
        summary=lambda item: f"{item.sample} {item.crop} {item.judged or '未判定'}",
    )
)  # fmt: skip

CHECKS = declare_records(
    RecordKind(
        id="farmland_strict_checks",
        label="前中后核查",
        register=REGISTER_ID,
        model=StrictCheck,
        fields=(
            _YEAR,
            _SEASON_FIELD,
            Field(
                "phase", "环节", "choice", required=True, choices=PHASES,
                synonyms=("核查环节", "阶段"),
            ),
            Field("crop_seen", "现场作物", synonyms=("种植作物", "作物")),
            Field("agrees", "与管控要求一致", "boolean", required=True, synonyms=("是否一致", "是否符合")),
            Field("found", "发现问题", in_list=False, synonyms=("问题", "存在问题")),
            Field("checker", "核查人", in_list=False, personal=True),
        ),
        permission=RECORD,
        key=("year", "season", "phase"),
        evidence_required=True,
        states=(STRICT,),
        unit="次",
        on_label="核查日期",
        on_synonyms=("核查时间",),
        summary=lambda item: (
            f"{item.year}年{_SEASON[item.season]}{_PHASE[item.phase]} {'一致' if item.agrees else '不一致'}"
        ),
    )
)  # fmt: skip

IMAGES = declare_records(
    RecordKind(
        id="farmland_image_checks",
        label="遥感核查",
        register=REGISTER_ID,
        model=ImageCheck,
        fields=(
            Field("image_source", "影像来源", required=True, synonyms=("卫星", "影像")),
            Field("crop_seen", "影像所见作物", synonyms=("作物",)),
            Field("agrees", "与台账一致", "boolean", required=True, synonyms=("是否一致",)),
            Field("found", "发现问题", in_list=False),
            Field("verifier", "判读人", in_list=False, personal=True),
        ),
        permission=RECORD,
        key=("on", "image_source"),
        states=(PENDING, *IN_USE),
        unit="次",
        on_label="影像日期",
        summary=lambda item: f"{item.image_source} {'一致' if item.agrees else '不一致'}",
    )
)  # fmt: skip
