"""The one hierarchy of errors.

Every error carries a stable ``code``, a ``message`` that is safe to show to a person (Chinese, says
what to do) and its ``facts`` as a dictionary. The command line prints them as
``{"error": {"code", "message", "facts"}, "errors": [...]}``; the web API renders RFC 9457.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class CellError:
    """One bad value of an input file, with its place.

    ``row`` and ``column`` are as a person sees them in the spreadsheet: row counted from 1,
    column as a letter or a heading; ``None`` where the error concerns the whole file or sheet.
    """

    message: str
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class JingtuError(Exception):
    """Base of all errors that a person may see."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "出错了"

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts: dict[str, Any] = facts

    def to_json(self) -> dict[str, Any]:
        """The ``{"error": ..., "errors": [...]}`` document of the command line contract."""
        return {
            "error": {"code": self.code, "message": self.message, "facts": self.facts},
            "errors": [],
        }


class InputError(JingtuError):
    """A file or a form whose content was judged and is bad; lists every error at once."""

    code = "bad_input"
    status = 422
    title = "输入有误"

    def __init__(self, message: str, errors: list[CellError] | None = None, **facts: Any) -> None:
        super().__init__(message, **facts)
        self.errors = list(errors or [])

    def to_json(self) -> dict[str, Any]:
        document = super().to_json()
        document["errors"] = [error.to_json() for error in self.errors]
        return document


class UnreadableDocumentError(InputError):
    """A document that cannot be read at all: damaged, encrypted, image-only, too large, no plan.

    ``facts["reason"]`` is one of ``damaged``, ``encrypted``, ``image_only``, ``too_large``,
    ``empty``, ``unknown_type``, ``not_a_plan``.
    """

    code = "unreadable_document"
    title = "文件无法读取"


class NotConfiguredError(JingtuError):
    """A rule, a limit or a figure that nobody has entered: shown as 未配置, never guessed."""

    code = "not_configured"
    status = 409
    title = "未配置"


class PermissionDeniedError(JingtuError):
    """The caller may not do this."""

    code = "permission_denied"
    status = 403
    title = "没有权限"


class NotFoundError(JingtuError):
    """The thing does not exist, or the caller may not know that it does."""

    code = "not_found"
    status = 404
    title = "没有找到"


class ConflictError(JingtuError):
    """Somebody else changed it first, or the state does not allow the step."""

    code = "conflict"
    status = 409
    title = "与现状冲突"
