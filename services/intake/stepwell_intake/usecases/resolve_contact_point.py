"""Answer how a patient may be reached now: the one place where an address leaves intake."""

from stepwell_contracts.http.intake import ContactPoint, ResolveContactPoint
from stepwell_intake.domain.access import RESOLVE_CONTACT_POINT
from stepwell_intake.domain.contact import reason_against_contact
from stepwell_intake.store.contacts import is_permitted
from stepwell_intake.store.decisions import has_died
from stepwell_intake.store.episodes import episodes_of
from stepwell_intake.store.identities import Identities
from stepwell_kernel.access import Resource
from stepwell_postgres.transaction import Transaction


async def resolve_contact_point(tx: Transaction, identities: Identities, question: ResolveContactPoint) -> ContactPoint:
    """Permission and address as they stand at this moment; only the audit row remains.

    Raises NotFound (`patient_not_found`).
    """
    episodes = await episodes_of(tx, question.patient_id)
    tx.authorize(
        RESOLVE_CONTACT_POINT,
        Resource(tx.tenant, "patient", question.patient_id, episodes[0].facility_id),
    )
    details = await identities.contact_details(tx, question.patient_id, question.channel)
    reason = reason_against_contact(
        phases=[episode.phase for episode in episodes],
        deceased=await has_died(tx, question.patient_id),
        permitted=await is_permitted(tx, question.patient_id, question.channel),
        has_address=details is not None,
    )
    if reason is not None or details is None:
        return ContactPoint(permitted=False, reason_code=reason)
    return ContactPoint(
        permitted=True,
        address=details.address,
        first_name=details.first_name,
        zone=details.zone,
        language=details.language,
    )
