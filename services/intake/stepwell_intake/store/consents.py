"""Consents to disclosure; what can name people in them is encrypted with the patient's key."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import asyncpg

from stepwell_intake.domain.consent import Consent, ConsentForm, is_in_force
from stepwell_intake.domain.rules import RuleVersion
from stepwell_intake.store.identities import Identities
from stepwell_kernel.errors import NotFound
from stepwell_kernel.legal_codes import ConsentPurpose, InformationScope
from stepwell_postgres.transaction import Transaction
from stepwell_runtime.keys import Place

INSERT = """
insert into consent (consent_id, tenant_id, episode_id, purpose, form, signed_by, signed_on, expires_on, rule_id,
                     rule_version, recorded_by, recorded_at, scope, irrevocable_until)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
"""

EXPIRIES = "select expires_on from consent where episode_id = $1 and purpose = $2 and revoked_at is null"

OF_EPISODE = """
select consent_id, purpose, scope, form, expires_on, revoked_at, rule_id, rule_version
from consent
where episode_id = $1
order by recorded_at desc, consent_id desc
"""

FIND = """
select consent_id, purpose, expires_on, irrevocable_until, revoked_at, expired_at
from consent
where consent_id = $1 and episode_id = $2
"""

REVOKE = """
update consent
set revoked_at = $2, revoked_by = $3, revocation_form = $4, revocation_noted_by = $5
where consent_id = $1
"""

EXPIRE = "update consent set expired_at = $2 where consent_id = $1"


@dataclass(frozen=True, slots=True)
class ConsentEnd:
    """A consent with what can end it."""

    consent_id: UUID
    purpose: ConsentPurpose
    expires_on: date | None
    irrevocable_until: date | None
    revoked_at: datetime | None
    expired_at: datetime | None


async def insert_consent(
    tx: Transaction,
    identities: Identities,
    form: ConsentForm,
    *,
    consent_id: UUID,
    episode_id: UUID,
    patient_id: UUID,
    rule: RuleVersion,
    recorded_by: UUID,
) -> None:
    """Store a consent that has been checked."""
    text = json.dumps(
        {
            "discloser": form.discloser,
            "information": form.information,
            "recipients": form.recipients,
            "intermediary": form.intermediary,
        }
    )
    await tx.connection.execute(
        INSERT,
        consent_id,
        tx.tenant,
        episode_id,
        form.purpose,
        await identities.seal(tx, patient_id, _place(tx, consent_id), text),
        form.signed_by,
        form.signed_on,
        form.expires_on,
        rule.rule_id,
        rule.version,
        recorded_by,
        tx.now,
        list(form.scope),
        form.irrevocable_until,
    )


async def has_consent(tx: Transaction, episode_id: UUID, purpose: ConsentPurpose, today: date) -> bool:
    """Whether a consent of the episode for the purpose is in force: not revoked, not expired."""
    rows = await tx.connection.fetch(EXPIRIES, episode_id, purpose)
    return any(is_in_force(row["expires_on"], today) for row in rows)


async def consents_of(
    tx: Transaction, identities: Identities, episode_id: UUID, patient_id: UUID
) -> tuple[Consent, ...]:
    """The consents of an episode with the names on them, the newest first; Conflict (`identity_erased`)."""
    rows = await tx.connection.fetch(OF_EPISODE, episode_id)
    if not rows:
        return ()
    sealed = [(_place(tx, row["consent_id"]), row["form"]) for row in rows]
    texts = await identities.unseal(tx, patient_id, sealed)
    return tuple(_consent(row, text) for row, text in zip(rows, texts, strict=True))


async def find_consent(tx: Transaction, episode_id: UUID, consent_id: UUID) -> ConsentEnd:
    """A consent of the episode, or NotFound."""
    row = await tx.connection.fetchrow(FIND, consent_id, episode_id)
    if row is None:
        raise NotFound("consent_not_found", "the episode has no such consent")
    return ConsentEnd(
        consent_id=row["consent_id"],
        purpose=ConsentPurpose(row["purpose"]),
        expires_on=row["expires_on"],
        irrevocable_until=row["irrevocable_until"],
        revoked_at=row["revoked_at"],
        expired_at=row["expired_at"],
    )


async def store_revocation(tx: Transaction, consent_id: UUID, *, revoked_by: str, form: str, noted_by: UUID) -> None:
    """Store that the consent was taken back: by whom, in which form, and who took note."""
    await tx.connection.execute(REVOKE, consent_id, tx.now, revoked_by, form, noted_by)


async def store_expiry(tx: Transaction, consent_id: UUID) -> None:
    """Store that the end of the consent was told."""
    await tx.connection.execute(EXPIRE, consent_id, tx.now)


def _consent(row: asyncpg.Record, text: str) -> Consent:
    form = json.loads(text)
    intermediary = form.get("intermediary")
    return Consent(
        consent_id=row["consent_id"],
        purpose=ConsentPurpose(row["purpose"]),
        scope=frozenset(InformationScope(part) for part in row["scope"]),
        recipients=frozenset((*form["recipients"], *((intermediary,) if intermediary else ()))),
        expires_on=row["expires_on"],
        is_revoked=row["revoked_at"] is not None,
        rule=RuleVersion(row["rule_id"], row["rule_version"]),
    )


def _place(tx: Transaction, consent_id: UUID) -> Place:
    return Place(tx.tenant, "consent", "form", str(consent_id))
