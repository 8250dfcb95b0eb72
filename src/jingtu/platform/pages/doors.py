"""What stands at the door of a page: who may enter, and what happens to an action's outcome."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse

from jingtu.errors import CellError, InputError, JingtuError, PermissionDeniedError
from jingtu.platform.actions import Action
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.people import permissions, policies

if TYPE_CHECKING:
    from jingtu.platform.people.models import User

View = Callable[..., HttpResponse]
Result = TypeVar("Result")
ERRORS_SHOWN = 20
BEHIND = "Jingtu-Behind"  # a header: sent while nobody looks, so the next page need not speak of it


def needs(*names: str | Callable[[User], bool]) -> Callable[[View], View]:
    """Let a logged-in user with one of the permissions in; send others to the log-in, or refuse them.

    What is asked of the user may also be a question of its own; the first one is a permission, for the refusal.
    """

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *arguments: Any, **keywords: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            user = page_user(request)
            if not any(name(user) if callable(name) else policies.may(user, name) for name in names):
                first = str(names[0])
                raise PermissionDeniedError(
                    f"您没有“{permissions.get(first).label}”的权限；如工作需要，请联系本单位安全管理员授权。",
                    permission=first,
                )
            return view(request, *arguments, **keywords)

        return guarded

    return wrap


def act(
    request: HttpRequest,
    action: Action[Result],
    *,
    done: str,
    to: str | Callable[[Result], str],
    back: str = "",
) -> HttpResponse:
    """Execute an action of a form and go on: to ``to`` where it worked, back with the reason where not.

    ``to`` may depend on the action's result; ``back`` defaults to ``to``. What was typed stays in the
    browser's draft until a page says that it was saved. A form that was sent by script is answered in
    JSON, its errors as problem documents by whoever renders errors.
    """
    try:
        page_context(request).require_present()
        result = action.execute()
    except PermissionDeniedError:
        raise
    except JingtuError as error:
        if by_script(request):
            raise
        tell(request, error)
        return HttpResponseRedirect(back or (to if isinstance(to, str) else request.path))
    address = to if isinstance(to, str) else to(result)
    if BEHIND not in request.headers:
        messages.success(request, done, extra_tags="saved")
    return JsonResponse({"to": address}) if by_script(request) else HttpResponseRedirect(address)


def by_script(request: HttpRequest) -> bool:
    """Whether a form was sent by script, which reads JSON."""
    return request.headers.get("Accept", "").startswith("application/json")


def uploads(request: HttpRequest, field: str = "files") -> list[tuple[str, BinaryIO]]:
    """Files of a form as (the person's file name, stream), none larger than the installation allows."""
    found = []
    for item in request.FILES.getlist(field):
        if item.size is None or item.size > settings.UPLOAD_BYTES:
            raise InputError(
                f"“{item.name}”超过 {settings.CONFIG.upload_mib} MB，没有上传；请压缩或拆分后再传。",
                value=item.name,
            )
        found.append((item.name or "文件", cast("BinaryIO", item.file)))
    return found


def tell(request: HttpRequest, error: JingtuError) -> None:
    """Show an error, and every error of its cells, on the next page."""
    lines = [error.message]
    if isinstance(error, InputError):
        lines += [_line(item) for item in error.errors[:ERRORS_SHOWN]]
        if len(error.errors) > ERRORS_SHOWN:
            lines.append(f"另有 {len(error.errors) - ERRORS_SHOWN} 处，改后再次提交时列出。")
    messages.error(request, "\n".join(lines))


def _line(item: CellError) -> str:
    place = "，".join(part for part in (f"第 {item.row} 行" if item.row else "", item.column or "") if part)
    return f"{place}：{item.message}" if place else item.message
