"""Passwords: made, hashed and checked with argon2id. Knows nothing of Flask, so that the command line can use it."""

from __future__ import annotations

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10
"""Characters that a password chosen by a person must have."""

# 19 MiB and a place for two at a time: a flood of log-ins may cost time, never the machine's memory.
_hasher = PasswordHasher(time_cost=3, memory_cost=19 * 1024, parallelism=1)
_places = threading.BoundedSemaphore(2)

# Without l, 1, o, 0 and their like: it is read from a screen and typed once.
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"

# No password has this hash: unknown names cost the same work as known ones.
_NOBODY = _hasher.hash(secrets.token_urlsafe(32))


def new_password() -> str:
    """A fresh one-time password of 15 letters and digits (75 bits), in groups of five."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(3))


def hash_password(password: str) -> str:
    """The argon2id hash to keep."""
    with _places:
        return _hasher.hash(password)


def is_right(password: str, kept: str | None) -> bool:
    """True when `password` has the hash `kept`; None (nobody of that name) takes as long and is False."""
    with _places:
        try:
            return _hasher.verify(kept or _NOBODY, password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False
