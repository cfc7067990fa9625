"""Code lists of notifications that other parts speak too."""

from enum import StrEnum


class MessageTemplate(StrEnum):
    """Templates of messages, by their neutral code."""

    APPOINTMENT_REMINDER = "appointment_reminder"
    APPOINTMENT_MOVED = "appointment_moved"
    APPOINTMENT_CANCELLED = "appointment_cancelled"
    SEAT_FOUND = "seat_found"
    PLEASE_CALL = "please_call"
    OPT_OUT_CONFIRMED = "opt_out_confirmed"
    OPT_IN_CONFIRMED = "opt_in_confirmed"
    HELP_ANSWER = "help_answer"
    CRISIS_ANSWER = "crisis_answer"


class MessageCategory(StrEnum):
    """Kinds of message that a patient may want or not."""

    REMINDERS = "reminders"
    CHANGES = "changes"
    OUTREACH = "outreach"


class ReplyKind(StrEnum):
    """What a reply was understood as."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    CONFIRM = "confirm"
    RESCHEDULE = "reschedule"
    CRISIS = "crisis"
    OTHER = "other"
