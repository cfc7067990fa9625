"""Takes patients up again whom an earlier process of the same run referred."""

from stepwell_kernel.codes import Phase, Role
from stepwell_simulation.living.attendance import correct_again
from stepwell_simulation.living.cases import Case
from stepwell_simulation.living.houses import HOUSES
from stepwell_simulation.living.office import Office

OVER = frozenset({Phase.AFTERCARE, Phase.CLOSED, Phase.DECLINED})


async def take_up(office: Office, case: Case) -> None:
    """Learn from intake how far care has come. What was to happen to the patient before now has happened."""
    case.is_taken_up = True
    intake = office.person(Role.SUPERVISOR).intake
    for decision in reversed((await intake.decisions(case.episode_id)).decisions):
        if decision.kind == "admission":
            case.admitted_at = decision.decided_at
        if decision.kind == "waitlist":
            case.has_waited = True
        if decision.kind == "transfer" and decision.facility_id is not None:
            case.house = next(house for house in HOUSES.values() if house.facility_id == decision.facility_id)
    phase = (await office.people[case.house.staff_of(Role.SUPERVISOR)].intake.episode(case.episode_id)).phase
    case.ended = phase in OVER
    case.stepped_down = phase is Phase.STEP_DOWN
    if case.admitted_at is not None:
        case.away = case.conduct.is_gone((office.now() - case.admitted_at).days)
    if not case.ended:
        await correct_again(office, case)
