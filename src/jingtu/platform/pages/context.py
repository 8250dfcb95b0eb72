"""What rules every page: region, year, business date, and the moment up to which things are known."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, cast

from django.http import HttpRequest

from jingtu.errors import CellError, ConflictError, InputError, NotFoundError

if TYPE_CHECKING:
    from jingtu.platform.people.models import User
    from jingtu.platform.regions.models import Region


@dataclass(frozen=True, slots=True)
class PageContext:
    """Region, year and dates of one request, set by the web door's middleware.

    Parameters
    ----------
    region : Region or None
        The place whose programme is shown; ``None`` for users without any business data.
    year : int
        The year of the plan that is shown.
    on : date
        The business date of the page.
    known_at : datetime or None
        Show what was known at that moment; ``None``: what is known now.
    today : date
        The business date of the installation, which ``on`` is compared with.
    """

    region: Region | None
    year: int
    on: date
    known_at: datetime | None
    today: date

    @property
    def is_past(self) -> bool:
        """Whether the page looks back, so that nothing may be changed from it."""
        return self.on < self.today or self.known_at is not None

    def require_region(self) -> Region:
        """The region, or a plain message where the user has none."""
        if self.region is None:
            raise NotFoundError("您的账号还没有所属行政区；请联系本单位安全管理员授权。")
        return self.region

    def require_present(self) -> None:
        """Refuse a change from a page that looks back."""
        if self.is_past:
            raise ConflictError("正在查看过去日期的状态，不能办理业务；请先点“返回今天”。")


def page_context(request: HttpRequest) -> PageContext:
    """The context that the middleware put on the request."""
    found: PageContext = request.jingtu  # type: ignore[attr-defined]
    return found


def page_user(request: HttpRequest) -> User:
    """The user of a page behind a log-in."""
    return cast("User", request.user)


def posted_region(request: HttpRequest) -> Region:
    """The place that a form names; raises ``InputError`` where it names none."""
    from jingtu.platform.regions.models import Region

    try:
        found = Region.objects.filter(uid=uuid.UUID(request.POST.get("region", ""))).first()
    except ValueError:
        found = None
    if found is None:
        raise InputError("请选择行政区。", [CellError("请选择行政区", column="行政区")])
    return found
