"""What comes of a patient once care has begun: where they sit, what happens to them, how it goes on and ends."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from stepwell_contracts.http.intake_clinical import ReportRisk
from stepwell_kernel.codes import DischargeReason, Phase, RiskSignal, Role
from stepwell_simulation.conduct import HELD_AT, STEPS_DOWN_AT, STEPS_UP_AFTER, TRANSFERRED_AT
from stepwell_simulation.living import ending
from stepwell_simulation.living.cases import Case
from stepwell_simulation.living.houses import HILLSIDE
from stepwell_simulation.living.incidents import incidents_of
from stepwell_simulation.living.measures import record_c_ssrs
from stepwell_simulation.living.medication import start_medication
from stepwell_simulation.living.office import Office
from stepwell_simulation.living.paging import PAGING_PACE, take_page
from stepwell_simulation.living.places import join
from stepwell_simulation.living.planned import Planned
from stepwell_simulation.profile import Stratum

DAY = timedelta(days=1)
SOON = timedelta(hours=3)
HELD_FOR = timedelta(days=4)


def course_of(case: Case) -> Iterator[Planned]:
    """All that is to happen to a patient in care, by their profile."""
    profile = case.profile
    stay = timedelta(days=profile.stay_days)
    yield Planned(SOON, "enroll", enroll, is_caught_up=True)
    if profile.medicine is not None and case.course == 1:
        yield Planned(DAY, "medicate", start_medication)
    if profile.relapse_day is not None:
        yield Planned(profile.relapse_day * DAY, "relapse", relapse)
    if profile.crisis_day is not None:
        yield Planned(profile.crisis_day * DAY, "crisis", in_danger)
    if case.course == 1:
        yield from incidents_of(profile.stratum)
    if profile.stratum is Stratum.COMPLETED:
        yield Planned(HELD_AT * stay, "hold", ending.hold)
        yield Planned(HELD_AT * stay + HELD_FOR, "resume", ending.resume)
    if profile.stratum is Stratum.TRANSFERRED:
        yield Planned(TRANSFERRED_AT * stay, "transfer", move_to_hillside)
    elif profile.steps_down:
        yield Planned(STEPS_DOWN_AT * stay, "step_down", ending.step_down)
        if profile.stratum is Stratum.IN_CRISIS:
            yield Planned(STEPS_DOWN_AT * stay + STEPS_UP_AFTER, "step_up", ending.step_up)
    if profile.reason is DischargeReason.DROPPED_OUT:
        yield Planned(case.conduct.last_day * DAY, "stop_coming", stop_coming)
    yield Planned(stay, "discharge", leave, is_caught_up=True)


async def enroll(office: Office, case: Case) -> datetime | None:
    """A place in each group of the program, once the episode is in treatment; who finds none waits for it."""
    phase = (await office.person(Role.SCHEDULER).intake.episode(case.episode_id)).phase
    if phase is not Phase.TREATMENT:
        return None if phase in {Phase.CLOSED, Phase.AFTERCARE} else office.now() + SOON
    await join(office, case, office.house.groups)
    return None


async def relapse(office: Office, case: Case) -> datetime | None:
    """The patient tells of a lapse; the team answers, nobody is sent away for it."""
    body = ReportRisk(signal=RiskSignal.LAPSE, happened_at=office.now() - timedelta(hours=9))
    await office.person(Role.COUNSELOR).intake.report_risk(case.episode_id, body, key=case.key("lapse"))
    return None


async def in_danger(office: Office, case: Case) -> datetime | None:
    """A screen finds somebody in danger, so a crisis is raised at once; minutes count, and the clock slows down.

    Whoever is on call is paged, the next one when nobody answers, and from the top again; then somebody takes over.
    """
    async with office.world.pace.slowly(PAGING_PACE):
        case.is_unheard = True
        try:
            await record_c_ssrs(office, case, "danger", in_danger=True)
            await take_page(office, case, after_rounds=1)
        finally:
            case.is_unheard = False
    return None


async def move_to_hillside(office: Office, case: Case) -> datetime | None:
    """The patient moves, and goes on at the second facility."""
    return await ending.transfer(office, case, HILLSIDE)


async def stop_coming(office: Office, case: Case) -> datetime | None:
    """From now on the patient neither comes nor answers."""
    del office
    case.away = True
    return None


async def leave(office: Office, case: Case) -> datetime | None:
    """The end of care."""
    reason = case.profile.reason
    if case.ended or reason is None:
        return None
    return await ending.discharge(office, case, reason)
