"""Sheets of laboratory results: read in the shapes laboratories send, checked whole, handed back marked."""

from jingtu.knowledge.labsheets.checking import check
from jingtu.knowledge.labsheets.extracting import extract
from jingtu.knowledge.labsheets.marking import mark
from jingtu.knowledge.labsheets.model import (
    FIELDS,
    MEDIA,
    QC_KINDS,
    RESULT,
    SHAPES,
    TARGETS,
    Block,
    Book,
    Column,
    Finding,
    Mapping,
)
from jingtu.knowledge.labsheets.proposing import propose
from jingtu.knowledge.labsheets.reading import read_book, read_results
from jingtu.knowledge.labsheets.tables import LabTable
from jingtu.knowledge.labsheets.unnamed import named, propose_unnamed

__all__ = [
    "FIELDS",
    "MEDIA",
    "QC_KINDS",
    "RESULT",
    "SHAPES",
    "TARGETS",
    "Block",
    "Book",
    "Column",
    "Finding",
    "LabTable",
    "Mapping",
    "check",
    "extract",
    "mark",
    "named",
    "propose",
    "propose_unnamed",
    "read_book",
    "read_results",
]
