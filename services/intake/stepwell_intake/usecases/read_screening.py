"""Read what was screened and raised in an episode; each look leaves an audit row."""

from uuid import UUID

from stepwell_contracts.http.intake_clinical import Crises, CrisisRecord, Screens
from stepwell_intake.domain.access import READ_CRISES, READ_SCREENS
from stepwell_intake.domain.crisis import Setting
from stepwell_intake.domain.episodes import Episode
from stepwell_intake.store.clinical_views import crises_of, crisis_view, screens_of
from stepwell_intake.store.crises import find_crisis, texts_of
from stepwell_intake.store.episodes import find_episode
from stepwell_intake.store.identities import Identities
from stepwell_intake.usecases.open_crisis import local_steps
from stepwell_kernel.access import Action, Resource
from stepwell_postgres.transaction import Transaction


async def read_screens(tx: Transaction, episode_id: UUID) -> Screens:
    """The screens of an episode with their answers; NotFound (`episode_not_found`)."""
    await _enter(tx, READ_SCREENS, episode_id)
    return Screens(rows=await screens_of(tx, episode_id))


async def read_crises(tx: Transaction, episode_id: UUID) -> Crises:
    """The crises of an episode, without what staff wrote; NotFound (`episode_not_found`)."""
    await _enter(tx, READ_CRISES, episode_id)
    return Crises(rows=await crises_of(tx, episode_id))


async def read_crisis(tx: Transaction, identities: Identities, episode_id: UUID, crisis_id: UUID) -> CrisisRecord:
    """A crisis with what staff wrote and the steps to take.

    Raises NotFound (`episode_not_found`, `crisis_not_found`), Conflict (`identity_erased`).
    """
    episode = await _enter(tx, READ_CRISES, episode_id)
    view = await crisis_view(tx, episode_id, crisis_id)
    crisis = await find_crisis(tx, episode_id, crisis_id)
    texts = await texts_of(tx, identities, crisis, episode.patient_id)
    raised = await local_steps(tx, episode, crisis, Setting(view.setting))
    return CrisisRecord(**view.model_dump(), location=texts.location, note=texts.note, steps=raised.steps)


async def _enter(tx: Transaction, action: Action, episode_id: UUID) -> Episode:
    episode = await find_episode(tx, episode_id)
    tx.authorize(action, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    return episode
