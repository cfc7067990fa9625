"""List what else a patient takes."""

from uuid import UUID

from stepwell_contracts.events.medication_orders import OtherMedicinesListed
from stepwell_contracts.http.medication_orders import InteractionView, ListMedicines, MedicinesListed
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import FieldProblem, Invalid
from stepwell_kernel.ids import new_id
from stepwell_kernel.medication_codes import Protocol
from stepwell_medication.domain.access import LIST_MEDICINES, staff_of
from stepwell_medication.domain.findings import Finding
from stepwell_medication.domain.interactions import interaction_findings
from stepwell_medication.store.checks import Subject, insert_list
from stepwell_medication.store.interactions import interaction_rules, taken
from stepwell_medication.store.order_decisions import insert_findings
from stepwell_medication.store.orders import Order, active_orders, find_order
from stepwell_medication.store.reference import find_episode, find_facility
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def list_medicines(tx: Transaction, episode_id: UUID, command: ListMedicines) -> MedicinesListed:
    """Replace the list, and tell its interactions with the orders that go on; a list is never refused for them.

    Raises Unavailable (`episode_not_known_yet`, `facility_not_known_yet`), Invalid (`substance_repeated`).
    """
    episode = await find_episode(tx, episode_id)
    tx.authorize(LIST_MEDICINES, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
    listed_by = staff_of(tx.caller)
    if len(set(command.substances)) < len(command.substances):
        problem = FieldProblem("substances", "names one twice")
        raise Invalid("substance_repeated", "a substance is listed once", fields=(problem,))
    stream = await lock_patient(tx, episode.patient_id)
    today = (await find_facility(tx, episode.facility_id)).day_of(tx.now)
    substances = await taken(tx, command.substances, today)
    rules = await interaction_rules(tx, today)
    list_id = new_id()
    await insert_list(tx, list_id, Subject(episode_id, episode.patient_id), command.substances, listed_by)
    interactions: list[InteractionView] = []
    for order_id in await active_orders(tx, episode.patient_id):
        order = await find_order(tx, order_id)
        (ordered,) = await taken(tx, [order.medicine], today)
        found = interaction_findings(rules, ordered, substances, Protocol(order.protocol))
        await insert_findings(tx, order_id, found, list_id=list_id)
        interactions.extend(_view(order, finding) for finding in found)
    event = OtherMedicinesListed(
        list_id=list_id, episode_id=episode_id, medicines=len(substances), interactions=len(interactions)
    )
    tx.emit(stream, event, episode_id=episode_id)
    return MedicinesListed(
        list_id=list_id,
        substances=command.substances,
        interactions=tuple(interactions),
        not_known=tuple(s.code for s in substances if not s.classes),
    )


def _view(order: Order, finding: Finding) -> InteractionView:
    return InteractionView(
        order_id=order.order_id,
        medicine=order.medicine,
        other=finding.other or "",
        rule_id=finding.rule_id,
        rule_version=finding.version,
        severity=finding.severity,
        is_high=finding.is_high,
        code=finding.code,
    )
