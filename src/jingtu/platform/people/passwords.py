"""One-time passwords, handed over on paper and changed at the first login."""

from __future__ import annotations

import secrets

# Without signs that look alike on paper: 0 O o 1 l I.
_LETTERS = "abcdefghijkmnpqrstuvwxyz"
_CAPITALS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS = "23456789"
GROUPS, LENGTH = 4, 4


def one_time_password() -> str:
    """A random password in groups of four: at least one small letter, capital and digit.

    Examples
    --------
    >>> len(one_time_password())
    19
    """
    alphabet = _LETTERS + _CAPITALS + _DIGITS
    while True:
        signs = [secrets.choice(alphabet) for _ in range(GROUPS * LENGTH)]
        if all(set(signs) & set(kind) for kind in (_LETTERS, _CAPITALS, _DIGITS)):
            groups = ["".join(signs[at : at + LENGTH]) for at in range(0, len(signs), LENGTH)]
            return "-".join(groups)
