"""Decide whether records are disclosed, and keep account of it."""

from uuid import UUID

from stepwell_contracts.events.intake_clinical import DisclosureDecided
from stepwell_contracts.http import intake_legal as http
from stepwell_intake.domain.access import DECIDE_DISCLOSURE, staff_of
from stepwell_intake.domain.disclosure import (
    DisclosureDecision,
    DisclosureRequest,
    check_request,
    decide_disclosure as decide,
)
from stepwell_intake.domain.episodes import ENDED
from stepwell_intake.store.consents import consents_of
from stepwell_intake.store.disclosures import Recipient, insert_disclosure
from stepwell_intake.store.episodes import find_episode
from stepwell_intake.store.identities import Identities
from stepwell_intake.store.legal_rules import disclosure_rules
from stepwell_intake.store.reference import find_facility
from stepwell_kernel.access import Resource
from stepwell_kernel.ids import new_id
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def decide_disclosure(
    tx: Transaction, identities: Identities, episode_id: UUID, command: http.DecideDisclosure
) -> http.DisclosureDecision:
    """Store the decision, allowed or denied; a denial is an answer, not an error.

    No consent is relied on once care has ended. Raises NotFound (`episode_not_found`), Conflict (`identity_erased`),
    Invalid (`emergency_incomplete`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(DECIDE_DISCLOSURE, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    decided_by = staff_of(tx.caller)
    stream = await lock_patient(tx, episode.patient_id)
    episode = await find_episode(tx, episode_id)
    request = DisclosureRequest(
        requester=command.requester,
        purpose=command.purpose,
        scope=frozenset(command.scope),
        recipient=command.recipient,
        evidence=frozenset(command.evidence),
    )
    check_request(request, command.affiliation, command.emergency_nature)
    today = (await find_facility(tx, episode.facility_id)).day_of(tx.now)
    has_ended = episode.phase in ENDED
    consents = () if has_ended else await consents_of(tx, identities, episode_id, episode.patient_id)
    decision = decide(request, consents, await disclosure_rules(tx, today), today)
    disclosure_id = new_id()
    await insert_disclosure(
        tx,
        identities,
        request,
        decision,
        Recipient(command.recipient, command.affiliation, command.emergency_nature),
        disclosure_id=disclosure_id,
        episode_id=episode_id,
        facility_id=episode.facility_id,
        patient_id=episode.patient_id,
        decided_by=decided_by,
    )
    event = DisclosureDecided(
        episode_id=episode_id,
        disclosure_id=disclosure_id,
        allowed=decision.allowed,
        ground=decision.ground,
        purpose=request.purpose,
        consent_id=decision.consent.consent_id if decision.consent else None,
    )
    tx.emit(stream, event, episode_id=episode_id)
    return _answer(disclosure_id, decision)


def _answer(disclosure_id: UUID, decision: DisclosureDecision) -> http.DisclosureDecision:
    return http.DisclosureDecision(
        disclosure_id=disclosure_id,
        allowed=decision.allowed,
        ground=decision.ground,
        notice=decision.notice,
        instruction=decision.instruction,
        consent_id=decision.consent.consent_id if decision.consent else None,
        consent_version=str(decision.consent.rule) if decision.consent else None,
        rule_version=str(decision.rule),
    )
