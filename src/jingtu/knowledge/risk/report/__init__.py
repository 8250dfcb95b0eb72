"""A risk assessment as a paper that a reviewer can follow from the laboratory's cell to the verdict.

Inputs with their places, switches with their reasons, parameters with their sources, every equation
with its numbers, results by pathway, contributions, sensitivity, control values, doubts, and what is
needed to compute it all again.
"""

from __future__ import annotations

from jingtu.knowledge.papers import Paper
from jingtu.knowledge.risk.derive import derive
from jingtu.knowledge.risk.report import inputs, results
from jingtu.knowledge.risk.report.words import land_class_name
from jingtu.knowledge.risk.report.working import Working
from jingtu.knowledge.risk.runs import Run, software

__all__ = ["paper"]


def paper(run: Run, most_worked: int | None = None) -> Paper:
    """The report of a run.

    Parameters
    ----------
    run : Run
    most_worked : int, optional
        Substances whose equations are worked out, those at most risk first; all where left out. Each
        is worked out for the sample in which it is highest.

    Returns
    -------
    Paper

    Examples
    --------
    >>> from jingtu.knowledge.risk.parameters import load
    >>> from jingtu.knowledge.risk.runs import Request, compute
    >>> table = {"sample": ["S1"], "analyte": ["苯"], "raw": ["3"], "unit": ["mg/kg"]}
    >>> [section.sheet for section in paper(compute(Request(table, load("published-peer"), 2))).sections]
    ['结论', '输入数据', '模型选项', '参数', '计算过程', '结果', '贡献和敏感性', '控制值', '说明', '复核']
    """
    request = run.request
    derivation = derive(
        request.parameter_set,
        request.land_class,
        [substance.id for substance in run.assessment.substances],
        request.options,
        replace=request.replace,
    )
    working = Working(run, derivation.control)
    driving = results.driving(run)
    sections = [
        results.conclusion(run),
        inputs.data(run),
        inputs.switches(run),
        inputs.parameters(run),
        results.working(run, working, driving, most_worked),
        results.by_pathway(run),
        results.shares(run, driving),
        results.controls(run, derivation),
        inputs.doubts(derivation),
        inputs.review(run, working),
    ]
    if run.simulation is not None:
        sections.insert(7, results.simulation(run, run.simulation))
    identity = request.identity
    return Paper(
        "建设用地健康风险评估计算书",
        [
            ("评估数据", request.file or "—"),
            ("用地类别", land_class_name(request.land_class)),
            ("参数集", f"{identity['title']}（{identity['name']}，版本 {identity['version']}）"),
            ("方法", "建设用地土壤污染风险评估技术导则（HJ 25.3-2019）"),
        ],
        sections,
        footer=f"净土 {software()['jingtu']} 计算。参数集校验值 {identity['sha256']}。",
    )
