"""How care goes on and ends: step-down and step-up, transfer, hold, discharge, follow-up calls, a return."""

from datetime import datetime, timedelta
from uuid import UUID

from stepwell_contracts.http.intake import RecordAftercareContact
from stepwell_contracts.http.intake_decisions import (
    DecideDischarge,
    DecideHold,
    DecideResume,
    DecideStepDown,
    DecideStepUp,
    DecideTransfer,
    OutcomesBody,
)
from stepwell_contracts.http.intake_referrals import Readmit
from stepwell_kernel.codes import DischargeReason, LevelOfCare, Phase, ReferralSource, Role
from stepwell_kernel.decision_codes import (
    Arrests,
    Employment,
    LivingArrangement,
    ReferralGiven,
    SelfHelp,
    StepDownCriterion,
    SubstanceUse,
)
from stepwell_simulation.conduct import REACHED_IN_AFTERCARE
from stepwell_simulation.living.cases import Case
from stepwell_simulation.living.houses import House
from stepwell_simulation.living.office import Office, Row
from stepwell_simulation.living.rows import patient_of

STATED = (
    StepDownCriterion.SUBSTANCE_USE,
    StepDownCriterion.MEDICATION_ADHERENCE,
    StepDownCriterion.SAFE_HOUSING,
    StepDownCriterion.AFTERCARE_BOOKED,
)


async def step_down(office: Office, case: Case) -> datetime | None:
    """Fewer hours, when the time has come."""
    house = office.house
    if house.outpatient is None or case.ended:
        return None
    body = fewer_hours(house.outpatient, house.outpatient_minutes)
    await office.person(Role.COUNSELOR).intake.decide_step_down(case.episode_id, body, key=case.key("step-down"))
    case.stepped_down = True
    return None


def fewer_hours(program_id: UUID, minutes: int) -> DecideStepDown:
    """A step-down to a program of so many minutes a week, earlier than the criteria have it."""
    return DecideStepDown(
        program_id=program_id,
        prescribed_minutes_per_week=minutes,
        stated=STATED,
        reason_code="clinical_judgement",
    )


async def step_up(office: Office, case: Case) -> datetime | None:
    """Back to more hours after a relapse."""
    body = DecideStepUp(program_id=office.house.intensive, prescribed_minutes_per_week=office.house.minutes)
    await office.person(Role.COUNSELOR).intake.decide_step_up(case.episode_id, body, key=case.key("step-up"))
    case.stepped_down = False
    return None


async def hold(office: Office, case: Case) -> datetime | None:
    """A pause for medical reasons."""
    body = DecideHold(reason_code="medical", expected_back_on=case.today(office.now()) + timedelta(days=5))
    await office.person(Role.COUNSELOR).intake.decide_hold(case.episode_id, body, key=case.key("hold"))
    return None


async def resume(office: Office, case: Case) -> datetime | None:
    """The patient is back."""
    await end_hold(office, case, case.key("resume"))
    return None


async def end_hold(office: Office, case: Case, key: str) -> None:
    """Care goes on after a pause, unless somebody has decided so before."""
    intake = office.person(Role.COUNSELOR).intake
    if (await intake.episode(case.episode_id)).phase is Phase.ON_HOLD:
        await intake.decide_resume(case.episode_id, DecideResume(), key=key)


async def transfer(office: Office, case: Case, to: House) -> datetime | None:
    """Care goes on at another facility of the network."""
    body = DecideTransfer(
        facility_id=to.facility_id,
        program_id=to.intensive,
        prescribed_minutes_per_week=to.minutes,
        reason_code="moved",
    )
    await office.person(Role.COUNSELOR).intake.decide_transfer(case.episode_id, body, key=case.key("transfer"))
    case.house = to
    return None


async def discharge(office: Office, case: Case, reason: DischargeReason) -> datetime | None:
    """Care ends, for the reason that the patient's course has; what the reason asks for is stated."""
    today = case.today(office.now())
    begun = case.today(case.admitted_at or office.now())
    last_contact_on = min(begun + timedelta(days=case.conduct.last_day), today)
    body = DecideDischarge(
        reason=reason,
        last_contact_on=last_contact_on,
        level_at_discharge=LevelOfCare.OUTPATIENT if case.stepped_down else LevelOfCare.INTENSIVE_OUTPATIENT,
        reason_code="no_contact" if reason is DischargeReason.TERMINATED_BY_FACILITY else None,
        clinical_review_on=today if reason is DischargeReason.TERMINATED_BY_FACILITY else None,
        outcomes=_outcomes(case),
        referrals=(ReferralGiven.MUTUAL_HELP,),
        medication_continued=True,
    )
    await office.person(Role.COUNSELOR).intake.decide_discharge(case.episode_id, body, key=case.key("discharge"))
    case.ended, case.last_contact_on = True, last_contact_on
    return None


async def follow_up(office: Office, found: Case | None, row: Row) -> datetime | None:
    """A call in aftercare, which reaches some."""
    case = patient_of(found, row)
    reached = case.profile.draws.of("aftercare", row.day).chance(REACHED_IN_AFTERCARE)
    body = RecordAftercareContact(reached=reached)
    await office.person(Role.INTAKE_COORDINATOR).intake.record_aftercare_contact(case.episode_id, body, key=row.key())
    return None if reached else office.working(office.now() + timedelta(days=1))


async def come_back(office: Office, case: Case) -> UUID:
    """Somebody who left comes again: the new episode of the same patient; refused as long as the old one is in care."""
    intake = office.person(Role.INTAKE_COORDINATOR).intake
    body = Readmit(program_id=office.house.intensive, source=ReferralSource.SELF)
    return (await intake.readmit(case.episode_id, body, key=case.key("return"))).episode_id


def _outcomes(case: Case) -> OutcomesBody:
    draws = case.profile.draws.of("outcomes")
    return OutcomesBody(
        substance_use=draws.of("use").choose({SubstanceUse.NONE: 6, SubstanceUse.SOME: 3, SubstanceUse.DAILY: 1}),
        employment=draws.of("work").choose(
            {Employment.PART_TIME: 4, Employment.FULL_TIME: 3, Employment.UNEMPLOYED: 3}
        ),
        arrests=Arrests.NONE,
        living_arrangement=draws.of("home").choose({LivingArrangement.INDEPENDENT: 8, LivingArrangement.DEPENDENT: 2}),
        self_help=draws.of("self-help").choose({SelfHelp.FOUR_TO_SEVEN: 5, SelfHelp.NONE: 5}),
    )
