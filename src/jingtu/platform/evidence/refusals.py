"""One sentence for each way in which an uploaded file is refused."""

from __future__ import annotations

from jingtu.errors import CellError, InputError


class RefusedFileError(InputError):
    """An uploaded file that is not kept.

    ``facts["reason"]``: ``too_large``, ``empty``, ``unknown_type``, ``macros``, ``encrypted``,
    ``damaged``, ``bomb``, ``hostile``.
    """

    code = "refused_file"
    title = "文件未接收"


def refuse(reason: str, message: str, file: str) -> RefusedFileError:
    """The error of one file; the message says what to do."""
    return RefusedFileError(message, [CellError(message, file=file)], reason=reason, file=file)
