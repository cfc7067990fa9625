"""Small planning problems: one week in UTC from Monday 2 March 2026, by day and hour."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from stepwell_kernel.codes import AgeBand, Modality
from stepwell_kernel.scheduling_codes import Setting
from stepwell_scheduling.domain.planning.values import (
    Clinician,
    Need,
    Offer,
    PatientWeek,
    Problem,
    Room,
    Span,
)

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
PROGRAM = UUID(int=1)
WEEK = Span(MONDAY, MONDAY + timedelta(days=7))
LEAD = UUID(int=50)

GROUP = Modality.GROUP_THERAPY
WORKSHOP = Modality.EDUCATIONAL_WORKSHOP
INDIVIDUAL = Modality.INDIVIDUAL_THERAPY


def span(day: int, hour: float, minutes: int = 60) -> Span:
    """So many minutes from an hour of a day, which counts from Monday 0."""
    begin = MONDAY + timedelta(days=day, hours=hour)
    return Span(begin, begin + timedelta(minutes=minutes))


def need(modality: Modality, minutes: int, visit_minutes: int | None = None) -> Need:
    """Minutes of a modality, in one visit unless said."""
    return Need(modality, minutes, visit_minutes or minutes)


def patient(number: int, *needs: Need, **changes: Any) -> PatientWeek:
    """A patient who can come at any time."""
    one = PatientWeek(
        episode_id=UUID(int=1000 + number),
        patient_id=UUID(int=2000 + number),
        program_id=PROGRAM,
        age_band=AgeBand.ADULT,
        week=WEEK,
        required_minutes=sum(one.minutes for one in needs),
        ceiling_minutes=None,
        needs=needs,
        available=(WEEK,),
        settings=frozenset({Setting.ON_SITE}),
    )
    return replace(one, **changes)


def offer(number: int, when: Span, modality: Modality = GROUP, **changes: Any) -> Offer:
    """A meeting with eight free seats; every meeting is of a group of its own."""
    one = Offer(
        session_id=UUID(int=3000 + number),
        program_id=PROGRAM,
        group_id=UUID(int=4000 + number),
        clinician_id=LEAD,
        modality=modality,
        setting=Setting.ON_SITE,
        language="en",
        span=when,
        free_seats=8,
    )
    return replace(one, **changes)


def clinician(number: int, *modalities: Modality, **changes: Any) -> Clinician:
    """A clinician who is free all week, on site."""
    one = Clinician(
        clinician_id=UUID(int=5000 + number),
        modalities=frozenset(modalities or {INDIVIDUAL}),
        settings=frozenset({Setting.ON_SITE}),
        languages=frozenset({"en"}),
    )
    return replace(one, **changes)


def problem(
    patients: Iterable[PatientWeek] = (),
    offers: Iterable[Offer] = (),
    clinicians: Iterable[Clinician] = (),
    **changes: Any,
) -> Problem:
    """A problem with one room, visits from 9 to 17 h on weekdays, 10 minutes of turnover and days of 6 h."""
    one = Problem(
        zone="UTC",
        not_before=MONDAY,
        patients=tuple(patients),
        offers=tuple(offers),
        clinicians=tuple(clinicians),
        rooms=(Room(UUID(int=6000)),),
        visit_hours=tuple(span(day, 9, 480) for day in range(5)),
        turnover_minutes=10,
        day_minutes=360,
    )
    return replace(one, **changes)
