"""How the console says things: events, their facts, spans and amounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from stepwell_contracts.http.operations import TimelineEntry

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

#: An event's name, and the facts worth a glance with what stands before each; the others are ids.
EVENTS: Mapping[str, tuple[str, tuple[tuple[str, str], ...]]] = MappingProxyType(
    {
        "referral_received": ("Referral received", (("source", "from"), ("urgency", ""), ("age_band", ""))),
        "first_contact_recorded": ("First contact", ()),
        "contact_permission_changed": ("Permission to contact", (("channel", ""), ("permitted", ""))),
        "level_of_care_decided": (
            "Level of care decided",
            (("decided", "level"), ("recommended", "recommended"), ("reason_code", "because")),
        ),
        "consent_granted": ("Consent granted", (("purpose", "for"), ("expires_on", "until"))),
        "admission_decided": ("Admission decided", (("prescribed_minutes_per_week", "weekly"),)),
        "step_down_decided": ("Step-down decided", (("prescribed_minutes_per_week", "weekly"),)),
        "discharge_decided": ("Discharge decided", (("reason", ""), ("last_contact_on", "last contact"))),
        "episode_phase_changed": ("Phase", (("phase", ""), ("part", ""), ("previous", "from"))),
        "care_task_opened": ("Task opened", (("kind", ""), ("role", "for"), ("due_at", "due"))),
        "care_task_escalated": ("Task escalated", (("role", "to"), ("due_at", "due"))),
        "care_task_closed": ("Task closed", (("outcome", ""),)),
        "aftercare_contact_recorded": ("Aftercare contact", (("reached", ""),)),
        "appointment_booked": ("Seat booked", (("modality", ""), ("starts_at", ""))),
        "appointment_cancelled": ("Seat given back", (("reason_code", "because"),)),
        "attendance_recorded": ("Attendance", (("modality", ""), ("state", ""), ("minutes", ""))),
        "session_missed": ("Session missed", (("starts_at", ""),)),
        "week_closed": (
            "Week closed",
            (("attended_minutes", ""), ("required_minutes", "of"), ("week_starts_on", "week of")),
        ),
        "bookings_replaced": ("Seats exchanged", (("given_up", "given up"), ("booked", "booked"))),
        "bookings_restored": ("Seats restored", (("restored", ""),)),
        "order_started": ("Medication ordered", (("medicine", ""),)),
        "dose_observed": ("Dose observed", (("medicine", ""), ("amount_mg", ""))),
        "message_sent": ("Message sent", (("template", ""), ("channel", "by"))),
        "message_suppressed": ("Message held back", (("template", ""), ("reason_code", "because"))),
        "message_lapsed": ("Message lapsed", (("template", ""),)),
        "message_failed": ("Message failed", (("template", ""), ("channel", "by"), ("reason_code", "because"))),
    }
)

#: Yes and no, where the fact itself has better words.
FLAGS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"permitted": ("allowed", "withdrawn"), "reached": ("reached", "not reached")}
)

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "email": "e-mail",
        "sms": "SMS",
        "step_down": "step-down",
        "step_down_review": "step-down review",
        "unexcused_noshow": "no-show",
    }
)


@dataclass(frozen=True, slots=True)
class Detail:
    """A fact as a reader sees it: what stands before it, and the fact."""

    label: str
    text: str


def plain(code: str) -> str:
    """A code as words."""
    return WORDS.get(code, code.replace("_", " "))


def event_name(event_type: str) -> str:
    """An event's name for people."""
    return EVENTS[event_type][0] if event_type in EVENTS else plain(event_type).capitalize()


def details(entry: TimelineEntry, zone: str) -> Sequence[Detail]:
    """The facts of an event that are worth a glance; of an event that nobody has worded, all that are no ids."""
    facts = entry.facts
    if entry.type in EVENTS:
        shown = EVENTS[entry.type][1]
    else:
        shown = tuple((name, plain(name)) for name in facts if not name.endswith(("_id", "_by")))
    if facts.get("previous") == facts.get("phase"):
        shown = tuple(fact for fact in shown if fact[0] != "previous")
    year = local(entry.at, zone).year
    return [Detail(label, _fact(name, facts[name], zone, year)) for name, label in shown if name in facts]


def _fact(name: str, value: str, zone: str, year: int) -> str:
    if name in FLAGS:
        return FLAGS[name][value != "yes"]
    if name.endswith("_at"):
        at = datetime.fromisoformat(value)
        return clock(at, zone) if local(at, zone).year != year else short_clock(at, zone)
    if name.endswith("_on"):
        return day(date.fromisoformat(value))
    if name.endswith("_mg"):
        return f"{value} mg"
    if name == "minutes" or "_minutes" in name:
        return hours(int(value))
    return plain(value)


def hours(minutes: int) -> str:
    """An amount of time as hours and minutes."""
    whole, rest = divmod(minutes, 60)
    parts = [f"{whole} h"] * bool(whole) + [f"{rest} min"] * bool(rest)
    return " ".join(parts) or "0 min"


def span(length: timedelta) -> str:
    """A length of time by its two largest units, `3 d 4 h`, from ten of the first on by that alone."""
    length = abs(length)
    days, rest = divmod(length, DAY)
    if days >= 10:
        return f"{days} d"
    if days:
        return f"{days} d {rest // HOUR} h" if rest // HOUR else f"{days} d"
    if length < MINUTE:
        return "under a minute"
    return f"{length // HOUR} h" if length >= 10 * HOUR else hours(length // MINUTE)


def due(instant: datetime, now: datetime) -> str:
    """How far off a due time is, or how long ago it was."""
    return f"in {span(instant - now)}" if instant >= now else f"{span(now - instant)} late"


def local(instant: datetime, zone: str) -> datetime:
    """An instant where the facility is."""
    return instant.astimezone(ZoneInfo(zone))


def clock(instant: datetime, zone: str) -> str:
    """Day and time where the facility is, `Mon 2 Mar 2026 17:30`."""
    at = local(instant, zone)
    return f"{at:%a} {at.day} {at:%b %Y %H:%M}"


def short_clock(instant: datetime, zone: str) -> str:
    """Day and time where the facility is, in a year that is known, `Mon 2 Mar 17:30`."""
    at = local(instant, zone)
    return f"{at:%a} {at.day} {at:%b %H:%M}"


def day(when: date) -> str:
    """A day, `2 Mar 2026`."""
    return f"{when.day} {when:%b %Y}"


def weekday(when: date) -> str:
    """A day in a year that is known, `Mon 2 Mar`."""
    return f"{when:%a} {when.day} {when:%b}"


def short(identifier: object) -> str:
    """The end of an id, enough to tell two apart; the beginning of our ids is a time, and alike."""
    return str(identifier)[-8:]


def pace(factor: float) -> str:
    """How fast domain time runs, where that is not as fast as the wall's."""
    if factor == 0:
        return "standing still"
    return "" if factor == 1 else f"{factor:,.0f} times as fast".replace(",", "\u202f")
