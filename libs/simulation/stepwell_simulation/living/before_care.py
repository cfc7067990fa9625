"""From the referral to the decision to admit: reached, assessed, consented, answered by the payer, admitted or not."""

from datetime import datetime, time, timedelta

from stepwell_contracts.http.intake import (
    Assess,
    NewPatient,
    ReceiveReferral,
    RecordFirstContact,
    SetContactPermission,
)
from stepwell_contracts.http.intake_decisions import (
    DecideAdmission,
    DecideDecline,
    DecideResume,
    DecideWaitlist,
)
from stepwell_contracts.http.intake_legal import RecordAuthorization
from stepwell_contracts.http.scheduling_plans import AvailabilityWindow, SetAvailability
from stepwell_kernel.codes import AgeBand, AuthorizationState, Channel, LevelOfCare, PayerKind, Phase, Role
from stepwell_kernel.legal_codes import UnitKind
from stepwell_kernel.scheduling_codes import BlockedBy
from stepwell_simulation.admission import RATINGS, consent_to_treatment
from stepwell_simulation.conduct import COVERED, UNITS, Loss
from stepwell_simulation.living.cases import Case
from stepwell_simulation.living.measures import record_c_ssrs, record_phq_9
from stepwell_simulation.living.office import Office, Row
from stepwell_simulation.living.rows import patient_of
from stepwell_simulation.profile import Profile, Stratum

#: The least of an intensive program for adolescents (ASAM level 2.1: six hours).
ADOLESCENT_MINUTES = 360

#: Most allow text messages (assumption of the simulation).
ALLOW_TEXTS = 0.85


def referral_of(profile: Profile, office: Office) -> ReceiveReferral:
    """The referral of a patient."""
    house = office.house
    return ReceiveReferral(
        facility_id=house.facility_id,
        program_id=house.intensive,
        source=profile.source,
        urgency=profile.urgency,
        priority=profile.priority,
        payer=profile.payer,
        member_id=None if profile.payer is PayerKind.SELF_PAY else f"M-{profile.number:06d}",
        patient=NewPatient(
            given_name=profile.given_name,
            family_name=profile.family_name,
            born_on=profile.born_on,
            zone=house.zone,
            email=profile.email,
            phone=profile.phone,
        ),
    )


async def reach(office: Office, found: Case | None, row: Row) -> datetime | None:
    """The desk reaches the patient, who says how they may be reached; now and then the wrong box is ticked at first."""
    case = patient_of(found, row)
    intake = office.person(Role.INTAKE_COORDINATOR).intake
    adult = case.age_band(office.now()) is AgeBand.ADULT
    reached = RecordFirstContact(spoke_with="patient" if adult else "guardian")
    await intake.record_first_contact(case.episode_id, reached, key=row.key())
    case.reached_at = office.now()
    draws, drawn = case.profile.draws.of("permission"), case.profile.stratum is Stratum.DRAWN
    for channel in Channel:
        permitted = channel is Channel.EMAIL or not drawn or draws.of("texts").chance(ALLOW_TEXTS)
        wrong = case.conduct.is_entered_wrongly(f"permission-{channel}")
        said = SetContactPermission(permitted=permitted is not wrong)
        await intake.set_contact_permission(case.patient_id, channel, said, key=case.key(f"permission-{channel}"))
        office.entries.note(wrong=wrong)
        if wrong:
            _correct_permission(office, case, channel, permitted=permitted)
    return None


def _correct_permission(office: Office, case: Case, channel: Channel, *, permitted: bool) -> None:
    async def correct() -> None:
        intake = office.person(Role.INTAKE_COORDINATOR).intake
        body = SetContactPermission(permitted=permitted)
        await intake.set_contact_permission(case.patient_id, channel, body, key=case.key(f"permission-{channel}-right"))
        office.entries.corrected += 1

    office.later("correction", case.conduct.noticed_after(f"permission-{channel}"), correct)


