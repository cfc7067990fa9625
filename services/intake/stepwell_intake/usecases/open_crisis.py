"""Open a crisis: the row, the event that pages, and the steps that do not wait for the page."""

from uuid import UUID

from stepwell_contracts.events.intake_clinical import CrisisRaised
from stepwell_contracts.http.intake_clinical import CrisisStepView, RaisedCrisis
from stepwell_intake.domain.crisis import Crisis, CrisisState, Setting
from stepwell_intake.domain.episodes import Episode
from stepwell_intake.store.crises import insert_crisis, open_crisis_of
from stepwell_intake.store.reference import find_facility
from stepwell_intake.store.screen_rules import steps_rule
from stepwell_kernel.ids import new_id
from stepwell_postgres.transaction import Stream, Transaction


async def open_crisis(
    tx: Transaction,
    stream: Stream,
    episode: Episode,
    *,
    setting: Setting,
    raised_by: UUID,
    screen_id: UUID | None = None,
) -> Crisis:
    """The crisis of the episode: the open one, or a new one with its event."""
    crisis = await open_crisis_of(tx, episode.episode_id)
    if crisis is not None:
        return crisis
    crisis = Crisis(new_id(), episode.episode_id, screen_id, setting, CrisisState.OPEN, raised_by, tx.now)
    await insert_crisis(tx, crisis)
    event = CrisisRaised(
        episode_id=episode.episode_id,
        patient_id=episode.patient_id,
        facility_id=episode.facility_id,
        crisis_id=crisis.crisis_id,
        screen_id=screen_id,
    )
    tx.emit(stream, event, episode_id=episode.episode_id)
    return crisis


async def local_steps(tx: Transaction, episode: Episode, crisis: Crisis, setting: Setting) -> RaisedCrisis:
    """The crisis with what to do at once where the person is."""
    rule = await steps_rule(tx, (await find_facility(tx, episode.facility_id)).day_of(tx.now), setting)
    return RaisedCrisis(
        crisis_id=crisis.crisis_id,
        steps=tuple(CrisisStepView(code=step.code, contact=step.contact) for step in rule.steps),
        rule_version=str(rule.rule),
    )
