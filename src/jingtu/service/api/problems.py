"""Every error of the API as one shape: RFC 9457 problem details."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from jingtu.errors import InputError, JingtuError

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
# Statuses of the framework's own errors: code, title, what to do.
FRAMEWORK: dict[int, tuple[str, str, str]] = {
    400: ("bad_request", "请求有误", "请求的格式有误，请核对后重发。"),
    401: ("login_required", "未登录", "请先登录。"),
    403: ("permission_denied", "没有权限", "没有这项操作的权限，或页面已过期，请刷新后重试。"),
    404: ("not_found", "没有找到", "地址或所指的内容不存在。"),
    429: ("too_many_requests", "请求过多", "请求过于频繁，请稍后再试。"),
}
UNEXPECTED = ("unexpected", "系统出错", "系统出错，没有保存任何内容；请把编号告诉系统管理员。")


def problem(
    request: HttpRequest,
    status: int,
    code: str,
    title: str,
    detail: str,
    *,
    facts: Mapping[str, Any] | None = None,
    errors: list[dict[str, Any]] | None = None,
) -> HttpResponse:
    """A problem document; ``code`` is stable, ``detail`` is for a person."""
    document = {
        "type": f"urn:jingtu:error:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.path,
        "code": code,
        "facts": dict(facts or {}),
        "errors": errors or [],
    }
    text = json.dumps(document, cls=_Encoder, ensure_ascii=False)
    return HttpResponse(text, status=status, content_type=MEDIA_TYPE)


class _Encoder(DjangoJSONEncoder):
    """Facts may hold anything an error was raised with; what JSON does not know is told in words."""

    def default(self, o: Any) -> Any:
        try:
            return super().default(o)
        except TypeError:
            return str(o)


def from_error(request: HttpRequest, error: JingtuError) -> HttpResponse:
    """The problem document of an error of our own hierarchy."""
    errors = [item.to_json() for item in error.errors] if isinstance(error, InputError) else []
    return problem(
        request, error.status, error.code, error.title, error.message, facts=error.facts, errors=errors
    )


def not_found(request: HttpRequest, _error: object = None) -> HttpResponse:
    """404 for an address that the API does not have."""
    return problem(request, 404, *FRAMEWORK[404])


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    code, title, detail = FRAMEWORK.get(error.status_code, FRAMEWORK[400])
    return problem(request, error.status_code, code, title, detail)


def _validation_error(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [
        {"message": item["msg"], "location": [str(part) for part in item["loc"]], "kind": item["type"]}
        for item in error.errors
    ]
    return problem(request, 422, "bad_input", InputError.title, "请求中有字段不符合要求。", errors=errors)


def _permission_denied(request: HttpRequest, _error: PermissionDenied) -> HttpResponse:
    return problem(request, 403, *FRAMEWORK[403])


def _bad_request(request: HttpRequest, _error: Exception) -> HttpResponse:
    """A body that Django itself could not read."""
    return problem(request, 400, *FRAMEWORK[400])


def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    reference = uuid.uuid4().hex[:12]
    logger.error("unexpected error %s at %s", reference, request.path, exc_info=error)
    return problem(request, 500, *UNEXPECTED, facts={"reference": reference})


def install(api: NinjaAPI) -> None:
    """Register the handlers of every kind of error."""
    unreadable = (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError)
    handlers: list[tuple[type[Exception], Any]] = [
        (Exception, _unexpected),
        (JingtuError, from_error),
        (ValidationError, _validation_error),
        (HttpError, _http_error),
        (Http404, not_found),
        (PermissionDenied, _permission_denied),
        *((kind, _bad_request) for kind in unreadable),
    ]
    for kind, handler in handlers:
        api.add_exception_handler(kind, handler)


SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457 problem details",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "code", "facts", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string"},
        "facts": {"type": "object"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}
