"""How much of an untrusted file is read before it is refused, and why that much."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of the document readers; every one has its reason beside it.

    They are properties of this program (memory, time), not of the law, and so stand in code.
    """

    # A plan is 50 kB to 2 MB; with photographs and a stamped cover page 10 MB. Larger files are scans.
    file_bytes: int = 40 * 1024 * 1024
    # A Word file has 15 to 60 parts, plus one for each picture.
    archive_entries: int = 2_000
    # All parts inflated. The readers hold only text parts, but the claim itself must be sane.
    archive_bytes: int = 400 * 1024 * 1024
    # One XML part inflated: Word needs about 20 bytes a character, so this is some 3 million characters.
    part_bytes: int = 64 * 1024 * 1024
    # WordprocessingML deflates 10 to 40 times; a table of ten thousand equal rows reaches 150.
    compression_ratio: int = 250
    # Parts below this size cannot hurt whatever their ratio is.
    ratio_checked_from: int = 1024 * 1024
    # Tables in tables in tables: people nest three deep; beyond this the file is built to hurt.
    nesting: int = 40
    # Columns a table cell may claim to span; Word itself stops at 63 columns.
    columns: int = 256
    # Plans have 5 to 60 pages; the geometry of one page costs 0.1 to 0.5 s.
    pdf_pages: int = 400
    # All compressed streams of a PDF inflated: fonts and pictures included.
    pdf_inflated_bytes: int = 400 * 1024 * 1024
    # One stream that draws: a dense vector map reaches 10 MB, text never 1 MB.
    pdf_content_bytes: int = 12 * 1024 * 1024
    # Drawing instructions met on one page, forms drawn again counted again.
    pdf_page_objects: int = 300_000
    # Lines on one page from which it is a drawing, not a table; the table finder is quadratic in them.
    pdf_page_edges: int = 4_000
    # Seconds for one PDF, looked at between pages.
    pdf_seconds: float = 120.0
    # Characters of one document; the longest national plans have 60,000, the rules are linear to 2 million.
    characters: int = 5_000_000


LIMITS = Limits()
