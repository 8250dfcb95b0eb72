"""Two surveys of the sample year: a parcel where a plating shop stood, and farmland below an old mine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from jingtu.knowledge import labsheets
from jingtu.platform.evidence.laboratory import mappings, preparing
from jingtu.platform.evidence.laboratory.importing import ImportResults
from jingtu.platform.evidence.laboratory.models import Survey
from jingtu.platform.evidence.laboratory.sample_file import sample_file
from jingtu.platform.evidence.laboratory.surveys import CreateSurvey, Said
from jingtu.platform.registers.models import Entry
from jingtu.service.demo.places import Cast

FARMLAND_FILE = "农用地土壤检测结果示例.xlsx"
_SCOPE = "pH、砷、镉、铬、铬（六价）、铜、铅、汞、镍、锌、四氯化碳、苯、苯并[a]芘、石油烃（C10-C40）"
_PARCEL, _FARMLAND = "JC990121-2024-001", "JC990121-2024-002"


def survey_steps(cast: Cast) -> Iterator[tuple[date, Callable[[], Any]]]:
    """Registered by the officer, delivered by the laboratory's own user."""
    registered, delivered = date(2024, 6, 3), date(2024, 7, 8)
    yield registered, lambda: _register(cast, registered, _parcel(cast))
    yield delivered, lambda: _deliver(cast, delivered, _PARCEL, sample_file())
    autumn, later = date(2024, 8, 28), date(2024, 9, 25)
    yield autumn, lambda: _register(cast, autumn, _farmland(cast))
    yield later, lambda: _deliver(cast, later, _FARMLAND, farmland_file())


def farmland_file() -> Path:
    """The farmland workbook; from the wheel, or from the checkout it is built of."""
    packed = Path(str(resources.files(__package__) / "data" / FARMLAND_FILE))
    checkout = Path(__file__).resolve().parents[4] / "examples" / "lab" / FARMLAND_FILE
    return packed if packed.exists() else checkout


def _parcel(cast: Cast) -> Said:
    return Said(
        name="原示例电镀厂地块土壤污染状况初步调查",
        code=_PARCEL,
        region=cast.places["石桥镇"],
        purpose="用途变更前的初步调查，规划为工业用地",
        standard="gb36600",
        land_class=2,
        holder=cast.bodies["示例县宏远电镀有限公司"],
        entry=Entry.objects.filter(register="priority_parcels", code="9901210002").first(),
        **_firms(cast),
    )


def _farmland(cast: Cast) -> Said:
    return Said(
        name="清河镇受污染耕地加密调查",
        code=_FARMLAND,
        region=cast.places["清河镇"],
        purpose="核实安全利用类耕地的边界",
        standard="gb15618",
        **_firms(cast),
    )


def _firms(cast: Cast) -> dict[str, Any]:
    return {
        "organisation": cast.bodies["示例土壤调查技术有限公司"],
        "laboratory": cast.bodies["示例环境检测有限公司"],
        "cma_number": "990012340001",
        "cma_valid_from": date(2022, 3, 1),
        "cma_valid_to": date(2028, 2, 29),
        "cma_scope": _SCOPE,
    }


def _register(cast: Cast, on: date, said: Said) -> None:
    CreateSurvey(cast.officer, on, said, is_example=True).execute()


def _deliver(cast: Cast, on: date, code: str, path: Path) -> None:
    user = cast.user_of("示例环境检测有限公司")
    survey = Survey.objects.select_related("region", "laboratory").get(code=code)
    with path.open("rb") as stream:
        prepared = preparing.prepare(survey, stream, path.name, on=on)
    ImportResults(user, on, prepared, path, acknowledged=True).execute()
    mapping = labsheets.Mapping.from_json(prepared.mapping)
    if mappings.worth_remembering(survey, mapping):
        mappings.RememberSheet(user, on, survey, mapping).execute()
