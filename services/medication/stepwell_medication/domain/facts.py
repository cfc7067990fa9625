"""What is known when a prescriber decides about an order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from stepwell_kernel.codes import AgeBand
from stepwell_kernel.medication_codes import ClinicalCheck, LastOpioid, Medicine, Protocol


class Decision(StrEnum):
    """What a prescriber decides about an order."""

    START = "start"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Check:
    """Something that was recorded: an amount, a result or an instant since when, as the kind of check has it."""

    taken_at: datetime
    amount: Decimal | None = None
    result: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ActiveOrder:
    """Another order of the patient that goes on, at whatever facility."""

    medicine: Medicine
    started_at: datetime
    daily_mg: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the gates look at; `checks` holds the newest of each kind.

    `agonist_given_at` is when the patient got methadone or buprenorphine here last, whatever anybody tells.
    `methadone_mg` is the daily dose of methadone that the patient comes from. `former_mg` and `dose_set_at` are those
    of the order that is being changed.
    """

    now: datetime
    medicine: Medicine
    protocol: Protocol = Protocol.STANDARD
    daily_mg: Decimal | None = None
    former_mg: Decimal | None = None
    dose_set_at: datetime | None = None
    last_opioid: LastOpioid | None = None
    last_opioid_at: datetime | None = None
    methadone_mg: Decimal | None = None
    agonist_given_at: datetime | None = None
    age_band: AgeBand | None = None
    program_types: frozenset[str] = frozenset()
    checks: Mapping[ClinicalCheck, Check] = field(default_factory=dict)
    monitoring_asked_at: datetime | None = None
    monitoring_answered_at: datetime | None = None
    active: tuple[ActiveOrder, ...] = ()

    def hours_since(self, instant: datetime | None) -> Decimal | None:
        """Hours from an instant to now; None where there is none."""
        if instant is None:
            return None
        return Decimal(str((self.now - instant).total_seconds())) / 3600
