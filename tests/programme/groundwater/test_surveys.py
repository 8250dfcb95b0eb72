"""Results that come by a laboratory's survey belong to the point that it names, or that its samples name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from jingtu.platform.clock import OPEN_TIME, recorded_now
from jingtu.platform.duties import ticking
from jingtu.platform.duties.models import Duty
from jingtu.platform.evidence.laboratory.models import ImportedFile, Result, Sample, Survey
from jingtu.platform.indicators import service
from jingtu.platform.ledger import records
from jingtu.platform.registers.models import Entry

pytestmark = pytest.mark.django_db
QUALITY = "groundwater_point_quality"
SAMPLED, AUTUMN = date(2024, 9, 12), date(2024, 10, 31)


def survey(
    region: Any, entry: Entry | None, point: str, judged: dict[str, str], qc: str = ""
) -> list[Result]:
    """A survey as the import leaves it, with one sample and a verdict for each analyte."""
    with transaction.atomic():
        row = records.append("test", on=SAMPLED, subject_type="test")
    kept = Survey.objects.create(
        code=f"JC{Survey.objects.count()}", name="地下水监测", region=region, medium="groundwater",
        standard="gbt14848", entry=entry,
    )  # fmt: skip
    now = recorded_now()
    file = ImportedFile.objects.create(
        survey=kept, attachment=_attachment(kept), sha256=f"{kept.pk:064}", manifest="0", imported_at=now,
        ledger_row=row,
    )  # fmt: skip
    sample = Sample.objects.create(
        survey=kept, code="S1", point=point, medium="groundwater", sampled_on=SAMPLED, imported=file,
        recorded_from=now, qc_kind=qc,
    )  # fmt: skip
    return [
        Result.objects.create(
            survey=kept, sample=sample, imported=file, analyte=analyte, raw="1", unit="mg/L", standard="gbt14848",
            verdict=verdict, recorded_from=now,
        )
        for analyte, verdict in judged.items()
    ]  # fmt: skip


def _attachment(kept: Survey) -> Any:
    import io

    from jingtu.platform.evidence.attaching import attach

    return attach(
        io.BytesIO(kept.code.encode()), "结果.txt", subject_type="survey", subject_uid=kept.uid,
        read_permission="laboratory.read", region_path=kept.region.path, organisations=(), actor=None,
    )  # fmt: skip


def text(place: Any, name: str, known_at: Any = None) -> str | None:
    return service.read(QUALITY, place, AUTUMN, known_at, {"scope": name}).text


def test_the_survey_of_a_point_decides_its_class_and_raises_its_plan_at_the_next_tick(
    point: Callable[..., Entry], county: Any
) -> None:
    entry = point("N1", target_class="III")
    survey(county, entry, "随便", {"氨氮": "IV", "铁": "II", "某项": "not_covered"})
    survey(county, entry, "随便", {"砷": "V"}, qc="blank")  # checks the laboratory, not the water
    assert text(county, "N1") == "Ⅳ类"
    ticking.tick(AUTUMN)
    duty = Duty.objects.get(rule="groundwater.point_plan")
    assert duty.entry == entry
    assert "地下水监测为Ⅳ类，未达到Ⅲ类（氨氮）" in duty.what


def test_samples_that_carry_the_name_or_code_of_a_point_belong_to_it_in_its_place(
    point: Callable[..., Entry], county: Any, town: Any, neighbour: Any
) -> None:
    point("N1", region=town)
    point("N2")
    survey(county, None, "N1", {"氨氮": "II"})
    survey(town, None, "D-N2", {"氨氮": "III"})
    survey(neighbour, None, "N2", {"氨氮": "V"})  # a point of the same name elsewhere
    assert (text(county, "N1"), text(county, "N2")) == ("Ⅱ类", "Ⅲ类")


def test_a_result_that_was_replaced_stays_known_as_of_then(point: Callable[..., Entry], county: Any) -> None:
    entry = point("N1")
    (old,) = survey(county, entry, "N1", {"氨氮": "V"})
    then = recorded_now()
    moment = recorded_now()
    Result.objects.filter(pk=old.pk, recorded_to=OPEN_TIME).update(recorded_to=moment)
    old.pk, old.verdict, old.recorded_from, old.recorded_to = None, "IV", moment, OPEN_TIME
    old.save(force_insert=True)
    assert (text(county, "N1"), text(county, "N1", then)) == ("Ⅳ类", "Ⅴ类")
