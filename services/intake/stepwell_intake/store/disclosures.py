"""Decisions about records: the accounting of disclosures. Who got them is encrypted with the patient's key."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from stepwell_contracts.http.intake_legal import DisclosureEntry
from stepwell_intake.domain.disclosure import DisclosureDecision, DisclosureRequest
from stepwell_intake.store.identities import Identities
from stepwell_kernel.codes import Role
from stepwell_kernel.errors import NotFound
from stepwell_postgres.transaction import Transaction
from stepwell_runtime.keys import Place

INSERT = """
insert into disclosure (disclosure_id, tenant_id, episode_id, facility_id, requester, purpose, scope, evidence,
                        recipient, allowed, ground, consent_id, notice, instruction, rule_id, rule_version, decided_by,
                        decided_at, review_role, review_due_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
"""

OF_EPISODE = """
select disclosure_id, decided_at, decided_by, requester, purpose, scope, recipient, allowed, ground, consent_id, notice,
       instruction, rule_id, rule_version, reviewed_at
from disclosure
where episode_id = $1 and decided_at >= $2
order by decided_at, disclosure_id
"""

TO_REVIEW = "select review_role, reviewed_at from disclosure where disclosure_id = $1 and episode_id = $2"

REVIEW = """
update disclosure set review_outcome = $2, reviewed_by = $3, reviewed_at = $4 where disclosure_id = $1
"""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who got the records or asked for them; `emergency_nature` says what happened (42 CFR 2.51(c))."""

    name: str
    affiliation: str | None
    emergency_nature: str | None


async def insert_disclosure(
    tx: Transaction,
    identities: Identities,
    request: DisclosureRequest,
    decision: DisclosureDecision,
    recipient: Recipient,
    *,
    disclosure_id: UUID,
    episode_id: UUID,
    facility_id: UUID,
    patient_id: UUID,
    decided_by: UUID,
) -> None:
    """Store a decision with its request and the version of the rule."""
    text = json.dumps([recipient.name, recipient.affiliation, recipient.emergency_nature])
    await tx.connection.execute(
        INSERT,
        disclosure_id,
        tx.tenant,
        episode_id,
        facility_id,
        request.requester,
        request.purpose,
        sorted(request.scope),
        sorted(request.evidence),
        await identities.seal(tx, patient_id, _place(tx, disclosure_id), text),
        decision.allowed,
        decision.ground,
        decision.consent.consent_id if decision.consent else None,
        decision.notice,
        decision.instruction,
        decision.rule.rule_id,
        decision.rule.version,
        decided_by,
        tx.now,
        decision.review.role if decision.review else None,
        tx.now + decision.review.within if decision.review else None,
    )


async def disclosures_of(
    tx: Transaction, identities: Identities, episode_id: UUID, patient_id: UUID, since: datetime
) -> tuple[DisclosureEntry, ...]:
    """The decisions of an episode since an instant, in order, with their recipients; Conflict (`identity_erased`)."""
    rows = await tx.connection.fetch(OF_EPISODE, episode_id, since)
    if not rows:
        return ()
    sealed = [(_place(tx, row["disclosure_id"]), row["recipient"]) for row in rows]
    texts = await identities.unseal(tx, patient_id, sealed)
    return tuple(_entry(row, Recipient(*json.loads(text))) for row, text in zip(rows, texts, strict=True))


async def review_of(tx: Transaction, episode_id: UUID, disclosure_id: UUID) -> tuple[Role | None, datetime | None]:
    """Who has to look at the decision, and when they did; NotFound."""
    row = await tx.connection.fetchrow(TO_REVIEW, disclosure_id, episode_id)
    if row is None:
        raise NotFound("disclosure_not_found", "the episode has no such disclosure")
    return (Role(row["review_role"]) if row["review_role"] else None, row["reviewed_at"])


async def store_review(tx: Transaction, disclosure_id: UUID, outcome: str, reviewed_by: UUID) -> None:
    """Store who looked at the decision, and what they found."""
    await tx.connection.execute(REVIEW, disclosure_id, outcome, reviewed_by, tx.now)


def _entry(row: asyncpg.Record, recipient: Recipient) -> DisclosureEntry:
    return DisclosureEntry(
        disclosure_id=row["disclosure_id"],
        decided_at=row["decided_at"],
        decided_by=row["decided_by"],
        requester=row["requester"],
        purpose=row["purpose"],
        scope=row["scope"],
        recipient=recipient.name,
        affiliation=recipient.affiliation,
        allowed=row["allowed"],
        ground=row["ground"],
        consent_id=row["consent_id"],
        notice=row["notice"],
        instruction=row["instruction"],
        rule_version=f"{row['rule_id']}/{row['rule_version']}",
        reviewed_at=row["reviewed_at"],
    )


def _place(tx: Transaction, disclosure_id: UUID) -> Place:
    return Place(tx.tenant, "disclosure", "recipient", str(disclosure_id))
