"""Sections of a risk report that say what came out: verdict, working, results, shares, control values."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from jingtu.knowledge.papers import Block, Cell, Column, Formula, Grid, Heading, Line, Section, shown
from jingtu.knowledge.risk.concentrations import LAYER_NAMES, LAYER_UNITS, LAYERS
from jingtu.knowledge.risk.derive import Derivation
from jingtu.knowledge.risk.montecarlo import LEVELS, Simulation, Spread
from jingtu.knowledge.risk.options import PATHWAY_NAMES, Pathway
from jingtu.knowledge.risk.parameters import definitions
from jingtu.knowledge.risk.report.words import DRIVERS, land_class_name, verdict
from jingtu.knowledge.risk.report.working import Working
from jingtu.knowledge.risk.runs import Run
from jingtu.knowledge.risk.sensitivity import sensitivity

_MOST_SENSITIVE = 8  # parameters told of each substance
_LEAST_SENSITIVE = 1.0  # per cent


def driving(run: Run) -> list[tuple[int, int]]:
    """For each substance the sample in which it is highest; substances at most risk first.

    Parameters
    ----------
    run : Run

    Returns
    -------
    list of (sample, substance)
        Places in the assessment.
    """
    a = run.assessment
    acr, ahq = (float(a.model.quantities[name]) for name in ("ACR", "AHQ"))
    load = np.fmax(a.cr_total / acr, a.hi / ahq)
    measured = run.concentrations.measured()
    load = np.where(measured, np.nan_to_num(load, nan=-1.0), -2.0)
    found = [(int(np.argmax(load[:, column])), column) for column in range(load.shape[1])]
    return sorted(found, key=lambda at: -load[at])


def conclusion(run: Run) -> Section:
    """The verdict first, then a line a sample."""
    totals = run.totals()
    measured = run.concentrations.measured()
    over = [item for item in totals if item["acceptable"] is False]
    names = list(dict.fromkeys(each["name"] for item in over for each in item["unacceptable"]))
    unsure = sum(item["bound"] is not None and _unsure(item) for item in run.results())
    sentence = (
        f"{len(totals)} 个样品中有 {len(over)} 个超过单一污染物可接受水平，涉及{'、'.join(names)}。"
        if over
        else f"{len(totals)} 个样品的各物质均未超过单一污染物可接受水平。"
    )
    acr, ahq = (float(run.assessment.model.quantities[name]) for name in ("ACR", "AHQ"))
    simulated = run.simulation is not None
    rows: list[list[Cell]] = []
    for item in totals:
        row: list[Cell] = [
            item["sample"],
            item["substances"],
            item["cr"],
            item["cr_driver"] or "—",
            item["hi"],
            item["hi_driver"] or "—",
        ]
        if simulated:
            row += [item["percentiles"][name]["p95"] for name in ("cr", "hi")]
        row.append("、".join(each["name"] for each in item["unacceptable"]) or "无")
        rows.append(row)
    heads = [
        Column("样品", 1.5),
        Column("物质数", 0.7, "center"),
        Column("致癌风险之和", 1.5, "right"),
        Column("主要物质", 1.4),
        Column("危害指数之和", 1.2, "right"),
        Column("主要物质", 1.4),
    ]
    if simulated:
        heads += [Column("致癌风险 P95", 1.5, "right"), Column("危害指数 P95", 1.2, "right")]
    blocks: list[Block] = [
        Line(sentence, strong=True),
        Line(
            f"{land_class_name(run.request.land_class)}，评估 {measured.any(axis=0).sum()} 种物质；单一污染物可接受"
            f"致癌风险 {shown(acr)}，可接受危害商 {shown(ahq)}。"
        ),
    ]
    if unsure:
        blocks.append(Line(f"有 {unsure} 个结果因未检出或超出测定范围而无法判断，见“结果”。", strong=True))
    if run.left_out:
        blocks.append(Line(f"另有 {len(run.left_out)} 个结果没有参加评估，原因见“输入数据”。"))
    blocks.append(Grid("各样品的结果", [*heads, Column("超过可接受水平的物质", 2.4)], rows))
    return Section("评估结论", "结论", blocks)


def _unsure(item: dict[str, object]) -> bool:
    return item["acceptable"] is (item["bound"] == "lower")


def working(run: Run, worked: Working, at: Sequence[tuple[int, int]], most: int | None = None) -> Section:
    """Equations with their numbers: those of the site once, those of each substance once."""
    blocks: list[Block] = [Heading("与物质无关的量"), *worked.common()]
    chosen = [place for place in at if run.concentrations.measured()[place]][:most]
    for row, column in chosen:
        substance = run.assessment.substances[column]
        formulas: list[Formula] = worked.of_substance(row, column)
        levels = "，".join(
            f"{LAYER_NAMES[layer]} {shown(float(run.concentrations.values[layer][row, column]))} {LAYER_UNITS[layer]}"
            for layer in LAYERS
            if not math.isnan(run.concentrations.values[layer][row, column])
        )
        sample = run.concentrations.samples[row]
        blocks += [
            Heading(
                substance.name + (f"（CAS {substance.cas.replace('|', '、')}）" if substance.cas else "")
            ),
            Line(f"以浓度最高的样品 {sample} 为例：{levels}。"),
            *formulas,
            *_sums(run, row, column),
        ]
    if len(chosen) < len(at):
        blocks.append(
            Line(
                f"此处列出风险最高的 {len(chosen)} 种物质；其余 {len(at) - len(chosen)} 种的算式见 Excel 计算书。"
            )
        )
    return Section("计算过程", "计算过程", blocks)


def _sums(run: Run, row: int, column: int) -> list[Block]:
    a = run.assessment
    found: list[Block] = []
    for symbol, name, parts, total in (
        ("CRn", "各途径的致癌风险之和", a.cr, a.cr_total),
        ("HIn", "各途径的危害商之和（危害指数）", a.hq, a.hi),
    ):
        known = {pathway: float(each[row, column]) for pathway, each in parts.items()}
        known = {pathway: value for pathway, value in known.items() if not math.isnan(value)}
        if known:
            letter = symbol[:2].replace("HI", "HQ")
            text = " + ".join(f"{letter}{pathway}" for pathway in known)
            numbers = " + ".join(shown(value) for value in known.values())
            found.append(Formula("", symbol, name, "无量纲", text, numbers, float(total[row, column])))
    if not found:
        found.append(Line("这种物质没有毒性参数，不能评价风险。"))
    return found


def by_pathway(run: Run) -> Section:
    """Risk and hazard of every substance in every sample, pathway by pathway."""
    items = run.results()
    blocks: list[Block] = [Line("“—”表示没有相应的浓度、毒性参数或途径。途径的名称见“模型选项”。")]
    used = _used(run)
    for effect, total, title, sign in (
        ("cr", "cr_total", "致癌风险", "CR"),
        ("hq", "hi", "危害商", "HQ"),
    ):
        rows: list[list[Cell]] = [
            [
                item["sample"],
                item["name"],
                *(item[effect].get(pathway) for pathway in used),
                item[total],
                verdict(item["acceptable"], item["bound"]) if total == "hi" else None,
            ]
            for item in items
        ]
        heads = [
            Column("样品", 1.4),
            Column("物质", 1.6),
            *(Column(f"{sign}{pathway}", 1.05, "right") for pathway in used),
            Column("合计", 1.1, "right"),
        ]
        if total == "hi":
            heads.append(Column("判断（兼顾两种效应）", 1.7))
        else:
            rows = [row[:-1] for row in rows]
        blocks.append(Grid(title, heads, rows))
    return Section("结果", "结果", blocks)


def _used(run: Run) -> list[Pathway]:
    """Pathways that counted anywhere."""
    a = run.assessment
    return [p for p in a.cr if not (np.all(np.isnan(a.cr[p])) and np.all(np.isnan(a.hq[p])))]


def shares(run: Run, at: Sequence[tuple[int, int]]) -> Section:
    """What each pathway contributes, and which parameters move the result."""
    a = run.assessment
    used = _used(run)
    rows: list[list[Cell]] = []
    for row, column in at:
        for name, parts in (("致癌", a.contribution_cr), ("非致癌", a.contribution_hq)):
            values = [float(parts[pathway][row, column]) for pathway in used]
            if not all(map(math.isnan, values)):
                rows.append(
                    [
                        a.substances[column].name,
                        run.concentrations.samples[row],
                        name,
                        *(f"{value:.1f}%" if not math.isnan(value) else "—" for value in values),
                    ]
                )
    heads = [Column("物质", 1.6), Column("样品", 1.4), Column("效应", 0.9, "center")]
    blocks: list[Block] = [
        Grid(
            "各途径的贡献率",
            [*heads, *(Column(pathway, 0.8, "right") for pathway in used)],
            rows,
            [
                "各物质取其最高的样品。"
                + "；".join(f"{pathway}：{PATHWAY_NAMES[pathway]}" for pathway in used)
                + "。"
            ],
        ),
        Grid(
            "敏感的参数",
            [
                Column("物质", 1.5),
                Column("致癌风险的敏感性比（SR，%）", 4),
                Column("危害指数的敏感性比（SR，%）", 4),
            ],
            _sensitive(run, at),
            [
                (
                    "参数各增加 5%，其余不变。SR 为 100 表示结果与参数同比例变化，为 0 表示不变。"
                    f"各列最敏感的 {_MOST_SENSITIVE} 个参数，小于 {_LEAST_SENSITIVE:g}% 的不列。"
                )
            ],
        ),
    ]
    return Section("贡献率和敏感性", "贡献和敏感性", blocks)


def _sensitive(run: Run, at: Sequence[tuple[int, int]]) -> list[list[Cell]]:
    a = run.assessment
    levels = {
        layer: np.array(
            [
                np.nan_to_num(a.concentrations[layer][row, column])
                for row, column in sorted(at, key=lambda x: x[1])
            ]
        )
        for layer in LAYERS
    }
    left_out = {"ACR", "AHQ", "ACR_intervention", "SAF_intervention", "liquid_voc", "S", "MW"}
    symbols = [symbol for symbol in definitions() if symbol not in left_out]
    found = sensitivity(
        run.request.parameter_set,
        run.request.land_class,
        [substance.id for substance in a.substances],
        parameters=symbols,
        options=run.request.options,
        replace=run.request.replace,
        surface=levels["surface"],
        subsurface=levels["subsurface"],
        groundwater=levels["groundwater"],
    )
    return [
        [
            a.substances[column].name,
            *(_strongest(values[:, column], symbols) for values in (found.cr, found.hi)),
        ]
        for _, column in at
    ]


def _strongest(values: np.ndarray, symbols: Sequence[str]) -> str:
    known = definitions()
    order = np.argsort(-np.abs(np.nan_to_num(values)), kind="stable")[:_MOST_SENSITIVE]
    parts = [
        f"{known[symbols[index]].printed} {values[index]:+.0f}"
        for index in order
        if abs(np.nan_to_num(values[index])) >= _LEAST_SENSITIVE
    ]
    return "，".join(parts) or "—"


def simulation(run: Run, found: Simulation) -> Section:
    """Percentiles of a Monte Carlo run, and the distributions behind it."""
    blocks: list[Block] = [
        Line(
            f"抽样 {found.draws} 次，随机种子 {found.seed}。各参数独立抽样，没有列出的参数取定值；"
            "各参数之间的相关没有考虑。"
        ),
        Grid(
            "参数的分布",
            [Column("参数", 1), Column("物质", 1.4), Column("分布", 4), Column("来源", 3)],
            [
                [_printed(item.parameter), item.substance or "—", item.describe(), item.source]
                for item in found.distributions
            ],
        ),
    ]
    if found.idle:
        blocks.append(
            Line(f"与本次评估无关而没有用到的分布：{'、'.join(item.name for item in found.idle)}。")
        )
    places = [(int(row), int(column)) for row, column in np.argwhere(run.concentrations.measured())]
    for title, spread, what in (
        ("致癌风险的分布", found.cr_total, "可接受致癌风险"),
        ("危害指数的分布", found.hi, "可接受危害商"),
    ):
        blocks.append(_spread(run, title, spread, what, places))
    return Section("不确定性", "不确定性", blocks)


def _printed(parameter: str) -> str:
    definition = definitions().get(parameter)
    return definition.printed if definition else parameter


def _spread(run: Run, title: str, spread: Spread, what: str, places: Sequence[tuple[int, int]]) -> Grid:
    rows: list[list[Cell]] = []
    for row, column in places:
        if math.isnan(spread.mean[row, column]):
            continue
        rows.append(
            [
                run.concentrations.samples[row],
                run.assessment.substances[column].name,
                float(spread.mean[row, column]),
                *(float(spread.percentiles[level, row, column]) for level in range(len(LEVELS))),
                f"{spread.above[row, column] * 100:.1f}%",
            ]
        )
    heads = [
        Column("样品", 1.4),
        Column("物质", 1.6),
        Column("均值", 1.1, "right"),
        *(Column(f"P{level}", 1.1, "right") for level in LEVELS),
        Column(f"超过{what}的比例", 1.3, "right"),
    ]
    return Grid(title, heads, rows)


def controls(run: Run, derivation: Derivation) -> Section:
    """Control values of the substances assessed."""
    c = derivation.control
    wet = bool(np.any(~np.isnan(run.concentrations.values["groundwater"])))
    rows: list[list[Cell]] = []
    for index, substance in enumerate(derivation.substances):
        row: list[Cell] = [
            substance.name,
            substance.cas.replace("|", "、") or "—",
            float(c.rcvs[index]),
            float(c.hcvs[index]),
            float(c.value[index]),
            DRIVERS.get(derivation.driver(index) or "", "—"),
        ]
        rows.append(row + ([float(c.rcvg[index]), float(c.hcvg[index])] if wet else []))
    heads = [
        Column("物质", 1.6),
        Column("CAS", 1.6),
        Column("致癌效应 RCVS（mg/kg）", 1.3, "right"),
        Column("非致癌效应 HCVS（mg/kg）", 1.3, "right"),
        Column("控制值（mg/kg）", 1.2, "right"),
        Column("取自", 1.2),
    ]
    if wet:
        heads += [Column("RCVG（mg/L）", 1.1, "right"), Column("HCVG（mg/L）", 1.1, "right")]
    notes = [
        "土壤控制值按全部土壤途径计算，取致癌和非致癌两者中较低的。没有地下水目标浓度，不计保护地下水的控制值。"
    ]
    return Section("风险控制值", "控制值", [Grid("风险控制值", heads, rows, notes)])
