"""Which consumer handles which types of events: each of them must be in its inbox.

The services' tables of handlers cannot be imported here. A test compares this one with them.
"""

from collections.abc import Mapping
from types import MappingProxyType

from stepwell_contracts.events import EVENT_TYPES
from stepwell_contracts.events.intake import ContactPermissionChanged, EpisodePhaseChanged, ReferralReceived
from stepwell_contracts.events.intake_clinical import CrisisClosed, CrisisRaised, PlanSigned
from stepwell_contracts.events.intake_decisions import DischargeDecided
from stepwell_contracts.events.scheduling import (
    AppointmentBooked,
    AppointmentCancelled,
    FacilityPublished,
    ProgramPublished,
    StaffPublished,
    WeekClosed,
)
from stepwell_contracts.events.scheduling_care import AppointmentMoved, WaitlistEnded
from stepwell_contracts.journey import JOURNEY_EVENTS

HANDLED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "intake": frozenset({FacilityPublished.type, ProgramPublished.type, StaffPublished.type, WeekClosed.type}),
        "scheduling": frozenset({ReferralReceived.type, EpisodePhaseChanged.type, PlanSigned.type}),
        "medication": frozenset(
            {
                ReferralReceived.type,
                EpisodePhaseChanged.type,
                DischargeDecided.type,
                FacilityPublished.type,
                ProgramPublished.type,
                StaffPublished.type,
            }
        ),
        "notifications": frozenset(
            {
                FacilityPublished.type,
                ReferralReceived.type,
                EpisodePhaseChanged.type,
                DischargeDecided.type,
                ContactPermissionChanged.type,
                CrisisRaised.type,
                CrisisClosed.type,
                AppointmentBooked.type,
                AppointmentMoved.type,
                AppointmentCancelled.type,
                WaitlistEnded.type,
            }
        ),
        "journeys": JOURNEY_EVENTS,
        "calendars": frozenset({FacilityPublished.type}),
        "operations": frozenset(EVENT_TYPES),
    }
)
