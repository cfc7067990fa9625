"""The words for events: their names, the facts worth a glance, and codes that read badly as they are."""

from collections.abc import Mapping
from types import MappingProxyType

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
        "appointment_moved": (
            "Seat moved",
            (("modality", ""), ("starts_at", "to"), ("former_starts_at", "from"), ("reason_code", "because")),
        ),
        "attendance_amended": (
            "Attendance amended",
            (
                ("modality", ""),
                ("state", ""),
                ("minutes", ""),
                ("former_minutes", "before"),
                ("attended_minutes", "week now"),
                ("required_minutes", "of"),
            ),
        ),
        "availability_changed": (
            "Availability",
            (("available_minutes_per_week", "weekly"), ("effective_from", "from")),
        ),
        "week_planned": (
            "Week planned",
            (
                ("planned_minutes", ""),
                ("required_minutes", "of"),
                ("week_starts_on", "week of"),
                ("missing", "without"),
                ("gaps", "because"),
            ),
        ),
        "group_joined": ("Group joined", (("from_day", "from"), ("booked", "seats"))),
        "group_left": ("Group left", (("from_day", "from"), ("reason_code", "because"), ("given_up", "seats"))),
        "waitlist_joined": ("On the waitlist", ()),
        "waitlist_ended": ("Off the waitlist", (("outcome", ""),)),
        "bookings_replaced": ("Seats exchanged", (("given_up", "given up"), ("booked", "booked"))),
        "bookings_restored": ("Seats restored", (("restored", ""),)),
        "order_started": (
            "Medication ordered",
            (("medicine", ""), ("daily_mg", "daily"), ("overridden", "overriding")),
        ),
        "order_changed": (
            "Order changed",
            (
                ("medicine", ""),
                ("daily_mg", "daily"),
                ("take_home_days", "days to take home"),
                ("overridden", "overriding"),
            ),
        ),
        "order_ended": ("Order ended", (("medicine", ""), ("reason", "because"))),
        "clinical_checked": ("Checked", (("check_code", ""),)),
        "monitoring_checked": ("Monitoring program asked", (("answered", ""),)),
        "other_medicines_listed": (
            "Other medicines listed",
            (("medicines", ""), ("interactions", "interactions")),
        ),
        "dosing_held": ("Dosing held", (("reason", "because"),)),
        "dosing_resumed": ("Dosing resumed", ()),
        "visit_needed": (
            "Visit needed",
            (("reason", "for"), ("minutes", ""), ("target_day", "about"), ("not_after", "at the latest")),
        ),
        "dose_missed": (
            "Dose missed",
            (("medicine", ""), ("missed_on", ""), ("days_missed", "days in a row"), ("step", "next")),
        ),
        "take_home_dispensed": (
            "Doses to take home",
            (("medicine", ""), ("days", "days"), ("daily_mg", "of"), ("first_day", "from"), ("last_day", "to")),
        ),
        "injection_given": (
            "Injection given",
            (("medicine", ""), ("amount_mg", ""), ("timing", ""), ("next_due_on", "next")),
        ),
        "injection_overdue": ("Injection overdue", (("medicine", ""), ("due_on", "due"), ("late_after", "window to"))),
        "drug_test_selected": ("Drug test due", (("reason", ""), ("day", "on"))),
        "drug_test_collected": ("Specimen collected", ()),
        "drug_test_not_collected": ("No specimen", (("reason", ""),)),
        "drug_test_resulted": ("Drug test result", (("result", ""), ("is_definitive", ""))),
        "dose_observed": ("Dose observed", (("medicine", ""), ("amount_mg", ""))),
        "message_sent": ("Message sent", (("template", ""), ("channel", "by"))),
        "message_suppressed": ("Message held back", (("template", ""), ("reason_code", "because"))),
        "message_lapsed": ("Message lapsed", (("template", ""),)),
        "message_failed": ("Message failed", (("template", ""), ("channel", "by"), ("reason_code", "because"))),
        "message_delivered": ("Message delivered", (("template", ""), ("channel", "by"))),
        "preferences_changed": ("Message preferences", (("wanted", "wanted"),)),
        "opted_out": ("Opted out", (("channel", "of"), ("category", "only"))),
        "opted_in": ("Opted in", (("channel", "to"),)),
        "reply_received": ("Reply", (("kind", ""), ("channel", "by"))),
        "appointment_confirmed": ("Appointment confirmed", ()),
        "crisis_reply_received": ("Words of crisis in a reply", ()),
        "page_sent": ("Page sent", (("level", "to level"),)),
        "page_acknowledged": ("Page acknowledged", ()),
        "page_unanswered": ("Page unanswered", ()),
    }
)

#: Yes and no, where the fact itself has better words.
FLAGS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "permitted": ("allowed", "withdrawn"),
        "reached": ("reached", "not reached"),
        "allowed": ("allowed", "denied"),
        "answered": ("answered", "no answer"),
        "is_definitive": ("definitive", "presumptive"),
    }
)

#: Days whose name does not say so.
DAYS = frozenset(
    {
        "covers_from",
        "covers_to",
        "effective_from",
        "from_day",
        "target_day",
        "first_day",
        "last_day",
        "late_after",
        "day",
    }
)

#: Instants whose name does not say so.
INSTANTS = frozenset({"not_before", "not_after"})

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
        "sublocade": "Sublocade",
        "suppressed": "held back",
        "brixadi_weekly": "Brixadi weekly",
        "brixadi_monthly": "Brixadi monthly",
        "naltrexone_xr": "naltrexone XR",
        "buprenorphine_sl": "buprenorphine SL",
        "buprenorphine_naloxone_sl": "buprenorphine/naloxone SL",
        "unexcused_noshow": "no-show",
        "week_close": "close of the week",
    }
)
