"""Consents to disclosure; what can name people in them is encrypted with the patient's key."""

import json
from datetime import date
from uuid import UUID

from stepwell_intake.domain.consent import ConsentForm, Purpose, is_in_force
from stepwell_intake.domain.rules import RuleVersion
from stepwell_intake.store.identities import Identities
from stepwell_postgres.transaction import Transaction
from stepwell_runtime.keys import Place

INSERT = """
insert into consent (consent_id, tenant_id, episode_id, purpose, form, signed_by, signed_on, expires_on, rule_id,
                     rule_version, recorded_by, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""

EXPIRIES = "select expires_on from consent where episode_id = $1 and purpose = $2"


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
    text = json.dumps({"discloser": form.discloser, "information": form.information, "recipients": form.recipients})
    place = Place(tx.tenant, "consent", "form", str(consent_id))
    await tx.connection.execute(
        INSERT,
        consent_id,
        tx.tenant,
        episode_id,
        form.purpose,
        await identities.seal(tx, patient_id, place, text),
        form.signed_by,
        form.signed_on,
        form.expires_on,
        rule.rule_id,
        rule.version,
        recorded_by,
        tx.now,
    )


async def has_consent(tx: Transaction, episode_id: UUID, purpose: Purpose, today: date) -> bool:
    """Whether a consent of the episode for the purpose is in force."""
    rows = await tx.connection.fetch(EXPIRIES, episode_id, purpose)
    return any(is_in_force(row["expires_on"], today) for row in rows)
