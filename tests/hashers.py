"""Argon2 as in production, made cheap: a suite logs in thousands of times."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class CheapArgon2(Argon2PasswordHasher):
    """The same algorithm with the least work that the library allows."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