async def assess(office: Office, found: Case | None, row: Row) -> datetime | None:
    """The patient comes when they are ready, is assessed and screened, and consents; or does not come at all."""
    case = patient_of(found, row)
    case.reached_at = case.reached_at or office.now()
    ready_at = case.reached_at + timedelta(days=case.profile.wait_days)
    if office.now() < ready_at:
        return office.working(ready_at)
    if case.conduct.lost_before is Loss.ASSESSMENT:
        await _decline(office, case, "declined_by_person")
        return None
    intake = office.person(Role.COUNSELOR).intake
    body = Assess(ratings=RATINGS, decided=LevelOfCare.INTENSIVE_OUTPATIENT)
    await intake.assess(case.episode_id, body, key=row.key())
    await record_c_ssrs(office, case, row.key())
    await record_phq_9(office, case, row.key(), week=0)
    now = office.now()
    consent = consent_to_treatment(office.house.discloser, case.today(now), signed_by=case.signer(now))
    await intake.grant_consent(case.episode_id, consent, key=row.key("consent"))
    case.assessed_at = office.now()
    return None


async def decide(office: Office, found: Case | None, row: Row) -> datetime | None:
    """The clinician admits, when the payer has answered; some wait for a place first, some are lost after all."""
    case = patient_of(found, row)
    if case.conduct.lost_before is Loss.ENROLLMENT:
        await _decline(office, case, "payer_refused" if case.profile.number % 3 == 0 else "declined_by_person")
        return None
    if case.profile.stratum is Stratum.WAITLISTED and not case.has_waited:
        waits = DecideWaitlist(reason_code="no_seat")
        await office.person(Role.COUNSELOR).intake.decide_waitlist(case.episode_id, waits, key=case.key("waitlist"))
        case.has_waited = True
        return None
    await say_when_free(office, case, row.key("availability"))
    if case.profile.payer is not PayerKind.SELF_PAY:
        await authorize_care(office, case, row.key("payer"))
    minutes = office.house.minutes if case.age_band(office.now()) is AgeBand.ADULT else ADOLESCENT_MINUTES
    body = DecideAdmission(program_id=office.house.intensive, prescribed_minutes_per_week=minutes)
    await office.person(Role.COUNSELOR).intake.decide_admission(case.episode_id, body, key=row.key())
    case.admitted_at = office.now()
    return None


async def end_wait(office: Office, found: Case | None, row: Row) -> datetime | None:
    """A place was found: the episode goes back to the decision."""
    case = patient_of(found, row)
    intake = office.person(Role.INTAKE_COORDINATOR).intake
    episode = await intake.episode(case.episode_id)
    if episode.phase is Phase.WAITLISTED:
        await intake.decide_resume(case.episode_id, DecideResume(), key=row.key())
    return None


async def say_when_free(office: Office, case: Case, key: str) -> None:
    """When the patient can come; who works or goes to school is free at other hours than who does not."""
    windows = {
        BlockedBy.WORK: (time(8), time(17)),
        BlockedBy.SCHOOL: (time(15), time(20)),
        BlockedBy.FAMILY: (time(8, 30), time(20)),
    }
    adult = case.age_band(office.now()) is AgeBand.ADULT
    blocked = case.profile.draws.of("blocked").choose(dict.fromkeys(windows, 1.0)) if adult else BlockedBy.SCHOOL
    opens, closes = windows[blocked]
    body = SetAvailability(
        effective_from=case.today(office.now()),
        windows=tuple(AvailabilityWindow(weekday=weekday, opens=opens, closes=closes) for weekday in range(5)),
        blocked_by=(blocked,),
    )
    scheduling = office.person(Role.SCHEDULER).scheduling
    await scheduling.set_availability(case.episode_id, body, key=key)


async def authorize_care(office: Office, case: Case, key: str) -> None:
    """The payer approves a month of care, which begins where the last one ends."""
    intake, today = office.person(Role.INTAKE_COORDINATOR).intake, case.today(office.now())
    known = (await intake.authorizations(case.episode_id)).authorizations
    covered_to = max((one.covers_to for one in known if one.state is AuthorizationState.APPROVED), default=None)
    covers_from = today if covered_to is None else max(today, covered_to + timedelta(days=1))
    body = RecordAuthorization(
        reference=f"A-{case.profile.number:06d}",
        level=LevelOfCare.INTENSIVE_OUTPATIENT,
        state=AuthorizationState.APPROVED,
        units=UNITS,
        unit_kind=UnitKind.DAY,
        covers_from=covers_from,
        covers_to=covers_from + COVERED,
    )
    await intake.record_authorization(case.episode_id, body, key=key)


async def _decline(office: Office, case: Case, reason: str) -> None:
    body = DecideDecline(reason_code=reason)
    await office.person(Role.INTAKE_COORDINATOR).intake.decide_decline(case.episode_id, body, key=case.key("decline"))
    case.ended = True
