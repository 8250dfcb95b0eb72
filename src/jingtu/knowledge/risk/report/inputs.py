"""Sections of a risk report that say what went in: data, switches, parameters, doubts, review."""

from __future__ import annotations

from typing import Any

from jingtu.knowledge.papers import Block, Column, Grid, Heading, Line, Section, shown
from jingtu.knowledge.risk.concentrations import LAYER_NAMES, LAYER_UNITS, NOTES, REASONS
from jingtu.knowledge.risk.derive import Derivation
from jingtu.knowledge.risk.options import PATHWAY_NAMES, PATHWAYS
from jingtu.knowledge.risk.parameters import Cell, definitions
from jingtu.knowledge.risk.report import words
from jingtu.knowledge.risk.report.working import Working
from jingtu.knowledge.risk.runs import Run, software


def data(run: Run) -> Section:
    """What the laboratory reported, what it was taken as, and what was left out."""
    names = {item.id: item.name for item in run.assessment.substances}
    taken = run.concentrations
    blocks: list[Block] = [
        *(Line(text) for text in _rules(run)),
        Grid(
            "参加评估的结果",
            [
                Column("样品", 1.6),
                Column("物质", 1.8),
                Column("土层或介质", 1.3),
                Column("原文", 1.2, "right"),
                Column("原单位", 1.1, "center"),
                Column("取值", 1.2, "right"),
                Column("单位", 1, "center"),
                Column("说明", 2.8),
                Column("位置", 1.2),
            ],
            [
                [
                    entry.sample,
                    names[entry.substance],
                    LAYER_NAMES[entry.layer],
                    entry.raw,
                    entry.unit,
                    entry.value,
                    LAYER_UNITS[entry.layer],
                    "；".join(NOTES[code] for code in entry.notes),
                    entry.place,
                ]
                for entry in taken.entries
            ],
        ),
    ]
    if run.left_out:
        blocks.append(
            Grid(
                "没有参加评估的结果",
                [
                    Column("样品", 1.5),
                    Column("项目", 2),
                    Column("原文", 1.2),
                    Column("原因", 3),
                    Column("位置", 1.2),
                ],
                [
                    [item.sample, item.analyte, item.raw, item.detail or REASONS[item.reason], item.place]
                    for item in run.left_out
                ],
            )
        )
    return Section("输入数据", "输入数据", blocks)


def _rules(run: Run) -> list[str]:
    request = run.request
    thickness = run.assessment.model.quantities["d"]
    unknown = {"both": "同时按表层和下层土壤计", "surface": "按表层土壤计", "subsurface": "按下层土壤计"}
    non_detects = {
        "limit": "按检出限计，其结果是上限",
        "half": "按检出限的一半计",
        "omit": "不参加评估",
    }
    each = "点位（取各层最高值）" if request.rules.by == "point" else "样品"
    return [
        (
            f"数据文件：{request.file or '—'}；按{each}评估。"
            f"采样起点浅于 {shown(float(thickness) / 100)} m 的土壤为表层土壤，其余为下层土壤；"
            f"没有采样深度的土壤{unknown[request.rules.unknown_depth]}。"
        ),
        f"未检出的结果{non_detects[request.rules.non_detects]}。同一样品同一层有多个结果时取最高值。质控样不参加评估。",
    ]


def switches(run: Run) -> Section:
    """Positions of all switches with their reasons, pathways, and parameters of the place."""
    request = run.request
    known = words.switches()
    rows = []
    for option, value in request.options.to_json().items():
        if option == "pathways":
            continue
        name, choice, reason = known[option, str(value)]
        rows.append([name, choice, reason])
    on = set(request.options.pathways)
    blocks: list[Block] = [
        Grid("模型选项", [Column("选项", 2), Column("取值", 2), Column("理由", 4)], rows),
        Grid(
            "暴露途径",
            [Column("途径", 1), Column("名称", 4), Column("是否计算", 1, "center")],
            [
                [pathway, PATHWAY_NAMES[pathway], "计算" if pathway in on else "不计算"]
                for pathway in PATHWAYS
            ],
        ),
    ]
    if request.replace:
        blocks.append(
            Grid(
                "本地块的参数（代替参数集的取值）",
                [Column("符号", 1), Column("名称", 3), Column("取值", 1, "right"), Column("单位", 1)],
                [
                    [definitions()[name].printed, definitions()[name].name, value, definitions()[name].unit]
                    for name, value in request.replace.items()
                ],
            )
        )
    return Section("模型选项", "模型选项", blocks)


