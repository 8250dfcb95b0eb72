"""Other forms of annotated plans: other places, names, numbering, line lengths and file types.

An annotated plan is taken apart into blocks (``blocks``), its words and the annotation's words are
changed alike (``words``), and the blocks are written again as text, Word or PDF (``render``). The
reader has to find in each what the annotation, changed alike, says.
"""

from __future__ import annotations

from .blocks import Form, Para, PlanDocument, TargetTable, TaskTable, from_annotation
from .render import TextForm, WordForm, resaved, to_docx, to_pdf, to_text
from .words import HEADS, NOTATIONS, NUMBERINGS, OFFICES, Change, Place, change_document, places_like

__all__ = [
    "HEADS",
    "NOTATIONS",
    "NUMBERINGS",
    "OFFICES",
    "Change",
    "Form",
    "Para",
    "Place",
    "PlanDocument",
    "TargetTable",
    "TaskTable",
    "TextForm",
    "WordForm",
    "change_document",
    "from_annotation",
    "places_like",
    "resaved",
    "to_docx",
    "to_pdf",
    "to_text",
]
