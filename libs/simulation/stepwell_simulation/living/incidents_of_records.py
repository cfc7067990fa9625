"""Consents that end, a disclosure, attendance that is amended late, a death while a step-down is carried out."""

from datetime import datetime, timedelta

from stepwell_contracts.http.intake_decisions import DecideDischarge
from stepwell_contracts.http.intake_legal import DecideDisclosure, GrantConsent, RevokeConsent
from stepwell_contracts.http.scheduling import RecordAttendance
from stepwell_kernel.codes import AttendanceState, DischargeReason, Phase, Role
from stepwell_kernel.legal_codes import ConsentPurpose, InformationScope, Requester, RequestPurpose
from stepwell_simulation.living.cases import Case
from stepwell_simulation.living.ending import fewer_hours
from stepwell_simulation.living.office import Office

CONSENT_FOR = timedelta(days=6)

#: The week of a session that is so old has been closed.
LONG_AGO = timedelta(days=9)
AFTER_A_WHILE = timedelta(hours=4)


async def consent_for_days(office: Office, case: Case) -> datetime | None:
    """The family may be told of attendance, for some days: the consent ends by itself."""
    today = case.today(office.now())
    body = GrantConsent(
        purpose=ConsentPurpose.FAMILY,
        discloser=office.house.discloser,
        information="attendance",
        scope=(InformationScope.ATTENDANCE,),
        recipients=("Sister of the patient",),
        revocation_explained=True,
        expires_on=today + CONSENT_FOR,
        signed_by="patient",
        signed_on=today,
    )
    intake = office.person(Role.COUNSELOR).intake
    await intake.grant_consent(case.episode_id, body, key=case.key(f"for-days-{today}"))
    return None


async def disclose(office: Office, case: Case) -> datetime | None:
    """A family practice asks what is prescribed; the patient agreed, and takes the consent back afterwards."""
    request = DecideDisclosure(
        requester=Requester.EXTERNAL_PROVIDER,
        purpose=RequestPurpose.TREATMENT,
        scope=(InformationScope.MEDICATION,),
        recipient="Family practice",
    )
    intake = office.person(Role.COUNSELOR).intake
    decided = await intake.decide_disclosure(case.episode_id, request, key=case.key("disclosure"))
    if decided.consent_id is not None:
        revoked = RevokeConsent(revoked_by="patient", form="spoken")
        await intake.revoke_consent(case.episode_id, decided.consent_id, revoked, key=case.key("revoked"))
    return None


async def amend_attendance(office: Office, case: Case) -> datetime | None:
    """A session of a week that is closed turns out to have been left early."""
    scheduling = office.person(Role.COUNSELOR).scheduling
    old = [
        one
        for one in (await scheduling.bookings(case.episode_id)).bookings
        if one.attendance is AttendanceState.PRESENT and one.ends_at < office.now() - LONG_AGO
    ]
    if not old:
        return office.working(office.now() + timedelta(days=1))
    minutes = max((old[-1].minutes or 0) - 20, 10)
    body = RecordAttendance(state=AttendanceState.LEFT_EARLY, minutes=minutes)
    await scheduling.record_attendance(old[-1].booking_id, body, key=case.key("amended"))
    return None


async def die_during_step_down(office: Office, case: Case) -> datetime | None:
    """The patient dies while a step-down waits for a process that is down: it is undone, and the episode ends."""
    intake = office.person(Role.COUNSELOR).intake
    if (await intake.episode(case.episode_id)).phase is not Phase.TREATMENT or office.house.outpatient is None:
        return office.now() + AFTER_A_WHILE
    await office.world.platform.kill("scheduling")
    body = fewer_hours(office.house.outpatient, office.house.outpatient_minutes)
    await intake.decide_step_down(case.episode_id, body, key=case.key("step-down"))
    today = case.today(office.now())
    death = DecideDischarge(reason=DischargeReason.DEATH, last_contact_on=today)
    await intake.decide_discharge(case.episode_id, death, key=case.key("death"))
    case.ended = case.away = True
    case.last_contact_on = today
    return None
