"""What is true of a simulated patient. Staff learn it step by step; nobody reads it from here but the simulation."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from stepwell_kernel.codes import DischargeReason, PayerKind, PriorityClass, ReferralSource, Urgency
from stepwell_kernel.medication_codes import Medicine
from stepwell_simulation.draws import Draws

#: Who gets the phone number of another patient comes some generations later.
FIRST_AREA = 202
AREAS = 798


class Stratum(StrEnum):
    """Courses that every demonstration shows; all other patients are drawn."""

    DECLINED = "declined"
    COMPLETED = "completed"
    DROPPED_OUT = "dropped_out"
    ON_METHADONE = "on_methadone"
    ON_INJECTIONS = "on_injections"
    IN_CRISIS = "in_crisis"
    TRANSFERRED = "transferred"
    WAITLISTED = "waitlisted"
    DRAWN = "drawn"


class Drug(StrEnum):
    """The primary drug at admission, in the groups of TEDS (SAMHSA)."""

    ALCOHOL = "alcohol"
    HEROIN = "heroin"
    METHAMPHETAMINE = "methamphetamine"
    CANNABIS = "cannabis"
    OTHER_OPIATES = "other_opiates"
    COCAINE = "cocaine"
    OTHER = "other"


class Home(StrEnum):
    """The facility that a patient is referred to."""

    RIVERBEND = "riverbend"
    HILLSIDE = "hillside"
    HARBORLIGHT = "harborlight"


@dataclass(frozen=True, slots=True)
class Profile:
    """A patient: who is referred, how care goes, and how it ends.

    `referred_day` counts days from the run's begin. `wait_days` is what the patient lets pass between being reached and
    coming to the assessment. `reason` is why care ends, None for who never comes into care; `stay_days` counts from
    admission to discharge. `attendance` and `lateness` are the chances that a session is attended, and late;
    `replies` that a reminder is answered. `measure` is the PHQ-9 total at admission, `gain` how much of it is lost in
    eight weeks, as a share. Days of relapse, crisis and return are counted from admission, absent where none comes.
    """

    number: int
    stratum: Stratum
    home: Home
    given_name: str
    family_name: str
    born_on: date
    is_female: bool
    source: ReferralSource
    urgency: Urgency
    priority: PriorityClass
    payer: PayerKind
    drug: Drug
    medicine: Medicine | None
    referred_day: float
    wait_days: float
    reason: DischargeReason | None
    stay_days: int
    steps_down: bool
    attendance: float
    lateness: float
    replies: float
    measure: int
    gain: float
    relapse_day: int | None
    crisis_day: int | None
    returns: bool
    draws: Draws

    @property
    def email(self) -> str:
        """An address that nobody has (RFC 2606)."""
        return f"{self.given_name}.{self.number}@example.org".lower()

    @property
    def phone(self) -> str:
        """A number set apart for fiction (NANPA 555-0100 to 0199): a hundred in each area, and the same again."""
        area, line = divmod(self.number, 100)
        return f"+1{FIRST_AREA + area % AREAS}5550{100 + line}"
