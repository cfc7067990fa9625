"""Crises: at most one is open in an episode; what is told of place and course is encrypted with the patient's key."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from stepwell_intake.domain.crisis import Crisis, CrisisState, Setting, check_no_crisis
from stepwell_intake.store.identities import Identities
from stepwell_kernel.codes import CrisisDisposition, DischargeReason
from stepwell_kernel.errors import NotFound
from stepwell_postgres.transaction import Transaction
from stepwell_runtime.keys import Place

COLUMNS = "crisis_id, episode_id, screen_id, setting, state, raised_by, raised_at"

INSERT = """
insert into crisis (crisis_id, tenant_id, episode_id, screen_id, setting, state, raised_by, raised_at)
values ($1, $2, $3, $4, $5, 'open', $6, $7)
"""

OPEN = f"select {COLUMNS} from crisis where episode_id = $1 and state = 'open'"

FIND = f"select {COLUMNS} from crisis where crisis_id = $1 and episode_id = $2"

LOCATE = """
update crisis set setting = $2, location = coalesce($3, location)
where crisis_id = $1 and state = 'open'
"""

TEXTS = "select location, note from crisis where crisis_id = $1"

CLOSE = """
update crisis set state = 'closed', disposition = $2, note = $3, closed_by = $4, closed_at = $5
where crisis_id = $1 and state = 'open'
"""


@dataclass(frozen=True, slots=True)
class CrisisTexts:
    """What staff wrote of a crisis; it can name people and places."""

    location: str | None
    note: str | None


async def insert_crisis(tx: Transaction, crisis: Crisis) -> None:
    """Store a crisis that was raised now."""
    await tx.connection.execute(
        INSERT,
        crisis.crisis_id,
        tx.tenant,
        crisis.episode_id,
        crisis.screen_id,
        crisis.setting,
        crisis.raised_by,
        crisis.raised_at,
    )


async def open_crisis_of(tx: Transaction, episode_id: UUID) -> Crisis | None:
    """The crisis of the episode that has no disposition yet."""
    row = await tx.connection.fetchrow(OPEN, episode_id)
    return None if row is None else _crisis(row)


async def check_no_open_crisis(tx: Transaction, episode_id: UUID, *, reason: DischargeReason | None = None) -> None:
    """Raise Conflict (`crisis_open`) before a decision that sends the patient on; death is recorded all the same."""
    check_no_crisis(await open_crisis_of(tx, episode_id), reason=reason)


async def find_crisis(tx: Transaction, episode_id: UUID, crisis_id: UUID) -> Crisis:
    """The episode's crisis, or NotFound."""
    row = await tx.connection.fetchrow(FIND, crisis_id, episode_id)
    if row is None:
        raise NotFound("crisis_not_found", "the episode has no such crisis")
    return _crisis(row)


async def store_whereabouts(
    tx: Transaction, identities: Identities, crisis: Crisis, patient_id: UUID, *, setting: Setting, location: str | None
) -> None:
    """Store where the person is now; without a location a former one stays. Conflict (`identity_erased`)."""
    sealed = await _sealed(tx, identities, crisis, patient_id, "location", location)
    await tx.connection.execute(LOCATE, crisis.crisis_id, setting, sealed)


async def store_disposition(
    tx: Transaction,
    identities: Identities,
    crisis: Crisis,
    patient_id: UUID,
    *,
    disposition: CrisisDisposition,
    note: str | None,
    closed_by: UUID,
) -> None:
    """End an open crisis; Conflict (`identity_erased`) for a note that can no longer be encrypted."""
    sealed = await _sealed(tx, identities, crisis, patient_id, "note", note)
    await tx.connection.execute(CLOSE, crisis.crisis_id, disposition, sealed, closed_by, tx.now)


async def texts_of(tx: Transaction, identities: Identities, crisis: Crisis, patient_id: UUID) -> CrisisTexts:
    """What staff wrote; Conflict (`identity_erased`)."""
    row = await tx.connection.fetchrow(TEXTS, crisis.crisis_id)
    written = {column: sealed for column, sealed in (row or {}).items() if sealed is not None}
    if not written:
        return CrisisTexts(None, None)
    sealed = [(_place(tx, crisis.crisis_id, column), text) for column, text in written.items()]
    texts = dict(zip(written, await identities.unseal(tx, patient_id, sealed), strict=True))
    return CrisisTexts(texts.get("location"), texts.get("note"))


async def _sealed(
    tx: Transaction, identities: Identities, crisis: Crisis, patient_id: UUID, column: str, text: str | None
) -> bytes | None:
    if text is None:
        return None
    return await identities.seal(tx, patient_id, _place(tx, crisis.crisis_id, column), text)


def _place(tx: Transaction, crisis_id: UUID, column: str) -> Place:
    return Place(tx.tenant, "crisis", column, str(crisis_id))


def _crisis(row: asyncpg.Record) -> Crisis:
    return Crisis(
        crisis_id=row["crisis_id"],
        episode_id=row["episode_id"],
        screen_id=row["screen_id"],
        setting=Setting(row["setting"]),
        state=CrisisState(row["state"]),
        raised_by=row["raised_by"],
        raised_at=row["raised_at"],
    )
