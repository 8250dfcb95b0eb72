"""Word files built part by part, so that a test shows the very markup it is about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.packing import packed

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"

MakeDocx = Callable[..., bytes]


@pytest.fixture(scope="session")
def make_docx() -> MakeDocx:
    """``make_docx(body, numbering=..., styles=..., footnotes=...)``: bytes of a Word file."""

    def make(body: str, **parts: str) -> bytes:
        relations = "".join(
            f'<Relationship Id="r{n}" Type="{_RELATION}/{name}" Target="{name}.xml"/>'
            for n, name in enumerate(parts)
        )
        files = {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
            "_rels/.rels": (
                f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r" '
                f'Type="{_RELATION}/officeDocument" Target="word/document.xml"/></Relationships>'
            ),
            "word/_rels/document.xml.rels": (
                f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>'
            ),
            "word/document.xml": (
                f'<w:document xmlns:w="{W}" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
                ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
                f"<w:body>{body}</w:body></w:document>"
            ),
        }
        files |= {
            f"word/{name}.xml": f'<w:{name} xmlns:w="{W}">{content}</w:{name}>'
            for name, content in parts.items()
        }
        return packed(files)

    return make


@pytest.fixture(scope="session")
def sample_folder() -> Path:
    """Folder of the sample plan's files."""
    return Path(__file__).parents[4] / "examples" / "plan"
