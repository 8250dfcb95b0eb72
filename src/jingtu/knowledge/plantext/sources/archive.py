"""The parts of a ``.docx``: everything is checked before it is parsed."""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from jingtu.errors import UnreadableDocumentError
from jingtu.knowledge.containers import Container, ContainerError, ContainerLimits
from jingtu.knowledge.plantext.sources import refusals
from jingtu.knowledge.plantext.sources.limits import LIMITS, Limits

_WHAT = "Word 文件"
# Part that is there -> what the archive is.
_OTHER_ARCHIVES: tuple[tuple[str, str, str], ...] = (
    ("xl/workbook.xml", "这是 Excel 文件", "请上传计划文本的 Word、PDF 或文本文件。"),
    ("ppt/presentation.xml", "这是演示文稿", "请上传计划文本的 Word、PDF 或文本文件。"),
    ("OFD.xml", "这是 OFD 版式文件", "请在 OFD 阅读器中另存为 PDF，或上传 Word 原稿。"),
    ("content.xml", "这是 OpenDocument 文件", "请另存为 .docx 后再上传。"),
)


def check_is_word(data: bytes, limits: Limits = LIMITS) -> None:
    """Refuse an archive that is no Word file, or that would hurt when unpacked.

    Only the directory of the archive is read; :class:`Package` holds the parts to it again while
    inflating, because a directory can lie.

    Raises
    ------
    UnreadableDocumentError
        ``damaged``, ``too_large``, ``encrypted`` or ``unknown_type``.
    """
    Package(data, limits)


class Package:
    """The parts of a Word file, each inflated only when asked for and only as far as allowed."""

    def __init__(self, data: bytes, limits: Limits = LIMITS) -> None:
        try:
            self._container = Container(io.BytesIO(data), _believed(limits))
        except ContainerError as error:
            raise _refused(error) from error
        names = set(self._container.names)
        if "[Content_Types].xml" not in names or not any(name.startswith("word/") for name in names):
            for part, found, advice in _OTHER_ARCHIVES:
                if part in names:
                    raise refusals.unknown_type(found, advice)
            if "[Content_Types].xml" not in names:
                raise refusals.unknown_type("这是压缩包", "请解压后上传其中的文件。")

    def main_part(self) -> str:
        """Name of the part that holds the document's body."""
        relations = self.relations("")
        for kind, target in relations.values():
            if kind.endswith("/officeDocument"):
                return target
        return "word/document.xml"

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Relations of a part: id -> (kind, name of the part it points to); outside targets left out."""
        folder, name = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        found: dict[str, tuple[str, str]] = {}
        if root is None:
            return found
        for relation in root:
            target = relation.get("Target", "")
            if relation.get("TargetMode") == "External" or not target:
                continue
            full = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            found[relation.get("Id", "")] = (relation.get("Type", ""), posixpath.normpath(full))
        return found

    def xml(self, part: str) -> Element | None:
        """A part parsed, without entities, document types or outside references; ``None`` if absent."""
        content = self.read(part)
        if content is None:
            return None
        try:
            root: Element = fromstring(content, forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
            raise refusals.damaged(_WHAT) from error
        return root

    def read(self, part: str) -> bytes | None:
        """A part inflated, never beyond the limit, whatever the directory claimed."""
        try:
            return self._container.read(part)
        except ContainerError as error:
            raise _refused(error) from error


def _believed(limits: Limits) -> ContainerLimits:
    return ContainerLimits(
        entries=limits.archive_entries,
        total_bytes=limits.archive_bytes,
        entry_bytes=limits.part_bytes,
        ratio=limits.compression_ratio,
        ratio_from=limits.ratio_checked_from,
        rooted_names=True,
    )


def _refused(error: ContainerError) -> UnreadableDocumentError:
    if error.reason == "encrypted":
        return refusals.encrypted("压缩文件")
    if error.reason in ("too_many", "too_large", "bomb"):
        return refusals.too_large(_WHAT, error.what)
    return refusals.damaged(_WHAT)


def local(element: Element) -> str:
    """An element's name without its namespace: strict and transitional files differ only in that.

    Examples
    --------
    >>> local(Element("{http://example.org}p"))
    'p'
    """
    tag = element.tag
    # Comments and processing instructions have functions for tags.
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def attribute(element: Element | None, name: str, default: str = "") -> str:
    """An attribute by its local name.

    Examples
    --------
    >>> attribute(Element("p", {"{http://example.org}val": "1"}), "val")
    '1'
    """
    if element is not None:
        for key, value in element.attrib.items():
            if key.rsplit("}", 1)[-1] == name:
                return value
    return default


def child(element: Element | None, *path: str) -> Element | None:
    """First descendant along a path of local names."""
    for name in path:
        if element is None:
            return None
        element = next((item for item in element if local(item) == name), None)
    return element


def children(element: Element | None, name: str) -> Iterator[Element]:
    """Children with a local name."""
    return (item for item in (element if element is not None else ()) if local(item) == name)
