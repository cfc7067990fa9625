"""Clinical facts of an episode as intake and notifications publish them."""

from datetime import date
from uuid import UUID

from services.operations.tests.episode_events import INTENSIVE, PRESCRIBED, STAFF, Episode
from stepwell_contracts.events import intake, intake_clinical, intake_decisions, notifications
from stepwell_kernel.codes import (
    AgeBand,
    AuthorizationState,
    CrisisDisposition,
    FollowUp,
    Instrument,
    ReferralSource,
    SuicideRisk,
    Urgency,
)
from stepwell_kernel.ids import new_id


def screen(
    episode: Episode,
    instrument: Instrument,
    total: int | None,
    band: str,
    risk: SuicideRisk | None = None,
    follow_ups: tuple[FollowUp, ...] = (),
) -> None:
    """An instrument is filled in."""
    episode.tell(
        intake_clinical.ScreenRecorded(
            episode_id=episode.episode_id,
            screen_id=new_id(),
            instrument=instrument,
            total=total,
            band_code=band,
            suicide_risk=risk,
            follow_ups=follow_ups,
            rule_version="phq_9/1",
        )
    )


def raise_crisis(episode: Episode) -> UUID:
    """Somebody is in danger."""
    crisis_id = new_id()
    episode.tell(
        intake_clinical.CrisisRaised(
            episode_id=episode.episode_id,
            patient_id=episode.patient_id,
            facility_id=episode.facility_id,
            crisis_id=crisis_id,
        )
    )
    return crisis_id


def close_crisis(episode: Episode, crisis_id: UUID) -> None:
    """A clinician says how it ended."""
    episode.tell(
        intake_clinical.CrisisClosed(
            episode_id=episode.episode_id,
            crisis_id=crisis_id,
            disposition=CrisisDisposition.SAFETY_PLAN,
            closed_by=STAFF,
        )
    )


def page(episode: Episode, crisis_id: UUID, page_id: UUID, level: int) -> None:
    """Somebody on call is paged."""
    episode.tell(notifications.PageSent(page_id=page_id, episode_id=episode.episode_id, about=crisis_id, level=level))


def acknowledge(episode: Episode, crisis_id: UUID, page_id: UUID) -> None:
    """Somebody takes the crisis over."""
    episode.tell(
        notifications.PageAcknowledged(
            page_id=page_id, episode_id=episode.episode_id, about=crisis_id, acknowledged_by=STAFF
        )
    )


def page_in_vain(episode: Episode, crisis_id: UUID, page_id: UUID) -> None:
    """Nobody in the roster answers."""
    episode.tell(notifications.PageUnanswered(page_id=page_id, episode_id=episode.episode_id, about=crisis_id))


def authorize(
    episode: Episode,
    covers_from: date,
    covers_to: date,
    *,
    state: AuthorizationState = AuthorizationState.APPROVED,
    units: int = 12,
    authorization_id: UUID | None = None,
) -> UUID:
    """A payer answers, for the first time or once more."""
    authorization_id = authorization_id or new_id()
    episode.tell(
        intake_clinical.AuthorizationRecorded(
            episode_id=episode.episode_id,
            authorization_id=authorization_id,
            state=state,
            units=units,
            covers_from=covers_from,
            covers_to=covers_to,
        )
    )
    return authorization_id


def sign_plan(episode: Episode) -> UUID:
    """Clinician and patient sign the plan."""
    plan_id = new_id()
    episode.tell(intake_clinical.PlanSigned(episode_id=episode.episode_id, plan_id=plan_id, signed_by=STAFF))
    return plan_id


def review_plan(episode: Episode, plan_id: UUID, *, goals: int, met: int) -> None:
    """The plan is reviewed."""
    episode.tell(
        intake_clinical.PlanReviewed(
            episode_id=episode.episode_id, plan_id=plan_id, goals=goals, goals_met=met, reviewed_by=STAFF
        )
    )


def complete_task(episode: Episode, task_id: UUID, outcome: str) -> None:
    """A person did what a task asked for."""
    episode.tell(
        intake_clinical.CareTaskCompleted(
            episode_id=episode.episode_id, task_id=task_id, outcome=outcome, completed_by=STAFF
        )
    )


def transfer(episode: Episode, facility_id: UUID, program_id: UUID) -> None:
    """Care goes on at another facility, in the same phase."""
    episode.tell(
        intake_decisions.TransferDecided(
            episode_id=episode.episode_id,
            facility_id=facility_id,
            program_id=program_id,
            prescribed_minutes_per_week=PRESCRIBED,
            reason_code="moved",
            decided_by=STAFF,
        )
    )
    episode.facility_id = facility_id
    episode.enter(episode.phase, program=program_id)


def readmit(former: Episode, facility_id: UUID | None = None) -> Episode:
    """The patient comes back: a new episode of the same patient, whose events go on in the same streams."""
    latter = Episode(
        facility_id or former.facility_id,
        former.at,
        tenant=former.tenant,
        patient_id=former.patient_id,
        versions=former.versions,
        incoming=former.incoming,
    )
    latter.tell(
        intake.ReferralReceived(
            episode_id=latter.episode_id,
            patient_id=latter.patient_id,
            facility_id=latter.facility_id,
            program_id=INTENSIVE,
            source=ReferralSource.SELF,
            urgency=Urgency.ROUTINE,
            age_band=AgeBand.ADULT,
            previous_episode_id=former.episode_id,
        )
    )
    former.tell(intake.EpisodeReadmitted(episode_id=former.episode_id, next_episode_id=latter.episode_id))
    return latter