def parameters(run: Run) -> Section:
    """Every parameter that was used, with the number of its source."""
    chosen = run.request.parameter_set
    land_class = run.request.land_class
    sources: dict[str, int] = {}
    receptor = [
        _parameter_row("", symbol, cell, sources)
        for symbol in definitions()
        if (cell := chosen.receptor.get((symbol, land_class))) is not None
        and symbol not in run.request.replace
    ]
    own = [
        _parameter_row(substance.name, symbol, cell, sources)
        for substance in run.assessment.substances
        for symbol in definitions()
        if (cell := chosen.cells.get((substance.id, symbol))) is not None and symbol != "liquid_voc"
    ]
    columns = [
        Column("符号", 0.9),
        Column("名称", 3.4),
        Column("取值", 1.6, "right"),
        Column("单位", 2),
        Column("来源", 0.7, "center"),
        Column("可信度", 0.8, "center"),
    ]
    identity = run.request.identity
    return Section(
        "参数",
        "参数",
        [
            Line(
                f"参数集“{identity['title']}”（{identity['name']}，版本 {identity['version']}）。"
                "“来源”一列是后面来源表中的编号。"
            ),
            Grid("受体、建筑和土壤参数", columns, [row[1:-1] for row in receptor]),
            Grid("物质参数", [Column("物质", 1.6), *columns, Column("说明", 1.8)], own),
            Grid(
                "来源",
                [Column("编号", 0.6, "center"), Column("来源（照录参数集）", 8)],
                [[number, text] for text, number in sources.items()],
            ),
        ],
    )


def _parameter_row(substance: str, symbol: str, cell: Cell, sources: dict[str, int]) -> list[Any]:
    definition = definitions()[symbol]
    return [
        substance,
        definition.printed,
        definition.name,
        cell.value,
        definition.unit,
        sources.setdefault("；".join(filter(None, (cell.source, cell.clause))), len(sources) + 1),
        words.CONFIDENCE.get(cell.confidence, "—"),
        words.FLAGS.get(cell.flag, ""),
    ]


def doubts(derivation: Derivation) -> Section:
    """What a reader must know before he relies on the numbers."""
    general = [
        (
            "HJ 25.3-2019 的正文没有取得。公式取自公开程序和对 2014 年版附录的公开抄录，并以 GB 36600-2018 的筛选值复算验证；"
            "式号只标出能在来源中见到的。"
        ),
        "致癌风险和危害指数按单一污染物判断；样品各物质之和只供参考，标准条文中未见对各物质之和的规定。",
        "敏感性比的算式（参数变动 5%）未能在来源中见到。",
    ]
    rows = [
        [substance.name, note.text]
        for substance, own in zip(derivation.substances, derivation.notes, strict=True)
        for note in own
    ]
    blocks: list[Block] = [Line(f"{number}. {text}") for number, text in enumerate(general, start=1)]
    if rows:
        blocks.append(Grid("各物质的说明", [Column("物质", 1), Column("说明", 4)], rows))
    return Section("说明和疑点", "说明", blocks)


def review(run: Run, working: Working) -> Section:
    """What is needed to compute it all again."""
    request = run.request
    versions = software()
    rows = [
        ["数据文件", request.file or "—"],
        ["数据文件校验值（SHA-256）", request.file_sha256 or "—"],
        ["参数集", f"{request.identity['name']}@{request.identity['version']}"],
        ["参数集校验值（SHA-256）", str(request.identity["sha256"])],
        ["软件", f"净土 {versions['jingtu']}，numpy {versions['numpy']}，Python {versions['python']}"],
        ["抽样次数和随机种子", f"{request.draws}，{request.seed}" if request.draws else "没有抽样"],
        [
            "逐式复算",
            f"{working.count} 个算式按其文字另行计算，与模型结果的最大相对差 {shown(working.worst, 2)}",
        ],
    ]
    return Section(
        "复核",
        "复核",
        [
            Line(
                "评估时用 --save 保存的记录含全部输入、所用参数和结果，可在另一台计算机上重新计算，逐位比对："
            ),
            Line("jingtu risk assess --replay 记录.json"),
            Grid("", [Column("项目", 1.4), Column("内容", 4)], rows),
            Heading("算式的写法", 3),
            Line(
                "代入的数值按四位有效数字列出，计算时用全部位数。没有致癌斜率因子的途径，斜率因子记作 0；"
                "没有参考剂量的途径，参考剂量记作 ∞，即不计这一途径。"
            ),
        ],
    )
