"""Reading the ledger page by page, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from jingtu.platform.ledger.models import LedgerRow

PAGE = 50
LARGEST_PAGE = 500


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page, and the key to ask for the next one (``None``: there is none)."""

    rows: list[LedgerRow]
    next_before: int | None


def rows(
    *,
    before: int | None = None,
    limit: int = PAGE,
    action: str = "",
    subject: UUID | None = None,
    actor: UUID | None = None,
    operation: UUID | None = None,
) -> Page:
    """Ledger rows, newest first, by key and not by page number: later rows do not shift the pages.

    Parameters
    ----------
    before : int, optional
        Only rows with a smaller key.
    limit : int
        Rows a page, at most ``LARGEST_PAGE``.
    action, subject, actor, operation
        Only rows of this action, or about, by or within these.
    """
    size = min(max(limit, 1), LARGEST_PAGE)
    found = LedgerRow.objects.select_related("seal").order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    if action:
        found = found.filter(action=action)
    for name, value in (("subject_uid", subject), ("actor_uid", actor), ("operation", operation)):
        if value is not None:
            found = found.filter(**{name: value})
    batch = list(found[: size + 1])
    return Page(batch[:size], batch[size - 1].pk if len(batch) > size else None)
