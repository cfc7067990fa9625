"""Look at a decision about records afterwards, where the rule asks for it."""

from uuid import UUID

from stepwell_contracts.http.intake_legal import DisclosureReviewed, ReviewDisclosure
from stepwell_intake.domain.access import READ_DISCLOSURES, disclosure_review, staff_of
from stepwell_intake.store.disclosures import review_of, store_review
from stepwell_intake.store.episodes import find_episode
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Conflict
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def review_disclosure(
    tx: Transaction, episode_id: UUID, disclosure_id: UUID, command: ReviewDisclosure
) -> DisclosureReviewed:
    """Take the decision off the worklist; looking again changes nothing.

    Raises NotFound (`episode_not_found`, `disclosure_not_found`), Conflict (`review_not_asked`).
    """
    episode = await find_episode(tx, episode_id)
    role, _ = await review_of(tx, episode_id, disclosure_id)
    action = READ_DISCLOSURES if role is None else disclosure_review(role)
    tx.authorize(action, Resource(tx.tenant, "disclosure", disclosure_id, episode.facility_id))
    reviewed_by = staff_of(tx.caller)
    await lock_patient(tx, episode.patient_id)
    _, reviewed_at = await review_of(tx, episode_id, disclosure_id)
    if role is None:
        raise Conflict("review_not_asked", "nobody has to look at this decision", rule="disclosure.review")
    if reviewed_at is None:
        await store_review(tx, disclosure_id, command.outcome, reviewed_by)
    return DisclosureReviewed(disclosure_id=disclosure_id, reviewed_at=reviewed_at or tx.now)
