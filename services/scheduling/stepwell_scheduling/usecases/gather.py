"""Gather what a plan is made from: what a facility can give, and what is known of its patients."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from stepwell_kernel.codes import Modality
from stepwell_kernel.errors import Conflict
from stepwell_kernel.scheduling_codes import Setting
from stepwell_postgres.transaction import Transaction
from stepwell_scheduling.domain.credentials import Clinician as StaffClinician, TelehealthRule, check_license
from stepwell_scheduling.domain.planning.availability import Availability, coming, in_force
from stepwell_scheduling.domain.planning.rules import OpenHours, PlanningRules
from stepwell_scheduling.domain.planning.values import Clinician, Kept, Need, Offer, PatientWeek, Room, Span
from stepwell_scheduling.domain.planning.weeks import PlannedEpisode
from stepwell_scheduling.domain.reference import Facility
from stepwell_scheduling.domain.sessions import VISITS
from stepwell_scheduling.store.availability import availability_of
from stepwell_scheduling.store.care_rules import day_rule
from stepwell_scheduling.store.planning import (
    booked_between,
    familiar_to,
    given_back,
    rooms_of,
    staff_of,
    taken_times,
    track_kinds,
)
from stepwell_scheduling.store.timetable_rules import credential_rule, telehealth_rule, turnover_rule


@dataclass(frozen=True, slots=True)
class Resources:
    """What a facility can give: clinicians, rooms, and how much of a day; `rules` names the version of the day's."""

    clinicians: tuple[Clinician, ...]
    rooms: tuple[Room, ...]
    turnover_minutes: int
    day_minutes: int
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class People:
    """What is known of patients, by episode; when they are `taken` by patient, the kinds of `tracks` by program."""

    zone: str
    availability: Mapping[UUID, Sequence[Availability]]
    kept: Mapping[UUID, Sequence[Kept]]
    given_back: Mapping[UUID, frozenset[UUID]]
    familiar: Mapping[UUID, frozenset[UUID]]
    taken: Mapping[UUID, Sequence[Span]]
    tracks: Mapping[UUID, Sequence[str]]

    def assumed_hours(self, planned: PlannedEpisode, rules: PlanningRules) -> OpenHours:
        """The hours of the program's tracks, in which a patient of whom nothing else is known is taken to be free."""
        episode = planned.episode
        return rules.hours_of_day(self.tracks.get(episode.program_id, ()), episode.age_band)

    def week(
        self,
        planned: PlannedEpisode,
        days: Sequence[date],
        span: Span,
        needs: tuple[Need, ...],
        rules: PlanningRules,
        *,
        offers: Sequence[Offer] = (),
        required_minutes: int = 0,
        ceiling_minutes: int | None = None,
        fills: Modality | None = None,
    ) -> PatientWeek:
        """A patient's days with what is needed in them."""
        episode = planned.episode
        versions = self.availability.get(episode.episode_id, ())
        known = in_force(versions, days[-1])
        assumed = self.assumed_hours(planned, rules).windows
        meetings = [offer.span for offer in offers if offer.program_id == episode.program_id]
        kept = self.kept.get(episode.episode_id, ())
        return PatientWeek(
            episode_id=episode.episode_id,
            patient_id=episode.patient_id,
            program_id=episode.program_id,
            age_band=episode.age_band,
            week=span,
            required_minutes=required_minutes,
            ceiling_minutes=ceiling_minutes,
            needs=needs,
            available=coming(versions, days, self.zone, assumed, meetings),
            taken=tuple(self.taken.get(episode.patient_id, ())),
            kept=tuple(one for one in kept if span.starts_at <= one.span.starts_at < span.ends_at),
            given_back=self.given_back.get(episode.episode_id, frozenset()),
            fills=fills,
            settings=known.settings if known else frozenset(Setting),
            languages=known.languages if known else frozenset(),
            preferred_clinician=known.preferred_clinician if known else None,
            familiar=self.familiar.get(episode.episode_id, frozenset()),
        )


async def gather_resources(tx: Transaction, facility: Facility, during: Span) -> Resources:
    """Clinicians and rooms of the facility with when they are taken.

    By the rules in force when the time begins and by those when it ends, so that whatever is planned by them can be
    booked.
    """
    place = facility.jurisdiction
    ends = (during.starts_at, during.ends_at - timedelta(minutes=1))
    days = [facility.day_of(at) for at in ends]
    who = {modality: [await credential_rule(tx, place, modality, day) for day in days] for modality in sorted(VISITS)}
    licenses = [await telehealth_rule(tx, place, day) for day in days]
    turnovers = [await turnover_rule(tx, place, "visit", setting, day) for setting in Setting for day in days]
    care = [await day_rule(tx, facility.facility_id, at) for at in ends]
    staff = await staff_of(tx, facility.facility_id)
    rooms = await rooms_of(tx, facility.facility_id)
    staff_taken = await taken_times(tx, "clinician", [one.clinician.staff_id for one in staff], during)
    rooms_taken = await taken_times(tx, "room", rooms, during)
    return Resources(
        clinicians=tuple(
            Clinician(
                clinician_id=one.clinician.staff_id,
                modalities=frozenset(
                    modality for modality, rules in who.items() if all(rule.allows(one.clinician) for rule in rules)
                ),
                settings=_settings(licenses, one.clinician, place),
                languages=one.languages,
                taken=tuple(staff_taken.get(one.clinician.staff_id, ())),
            )
            for one in staff
        ),
        rooms=tuple(Room(room_id, tuple(rooms_taken.get(room_id, ()))) for room_id in rooms),
        turnover_minutes=max(turnover.time for turnover in turnovers) // timedelta(minutes=1),
        day_minutes=min(rule.most_minutes for rule in care),
        rules=tuple(sorted({str(rule.rule) for rule in care})),
    )


async def gather_people(
    tx: Transaction, facility: Facility, episodes: Sequence[PlannedEpisode], during: Span
) -> People:
    """What is known of the patients of episodes."""
    ids = [planned.episode.episode_id for planned in episodes]
    return People(
        zone=facility.zone,
        availability=await availability_of(tx, ids),
        kept=await booked_between(tx, ids, during),
        given_back=await given_back(tx, ids, during),
        familiar=await familiar_to(tx, ids),
        taken=await taken_times(tx, "patient", [planned.episode.patient_id for planned in episodes], during),
        tracks=await track_kinds(tx, {planned.episode.program_id for planned in episodes}),
    )


def _settings(rules: Sequence[TelehealthRule], clinician: StaffClinician, place: str) -> frozenset[Setting]:
    """In which settings the clinician may hold visits of patients who are at the place, by all of the rules."""
    return frozenset(
        setting for setting in Setting if all(_may_hold(rule, clinician, setting, place) for rule in rules)
    )


def _may_hold(rule: TelehealthRule, clinician: StaffClinician, setting: Setting, place: str) -> bool:
    try:
        check_license(rule, clinician, setting, place)
    except Conflict:
        return False
    return True
