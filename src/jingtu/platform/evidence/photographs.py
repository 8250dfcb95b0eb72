"""When and where a photograph was taken, as the phone that took it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone

from jingtu.errors import CellError, InputError

_FARTHEST = {"latitude": Decimal(90), "longitude": Decimal(180)}
_WORST_ACCURACY = 1_000_000  # metres; beyond it the phone knew nothing
_PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Taken:
    """When and where a photograph was taken.

    Parameters
    ----------
    taken_at : datetime, optional
        By the clock of the phone.
    latitude, longitude : Decimal, optional
        Degrees, north and east positive, as the phone reports them (WGS 84).
    accuracy : int, optional
        Radius in metres within which the phone believes itself to be.
    """

    taken_at: datetime | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    accuracy: int | None = None

    def columns(self) -> dict[str, Any]:
        """The columns of an attachment."""
        return asdict(self)


def read(moments: Sequence[str], positions: Sequence[str], count: int) -> list[Taken]:
    """What a form says of its photographs, in their order.

    Parameters
    ----------
    moments : sequence of str
        ISO 8601; empty where unknown. A moment without an offset is one of the installation's zone.
    positions : sequence of str
        ``latitude,longitude`` or ``latitude,longitude,accuracy``; empty where the person gave none.
    count : int
        Number of photographs; what the lists lack is unknown.

    Raises
    ------
    InputError
        All values that are neither empty nor of this form.

    Examples
    --------
    >>> [one] = read(["2024-06-30T09:15:00+08:00"], ["24.326000,109.428000,12"], 1)
    >>> one.taken_at.isoformat(), one.latitude, one.longitude, one.accuracy
    ('2024-06-30T09:15:00+08:00', Decimal('24.326000'), Decimal('109.428000'), 12)
    >>> read([], [], 1)
    [Taken(taken_at=None, latitude=None, longitude=None, accuracy=None)]
    """
    found, errors = [], []
    for place in range(count):
        moment = moments[place].strip() if place < len(moments) else ""
        position = positions[place].strip() if place < len(positions) else ""
        try:
            taken_at = _moment(moment)
        except ValueError:
            errors.append(_error(place, "拍摄时间", moment))
            taken_at = None
        try:
            latitude, longitude, accuracy = _position(position)
        except (ValueError, InvalidOperation):
            errors.append(_error(place, "拍摄位置", position))
            continue
        found.append(Taken(taken_at, latitude, longitude, accuracy))
    if errors:
        raise InputError("照片的时间或位置有误，请删去这张照片后重新添加。", errors)
    return found


def _error(place: int, column: str, value: str) -> CellError:
    return CellError(f"第 {place + 1} 张照片的{column}不能识别", column=column, value=value[:60])


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else timezone.make_aware(found)


def _position(text: str) -> tuple[Decimal | None, Decimal | None, int | None]:
    if not text:
        return None, None, None
    parts = [Decimal(part) for part in text.split(",")]
    if len(parts) not in {2, 3} or not all(part.is_finite() for part in parts):
        raise ValueError(text)
    latitude, longitude = parts[0], parts[1]
    if abs(latitude) > _FARTHEST["latitude"] or abs(longitude) > _FARTHEST["longitude"]:
        raise ValueError(text)
    accuracy = int(parts[2]) if len(parts) == 3 and 0 <= parts[2] <= _WORST_ACCURACY else None
    return latitude.quantize(_PLACES), longitude.quantize(_PLACES), accuracy
