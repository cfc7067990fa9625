"""How the console says things."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from stepwell_kernel.codes import Phase

#: The phases of the straight way, in order; the side doors are shown where a journey stands in one.
WAY: tuple[Phase, ...] = (
    Phase.REFERRAL,
    Phase.SCREENING,
    Phase.ADMISSION,
    Phase.TREATMENT,
    Phase.STEP_DOWN,
    Phase.AFTERCARE,
    Phase.CLOSED,
)

EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "referral_received": "Referral received",
        "first_contact_recorded": "First contact",
        "contact_permission_changed": "Permission to contact",
        "level_of_care_decided": "Level of care decided",
        "consent_granted": "Consent granted",
        "admission_decided": "Admission decided",
        "step_down_decided": "Step-down decided",
        "discharge_decided": "Discharge decided",
        "episode_phase_changed": "Phase changed",
        "care_task_opened": "Task opened",
        "care_task_escalated": "Task escalated",
        "care_task_closed": "Task closed",
        "aftercare_contact_recorded": "Follow-up call",
        "appointment_booked": "Seat booked",
        "appointment_cancelled": "Seat cancelled",
        "attendance_recorded": "Attendance",
        "session_missed": "Session missed",
        "week_closed": "Week closed",
        "bookings_replaced": "Seats exchanged",
        "bookings_restored": "Seats restored",
        "order_started": "Medication ordered",
        "dose_observed": "Dose observed",
        "message_sent": "Message sent",
        "message_suppressed": "Message suppressed",
        "message_lapsed": "Message lapsed",
        "message_failed": "Message failed",
    }
)

#: Facts worth a reader's glance, by event; all others are in the title of the row.
SHOWN: frozenset[str] = frozenset(
    {
        "phase",
        "part",
        "source",
        "urgency",
        "channel",
        "permitted",
        "decided",
        "recommended",
        "purpose",
        "prescribed_minutes_per_week",
        "reason",
        "reason_code",
        "kind",
        "role",
        "due_at",
        "outcome",
        "reached",
        "modality",
        "starts_at",
        "state",
        "minutes",
        "week_starts_on",
        "required_minutes",
        "attended_minutes",
        "shortfall_minutes",
        "given_up",
        "booked",
        "restored",
        "medicine",
        "amount_mg",
        "template",
    }
)


def plain(code: str) -> str:
    """A code as words."""
    return code.replace("_", " ").replace("noshow", "no-show")


def event_words(event_type: str) -> str:
    """An event's name for people."""
    return EVENTS.get(event_type, plain(event_type).capitalize())


def clock(instant: datetime, zone: str) -> str:
    """Day and time where the facility is."""
    return instant.astimezone(ZoneInfo(zone)).strftime("%a %d %b %Y %H:%M")


def short(identifier: object) -> str:
    """The end of an id, enough to tell two apart."""
    return str(identifier)[-12:]
