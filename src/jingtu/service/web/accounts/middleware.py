"""Limits on every request: size of uploads, idle sessions, one-time passwords."""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone

from jingtu.platform.evidence.refusals import RefusedFileError
from jingtu.service.web.middleware import error_page

TOUCH_SECONDS = 300
FILES_A_REQUEST = 4  # several files of the largest size in one form
_FORM_BYTES = 1024 * 1024
_SEEN = "seen"


class AccountLimitsMiddleware:
    """What holds for whoever is logged in, and for the size of what anybody sends."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._too_large(request):
            limit = settings.UPLOAD_BYTES // 1024**2
            error = RefusedFileError(
                f"一次上传的内容过大：每个文件不超过 {limit} MB，一次最多 {FILES_A_REQUEST} 个这样的文件；"
                "请压缩、拆分或分几次上传。",
                reason="too_large",
            )
            response = error_page(request, error)
            response.status_code = 413
            return response
        if request.user.is_authenticated:
            self._touch(request)
            if request.user.must_change_password and not self._may_go_on(request):
                return self._to_password(request)
        return self.get_response(request)

    @staticmethod
    def _too_large(request: HttpRequest) -> bool:
        length = request.META.get("CONTENT_LENGTH") or "0"
        allowed = settings.UPLOAD_BYTES * FILES_A_REQUEST + _FORM_BYTES
        return not length.isdigit() or int(length) > allowed

    @staticmethod
    def _touch(request: HttpRequest) -> None:
        """Idleness is counted from the last request, written at most every few minutes."""
        now = int(time.time())
        if now - int(request.session.get(_SEEN, 0)) >= TOUCH_SECONDS:
            request.session[_SEEN] = now
            UserSession.objects.filter(session_key=request.session.session_key).update(
                last_seen_at=timezone.now()
            )

    @staticmethod
    def _may_go_on(request: HttpRequest) -> bool:
        return request.path in {
            reverse("account_change_password"),
            reverse("account_logout"),
            reverse("healthz"),
        }

    @staticmethod
    def _to_password(request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/"):
            problem = {"title": "没有权限", "status": 403, "detail": "请先在网页上修改初始密码。"}
            return JsonResponse(problem, status=403, content_type="application/problem+json")
        return HttpResponseRedirect(reverse("account_change_password"))
