"""Readers of plan documents: one file in, a :class:`SourceDocument` out, or one clear message."""

from __future__ import annotations

from pathlib import Path

from jingtu.errors import NotFoundError, UnreadableDocumentError
from jingtu.knowledge.plantext.sources import detect, refusals
from jingtu.knowledge.plantext.sources.limits import LIMITS, Limits
from jingtu.knowledge.plantext.sources.model import Block, Cell, Paragraph, SourceDocument, TableBlock

__all__ = [
    "LIMITS",
    "Block",
    "Cell",
    "Limits",
    "Paragraph",
    "SourceDocument",
    "TableBlock",
    "read_source",
]


def read_source(path: Path, limits: Limits = LIMITS) -> SourceDocument:
    """Read a plan document of whatever kind its content is; the file's name decides nothing.

    Parameters
    ----------
    path : Path
        A ``.docx``, a ``.pdf`` with a text layer or a plain text in any Chinese encoding.
    limits : Limits
        How much is read before the file is refused.

    Returns
    -------
    SourceDocument
        Paragraphs and tables in reading order.

    Raises
    ------
    UnreadableDocumentError
        With ``facts["reason"]``: ``damaged``, ``encrypted``, ``image_only``, ``too_large``, ``empty``
        or ``unknown_type``. Nothing else comes out of a file's content.
    NotFoundError
        There is no such file.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "plan"
    ...     _ = path.write_text("一、总体要求", encoding="gbk")
    ...     read_source(path).kind
    'txt'
    """
    try:
        with path.open("rb") as file:
            data = file.read(limits.file_bytes + 1)
    except FileNotFoundError as error:
        raise NotFoundError(f"没有找到文件“{path.name}”。", file=path.name) from error
    except OSError as error:
        raise refusals.damaged(f"文件“{path.name}”") from error
    try:
        return read_bytes(data, limits)
    except UnreadableDocumentError as error:
        error.facts.setdefault("file", path.name)
        raise


def read_bytes(data: bytes, limits: Limits = LIMITS) -> SourceDocument:
    """Like :func:`read_source`, for content that is at hand already.

    Examples
    --------
    >>> read_bytes("到2024年底".encode()).blocks[0].text
    '到2024年底'
    """
    if len(data) > limits.file_bytes:
        raise refusals.too_large("文件", f"超过 {limits.file_bytes // 1024 // 1024} MB")
    kind = detect.kind_of(data, limits)
    # The parsers of the two large formats are loaded only for those who need them.
    if kind == "docx":
        from jingtu.knowledge.plantext.sources.docx import read_docx

        return read_docx(data, limits)
    if kind == "pdf":
        from jingtu.knowledge.plantext.sources.pdf import read_pdf

        return read_pdf(data, limits)
    from jingtu.knowledge.plantext.sources.txt import read_txt

    return read_txt(data, limits)
