"""Record an instrument: scored by its rule; a score that means danger opens a crisis at once."""

from uuid import UUID

from stepwell_contracts.events.intake_clinical import ScreenRecorded
from stepwell_contracts.http.intake_clinical import RecordScreen, ScreenScored
from stepwell_intake.domain.access import RECORD_SCREEN, staff_of
from stepwell_intake.domain.crisis import Setting
from stepwell_intake.domain.episodes import SCREENABLE, check_phase
from stepwell_intake.domain.screens import Form, Sex
from stepwell_intake.store.episodes import find_episode
from stepwell_intake.store.reference import find_facility
from stepwell_intake.store.screen_rules import screen_rule
from stepwell_intake.store.screens import earlier_totals, insert_screen
from stepwell_intake.usecases.open_crisis import local_steps, open_crisis
from stepwell_kernel.access import Resource
from stepwell_kernel.ids import new_id
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def record_screen(tx: Transaction, episode_id: UUID, command: RecordScreen) -> ScreenScored:
    """Store answers and score, and raise a crisis where the rule says so; its steps are part of the answer.

    Raises NotFound (`episode_not_found`), Conflict (`phase_does_not_allow`), Invalid (`answers_invalid`,
    `screen_incomplete`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(RECORD_SCREEN, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    recorded_by = staff_of(tx.caller)
    stream = await lock_patient(tx, episode.patient_id)
    episode = await find_episode(tx, episode_id)
    check_phase(episode, SCREENABLE, "screen")
    today = (await find_facility(tx, episode.facility_id)).day_of(tx.now)
    rule = await screen_rule(tx, today, command.instrument)
    form = Form(
        answers=command.answers,
        sex=Sex(command.sex) if command.sex else None,
        earlier=await earlier_totals(tx, episode_id, command.instrument),
    )
    score = rule.score(form)
    screen_id = new_id()
    await insert_screen(
        tx,
        screen_id=screen_id,
        episode_id=episode_id,
        instrument=command.instrument,
        language=command.language,
        form=form,
        score=score,
        rule=rule.rule,
        recorded_by=recorded_by,
    )
    scored = ScreenScored(
        screen_id=screen_id,
        instrument=command.instrument,
        total=score.total,
        band_code=score.band_code,
        suicide_risk=score.suicide_risk,
        follow_ups=score.follow_ups,
        note_codes=score.notes,
        rule_version=str(rule.rule),
    )
    event = ScreenRecorded(
        episode_id=episode_id,
        screen_id=screen_id,
        instrument=command.instrument,
        total=score.total,
        band_code=score.band_code,
        suicide_risk=score.suicide_risk,
        follow_ups=score.follow_ups,
        rule_version=scored.rule_version,
    )
    tx.emit(stream, event, episode_id=episode_id)
    if not score.is_crisis:
        return scored
    setting = Setting(command.setting)
    crisis = await open_crisis(tx, stream, episode, setting=setting, raised_by=recorded_by, screen_id=screen_id)
    return scored.model_copy(update={"crisis": await local_steps(tx, episode, crisis, setting)})
