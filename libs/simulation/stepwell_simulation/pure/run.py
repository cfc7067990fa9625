"""A cohort lived by the pure simulator, patient after patient, from the referral until the episode is closed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from uuid import UUID

from stepwell_contracts.journey import StartJourney
from stepwell_contracts.journey_policy import JourneyPolicy
from stepwell_kernel.codes import AgeBand, Phase, TaskKind
from stepwell_kernel.errors import Bug
from stepwell_kernel.ids import derived_id
from stepwell_kernel.local_time import local_at
from stepwell_simulation import mix
from stepwell_simulation.cohort import YEAR_DAYS
from stepwell_simulation.conduct import Conduct
from stepwell_simulation.hours import open_from
from stepwell_simulation.network import demo_id
from stepwell_simulation.outcome import Outcome, whole_days
from stepwell_simulation.profile import Home, Profile
from stepwell_simulation.pure.before_care import refer
from stepwell_simulation.pure.journey import Journey
from stepwell_simulation.pure.patient import DAY, Patient
from stepwell_simulation.pure.places import PLACES
from stepwell_simulation.pure.policy import usual_policy
from stepwell_simulation.pure.services import settle

NETWORK = demo_id(0)

#: Deeds and deadlines of one patient; a journey that needs more runs in circles.
MOST_STEPS = 20_000


@dataclass(frozen=True, slots=True)
class Lived:
    """A patient's course: how it came out, where the episode stands, the phases in the order in which it entered them,
    the places; the days until the discharge or loss and those of aftercare, what the journey had to decide; entries and
    how many were wrong, tasks by kind and how many were left overdue.
    """

    outcome: Outcome
    phase: Phase
    phases: tuple[Phase, ...]
    places: frozenset[Home]
    care_days: float
    aftercare_days: float
    decisions: int
    entries: int
    wrong_entries: int
    tasks: Mapping[TaskKind, int]
    left_overdue: int


def usual_policies() -> Mapping[Home, JourneyPolicy]:
    """The usual policy at each facility."""
    return MappingProxyType({home: usual_policy(place.zone) for home, place in PLACES.items()})


def live_all(profiles: Sequence[Profile], begun_on: date, *, aftercare: timedelta | None = None) -> Iterator[Lived]:
    """Each patient's course, in their order. `aftercare` is how long patients are followed after care; None for all of
    it.
    """
    policies = usual_policies()
    for profile in profiles:
        yield live(profile, begun_on, policies, aftercare)


def live(
    profile: Profile, begun_on: date, policies: Mapping[Home, JourneyPolicy], aftercare: timedelta | None = None
) -> Lived:
    """One patient's course. Raises Bug (`journey_stuck`) when nothing would ever wake the journey again."""
    patient = _referred(profile, begun_on, policies)
    referred_at = patient.now
    refer(patient)
    settle(patient)
    steps = 0
    while patient.phase is not Phase.CLOSED and not _is_over(patient, aftercare):
        steps += 1
        if steps > MOST_STEPS or not patient.journey.is_owned:
            raise Bug("journey_stuck", f"patient {profile.number} is stuck in {patient.phase}")
        _step(patient)
        settle(patient)
    return _lived(patient, referred_at)


def _step(patient: Patient) -> None:
    """The next deed or the next deadline, whichever is earlier."""
    next_at, wakes_at = patient.next_at(), patient.journey.state.wakes_at()
    if next_at is not None and (wakes_at is None or next_at < wakes_at):
        patient.do_next()
    elif wakes_at is not None:
        patient.now = max(patient.now, wakes_at)
        patient.journey.wake(patient.now)


def _is_over(patient: Patient, aftercare: timedelta | None) -> bool:
    left_at = patient.discharged_at
    return aftercare is not None and left_at is not None and patient.now >= left_at + aftercare


def _referred(profile: Profile, begun_on: date, policies: Mapping[Home, JourneyPolicy]) -> Patient:
    place = PLACES[profile.home]
    begun_at = datetime.combine(begun_on, time(), UTC)
    referred_at = open_from(begun_at + profile.referred_day * DAY, place.zone)
    episode_id = _spaced(derived_id(NETWORK, "episode", str(profile.draws.seed), str(profile.number)))
    age_band = AgeBand.ADULT if (begun_on - profile.born_on).days >= mix.ADULT_YEARS * YEAR_DAYS else AgeBand.ADOLESCENT
    start = StartJourney(
        tenant=place.tenant,
        episode_id=episode_id,
        patient_id=derived_id(NETWORK, "patient", str(profile.draws.seed), str(profile.number)),
        facility_id=place.facility_id,
        program_id=place.intensive_id,
        age_band=age_band,
    )
    journey = Journey(start, policies[profile.home])
    return Patient(profile, Conduct(profile), place, age_band, policies, journey, referred_at)


def _spaced(episode_id: UUID) -> UUID:
    """An id after which there is room for those of its facts."""
    return UUID(int=episode_id.int >> 16 << 16)


def _lived(patient: Patient, referred_at: datetime) -> Lived:
    tally, left_at = patient.attendance, patient.discharged_at
    return Lived(
        outcome=_outcome(patient),
        phase=patient.phase,
        phases=tuple(patient.phases),
        places=frozenset(patient.places),
        care_days=((left_at or patient.now) - referred_at) / DAY,
        aftercare_days=0.0 if left_at is None else (patient.now - left_at) / DAY,
        decisions=patient.journey.decisions,
        entries=tally.sessions,
        wrong_entries=tally.wrong,
        tasks=patient.taken_up,
        left_overdue=patient.left_overdue,
    )


def _outcome(patient: Patient) -> Outcome:
    tally = patient.attendance
    return Outcome(
        number=patient.profile.number,
        is_settled=patient.admitted_at is not None or patient.phase in {Phase.DECLINED, Phase.CLOSED},
        wait_days=whole_days(patient.reached_at, patient.assessed_at),
        was_assessed=patient.assessed_at is not None,
        was_admitted=patient.admitted_at is not None,
        reason=patient.profile.reason if patient.discharged_at is not None else None,
        stay_days=_calendar_days(patient),
        sessions=tally.sessions,
        attended=tally.attended,
        no_shows=tally.no_shows,
    )


def _calendar_days(patient: Patient) -> int | None:
    zone, since, until = patient.place.zone, patient.admitted_at, patient.last_contact_at
    if since is None or until is None:
        return None
    return (local_at(until, zone).date() - local_at(since, zone).date()).days
