"""How the console says things: events, their facts, spans and amounts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from stepwell_contracts.http.operations import PageRow, TimelineEntry

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

UUID_TEXT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

#: An event's name, and the facts worth a glance with what stands before each; the others are ids.
EVENTS: Mapping[str, tuple[str, tuple[tuple[str, str], ...]]] = MappingProxyType(
    {
        "referral_received": (
            "Referral received",
            (("source", "from"), ("urgency", ""), ("age_band", ""), ("priority", "priority"), ("payer", "payer")),
        ),
        "first_contact_recorded": ("First contact", ()),
        "contact_permission_changed": ("Permission to contact", (("channel", ""), ("permitted", ""))),
        "level_of_care_decided": (
            "Level of care decided",
            (("decided", "level"), ("recommended", "recommended"), ("reason_code", "because")),
        ),
        "consent_granted": ("Consent granted", (("purpose", "for"), ("expires_on", "until"))),
        "consent_revoked": ("Consent revoked", (("purpose", "for"),)),
        "consent_expired": ("Consent expired", (("purpose", "for"),)),
        "disclosure_decided": ("Disclosure decided", (("allowed", ""), ("ground", "by"), ("purpose", "for"))),
        "screen_recorded": (
            "Screen",
            (
                ("instrument", ""),
                ("total", ""),
                ("band_code", ""),
                ("suicide_risk", "risk"),
                ("follow_ups", "asks for"),
            ),
        ),
        "crisis_raised": ("Crisis raised", ()),
        "crisis_closed": ("Crisis closed", (("disposition", "with"),)),
        "risk_reported": ("Risk reported", (("signal", ""), ("happened_at", ""))),
        "authorization_recorded": (
            "Authorization",
            (("state", ""), ("units", "units"), ("covers_from", "from"), ("covers_to", "to")),
        ),
        "plan_signed": ("Plan signed", ()),
        "plan_reviewed": ("Plan reviewed", (("goals_met", "goals met"), ("goals", "of"))),
        "outreach_recorded": ("Outreach", (("channel", "by"), ("reached", ""))),
        "admission_decided": ("Admission decided", (("prescribed_minutes_per_week", "weekly"),)),
        "decline_decided": ("Decline decided", (("reason_code", "because"),)),
        "waitlist_decided": ("Waitlist decided", (("reason_code", "because"),)),
        "hold_decided": ("Hold decided", (("reason_code", "because"),)),
        "resume_decided": ("Resumption decided", ()),
        "step_down_decided": ("Step-down decided", (("prescribed_minutes_per_week", "weekly"),)),
        "step_up_decided": ("Step-up decided", (("prescribed_minutes_per_week", "weekly"),)),
        "transfer_decided": (
            "Transfer decided",
            (("reason_code", "because"), ("prescribed_minutes_per_week", "weekly")),
        ),
        "discharge_decided": ("Discharge decided", (("reason", ""), ("last_contact_on", "last contact"))),
        "episode_phase_changed": ("Phase", (("phase", ""), ("part", ""), ("previous", "from"))),
        "episode_readmitted": ("Readmitted", ()),
        "care_task_opened": ("Task opened", (("kind", ""), ("role", "for"), ("due_at", "due"))),
        "care_task_escalated": ("Task escalated", (("role", "to"), ("due_at", "due"))),
        "care_task_closed": ("Task closed", (("outcome", ""),)),
        "care_task_completed": ("Task done", (("outcome", ""),)),
        "aftercare_contact_recorded": ("Aftercare contact", (("reached", ""),)),
        "appointment_booked": ("Seat booked", (("modality", ""), ("starts_at", ""))),
        "appointment_cancelled": ("Seat given back", (("reason_code", "because"),)),
        "attendance_recorded": ("Attendance", (("modality", ""), ("state", ""), ("minutes", ""))),
        "session_missed": ("Session missed", (("starts_at", ""),)),
        "attendance_resumed": ("Came back", (("starts_at", ""),)),
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
        "page_sent": ("Page sent", (("level", "to level"),)),
        "page_acknowledged": ("Page acknowledged", ()),
        "page_unanswered": ("Page unanswered", ()),
    }
)

#: Yes and no, where the fact itself has better words.
FLAGS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"permitted": ("allowed", "withdrawn"), "reached": ("reached", "not reached"), "allowed": ("allowed", "denied")}
)

#: Days whose name does not say so.
DAYS = frozenset({"covers_from", "covers_to"})

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "audit_c": "AUDIT-C",
        "c_ssrs": "C-SSRS",
        "c_ssrs_same_visit": "C-SSRS at the same visit",
        "email": "e-mail",
        "episode_end": "end of the episode",
        "gad_7": "GAD-7",
        "level_of_care_review": "level-of-care review",
        "part_change": "next part of treatment",
        "phq_9": "PHQ-9",
        "sms": "SMS",
        "step_down": "step-down",
        "step_down_review": "step-down review",
        "step_up": "step-up",
        "unexcused_noshow": "no-show",
        "week_close": "close of the week",
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
    if name.endswith("_on") or name in DAYS:
        return day(date.fromisoformat(value))
    if name.endswith("_mg"):
        return f"{value} mg"
    if name == "minutes" or "_minutes" in name:
        return hours(int(value))
    return ", ".join(plain(code) for code in value.split(", "))


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


def paging(page: PageRow | None, now: datetime) -> str:
    """How far the page about a crisis came."""
    if page is None:
        return "no page is known to have gone out"
    since = span(now - page.changed_at)
    match page.state:
        case "acknowledged":
            return f"page acknowledged {since} ago"
        case "unanswered":
            return f"nobody on call answered, for {since}; paging begins again"
        case _:
            vain = "" if page.unanswered_at is None else ", after a round in vain"
            return f"page to level {page.level} sent {since} ago{vain}, not acknowledged"


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


def command(method_and_path: str) -> str:
    """A command with its ids short."""
    return UUID_TEXT.sub(lambda found: f"…{short(found[0])}", method_and_path)


def pace(factor: float) -> str:
    """How fast domain time runs, where that is not as fast as the wall's."""
    if factor == 0:
        return "standing still"
    return "" if factor == 1 else f"{factor:,.0f} times as fast".replace(",", "\u202f")
