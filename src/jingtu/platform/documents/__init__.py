"""Official documents: GB/T 9704-2012 layout for Word, tables for Excel and Word.

``Table`` (tables.py) describes a table once; ``write_xlsx`` and ``write_docx`` print it.
A technical paper (``jingtu.knowledge.papers``) is printed by ``write_paper_docx`` and ``write_paper_xlsx``.
"""

from jingtu.platform.documents.docx import write_docx
from jingtu.platform.documents.paper_docx import write_paper_docx
from jingtu.platform.documents.paper_xlsx import write_paper_xlsx
from jingtu.platform.documents.tables import Column, Table
from jingtu.platform.documents.xlsx import put_text, write_xlsx

__all__ = ["Column", "Table", "put_text", "write_docx", "write_paper_docx", "write_paper_xlsx", "write_xlsx"]
