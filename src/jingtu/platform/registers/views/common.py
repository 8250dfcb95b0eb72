"""What the pages of the registers share."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import date
from functools import wraps
from typing import Any, BinaryIO
from urllib.parse import quote

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from jingtu.errors import CellError, InputError, NotFoundError
from jingtu.platform.evidence.attaching import attach
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import uploads
from jingtu.platform.pages.sheets import MEDIA_TYPE
from jingtu.platform.people import policies
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import versions
from jingtu.platform.registers.declarations import Field, Register, listed
from jingtu.platform.registers.exchange.exporting import visible_fields
from jingtu.platform.registers.models import Version

View = Callable[..., HttpResponse]


def needs(kind: str) -> Callable[[View], View]:
    """Let in who has the register's ``read``, ``edit`` or ``import`` permission anywhere."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, register_id: str, *arguments: Any, **keywords: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            register = listed(register_id)
            policies.require_some(request.user, getattr(register, f"{kind}_permission"))
            return view(request, register, *arguments, **keywords)

        return guarded

    return wrap


def fields_for(request: HttpRequest, register: Register) -> list[Field]:
    """The fields that the user may read."""
    return visible_fields(register, policies.roles(page_user(request)))


def readable_version(request: HttpRequest, register: Register, uid: uuid.UUID) -> Version:
    """The version of an entry on the page's day, where the user may read it; else it does not exist."""
    page = page_context(request)
    reach = policies.reach(page_user(request), register.read_permission)
    found = (
        versions.versions(register.id, page.on, page.known_at)
        .filter(reach.q("region__path", "holder_id"), entry__uid=uid)
        .first()
    )
    if found is not None:
        return found
    known = Version.objects.filter(versions.believed(page.known_at), entry__uid=uid, register=register.id)
    later = known.filter(reach.q("region__path", "holder_id")).order_by("effective_from").first()
    if later is not None:
        raise NotFoundError(
            f"“{later.name}”自{later.effective_from.isoformat()}起登记，在{page.on.isoformat()}还没有记录；请换一个业务日期。"
        )
    raise NotFoundError("没有找到这一条目，或不在您的权限范围内。", uid=str(uid))


def may(request: HttpRequest, permission: str, version: Version) -> bool:
    """Whether a step is offered: the permission reaches the row, and the page does not look back."""
    if page_context(request).is_past:
        return False
    return policies.reach(page_user(request), permission).allows(version.region.path, (version.holder_id,))


def attached(request: HttpRequest, register: Register, version: Version, title: str) -> list[Attachment]:
    """The files of a form, kept as evidence of the entry; call it inside the transaction of the step."""
    return attached_to(request, register, version, title, uploads(request))


def attached_to(
    request: HttpRequest,
    register: Register,
    version: Version,
    title: str,
    files: Sequence[tuple[str, BinaryIO]],
) -> list[Attachment]:
    """Files kept as evidence of one entry."""
    return [
        attach(
            stream,
            name,
            subject_type=register.id,
            subject_uid=version.entry.uid,
            read_permission=register.read_permission,
            region_path=version.region.path,
            organisations=[version.holder_id] if version.holder_id else [],
            actor=page_user(request),
            title=title,
        )
        for name, stream in files
    ]


def posted_day(request: HttpRequest, name: str, default: date) -> date:
    """A day of a form; raises ``InputError``."""
    text = request.POST.get(name, "").strip()
    if not text:
        return default
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            "日期应为 2024-06-30 的样式。", [CellError("日期无法识别", value=text[:20])]
        ) from error


def posted_number(request: HttpRequest, name: str) -> int | None:
    """A key of a form, or ``None``."""
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def workbook(content: bytes, name: str) -> HttpResponse:
    """A workbook as an answer, under the file name ``name``."""
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f"attachment; filename=\"list.xlsx\"; filename*=UTF-8''{quote(name)}"
    return response


def require(request: HttpRequest, permission: str, version: Version) -> None:
    """Refuse a change of a row that the user may read and not change."""
    policies.require(page_user(request), permission, version.region.path, (version.holder_id,))


def places_below(region: Region) -> list[Region]:
    """The places right below one, for a filter."""
    below = Region.objects.filter(parent=region).only("uid", "name", "adcode").order_by("path")
    return sorted(below, key=lambda item: item.adcode or "9")
