"""How fast a plan is read, and whether the time grows in proportion to the text.

Peers in the same run, for scale: python-docx only taking the paragraphs out of the same text as a
Word file, and a dozen regular expressions run over the bare text (what a quick script would do; it
gives no sections, no tables, no expanded names). Neither does the reader's work. Seconds are those of
the processor, so that a busy machine gives the same figures; everything runs in one thread.

    python bench/plan_reading.py [--largest 2000000]
"""

from __future__ import annotations

import argparse
import gc
import io
import re
import statistics
import time

import docx

from jingtu.knowledge.plantext import read_plan_document
from jingtu.knowledge.plantext.sources import SourceDocument
from jingtu.knowledge.plantext.sources.txt import read_txt

SIZES = (20_000, 200_000, 2_000_000)
BUREAUS = (
    "财政局",
    "水利局",
    "农业农村局",
    "自然资源局",
    "住建局",
    "工信局",
    "应急局",
    "林业局",
    "市场监管局",
    "卫健局",
)
HAN = "一二三四五六七八九十"
NAIVE = [
    re.compile(pattern)
    for pattern in (
        r"[（(][^（）()]{2,200}?(?:牵头|负责|参与|配合)[^（）()]{0,60}[）)]",
        r"\d{1,2}月底前",
        r"(?:20\d\d)年(?:\d{1,2}月)?底前?",
        r"(?:达到|不低于|不少于)\d+(?:\.\d+)?%(?:以上)?",
        r"^[一二三四五六七八九十]+、.*$",
        r"^（[一二三四五六七八九十]+）.*$",
        r"^\d+[．.].*$",
        r"《[^》]{2,60}》",
        r"[\u4e00-\u9fff]{2,12}(?:局|委|办|厅)",
        r"[\u4e00-\u9fff]{2,12}(?:清单|名录|台账)",
        r"每[月季年][\u4e00-\u9fff\d]{0,6}",
        r"累计[\u4e00-\u9fff]{0,8}\d+",
    )
]


def synthetic_plan(size: int) -> str:
    """A plan of our own wording with about ``size`` characters."""
    lines = [
        "某县2030年度土壤污染防治工作计划",
        "一、主要目标",
        "到2030年底，全县受污染耕地安全利用率达到95%以上，重点建设用地安全利用得到有效保障。",
        "二、重点任务",
    ]
    length = sum(map(len, lines))
    task = 0
    while length < size:
        if task % 8 == 0:
            line = f"（{HAN[task // 8 % 10]}）做好第{task // 8 + 1}批地块的风险管控。"
            lines.append(line)
            length += len(line)
        a, b, c = (BUREAUS[(task * step + step) % 10] for step in (1, 3, 7))
        line = (
            f"{task % 8 + 1}．推进第{task + 1}组地块调查。{task % 12 + 1}月底前，完成不少于{task % 90 + 5}个地块的初步调查，"
            f"更新优先监管地块清单；对第{task % 7 + 1}片区已完成调查的地块开展效果评估，完成率累计达到{60 + task % 40}%以上。"
            f"健全部门之间的信息共享机制，加强日常巡查和技术指导，及时发现并处理擅自开工、违规堆放等问题，保障人居环境安全；"
            f"组织有关企业开展业务培训，提高从业人员的管理水平，营造全社会共同保护土壤的良好氛围。"
            f"督促责任主体编制风险管控方案，每季度报送进展。（县生态环境局牵头，县{a}、{b}，各乡（镇）人民政府等参与，县{c}指导）"
        )
        lines.append(line)
        length += len(line)
        task += 1
    lines += ["三、工作要求", "（一）加强组织领导。各部门要密切配合，形成合力。"]
    return "\n".join(lines)


def seconds(run, times: int) -> float:
    found = []
    for _ in range(times):
        gc.collect()
        start = time.process_time()
        run()
        found.append(time.process_time() - start)
    return statistics.median(found)


def as_docx(text: str) -> bytes:
    document = docx.Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def wrapped(text: str, width: int = 28) -> str:
    return "\n\n".join(
        line[start : start + width] for line in text.split("\n") for start in range(0, len(line), width)
    )


def naive(text: str) -> int:
    return sum(1 for pattern in NAIVE for _ in pattern.finditer(text))


def document_of(text: str) -> SourceDocument:
    return read_txt(text.encode("utf-8"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", type=int, default=SIZES[-1])
    sizes = [size for size in SIZES if size <= parser.parse_args().largest]
    start = time.perf_counter()
    read_plan_document(document_of(synthetic_plan(3_000)))
    print(f"first reading in this process (word lists loaded): {time.perf_counter() - start:.3f} s\n")
    print(f"{'what':<34}{'characters':>12}{'seconds':>10}{'chars/s':>12}{'x linear':>10}{'tasks':>8}")
    base: dict[str, float] = {}
    for size in sizes:
        text = synthetic_plan(size)
        broken = wrapped(text)
        times = 5 if size <= 20_000 else 3 if size <= 200_000 else 1
        plain, hard = document_of(text), document_of(broken)
        word = as_docx(text) if size <= 200_000 else None
        runs = {
            "read plan, one line a paragraph": lambda plain=plain: read_plan_document(plain),
            "read plan, lines of 28": lambda hard=hard: read_plan_document(hard),
            "peer: 12 regular expressions": lambda text=text: naive(text),
        }
        if word is not None:
            runs["peer: python-docx, paragraphs only"] = lambda word=word: [
                paragraph.text for paragraph in docx.Document(io.BytesIO(word)).paragraphs
            ]
        for what, run in runs.items():
            took = seconds(run, times)
            rate = took / len(text)
            base.setdefault(what, rate)
            tasks = len(run().tasks) if what.startswith("read") and size <= 200_000 else 0
            print(
                f"{what:<34}{len(text):>12,}{took:>10.3f}{len(text) / took:>12,.0f}"
                f"{rate / base[what]:>10.2f}{tasks or '':>8}"
            )


if __name__ == "__main__":
    main()
