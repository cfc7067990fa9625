"""The key under which a command's effect happens once."""

import hashlib
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CommandKey:
    """A key within its scope, and a digest of what was asked under it.

    Scope over HTTP: `http/<subject>/<operation>`; for the journey's actions: `journey/<operation>`. The tenant of the
    transaction is part of the key. Rows with an `episode_id` are kept until 90 days after the episode closed.
    """

    scope: str
    key: str
    asked: bytes
    episode_id: UUID | None = None


def fingerprint(*parts: bytes) -> bytes:
    """A digest of what was asked, so that the same key with another body is told from a repeat."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8))
        digest.update(part)
    return digest.digest()
