"""Where messages to patients stand."""

from enum import StrEnum


class MessageState(StrEnum):
    """How far a message got; the last event about it tells."""

    SENT = "sent"
    DELIVERED = "delivered"
    SUPPRESSED = "suppressed"
    LAPSED = "lapsed"
    FAILED = "failed"
