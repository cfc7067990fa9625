"""Raise a crisis without a screen, or note where the person is now."""

from uuid import UUID

from stepwell_contracts.http.intake_clinical import RaiseCrisis, RaisedCrisis
from stepwell_intake.domain.access import RAISE_CRISIS, staff_of
from stepwell_intake.domain.crisis import Setting
from stepwell_intake.store.crises import store_whereabouts
from stepwell_intake.store.episodes import find_episode
from stepwell_intake.store.identities import Identities
from stepwell_intake.usecases.open_crisis import local_steps, open_crisis
from stepwell_kernel.access import Resource
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def raise_crisis(tx: Transaction, identities: Identities, episode_id: UUID, command: RaiseCrisis) -> RaisedCrisis:
    """Open the crisis, or answer the open one; no phase is in the way of somebody in danger.

    Raises NotFound (`episode_not_found`), Conflict (`identity_erased`) for a location that can no longer be encrypted.
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(RAISE_CRISIS, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    raised_by = staff_of(tx.caller)
    stream = await lock_patient(tx, episode.patient_id)
    episode = await find_episode(tx, episode_id)
    setting = Setting(command.setting)
    crisis = await open_crisis(tx, stream, episode, setting=setting, raised_by=raised_by)
    await store_whereabouts(tx, identities, crisis, episode.patient_id, setting=setting, location=command.location)
    return await local_steps(tx, episode, crisis, setting)
