"""A prescriber lets doses of an order go beyond a limit of its first days, with a reason."""

from uuid import UUID

from stepwell_contracts.events.medication_orders import OrderChanged
from stepwell_contracts.http.medication_giving import LimitOverridden, OverrideLimit
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Conflict, FieldProblem
from stepwell_kernel.medication_codes import Medicine
from stepwell_medication.domain.access import OVERRIDE_LIMIT, staff_of
from stepwell_medication.store.dosing_rules import dose_limits
from stepwell_medication.store.orders import find_order
from stepwell_medication.store.overrides import insert_override, overridden_rules
from stepwell_medication.store.reference import find_facility
from stepwell_medication.usecases.dosing_case import check_is_active
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def override_limit(tx: Transaction, order_id: UUID, command: OverrideLimit) -> LimitOverridden:
    """Store the reason; a nurse may then give up to the limit that holds with one.

    Raises NotFound (`order_not_found`), Conflict (`order_ended`, `new_induction_needed`, `no_such_limit`,
    `limit_not_overridable`, `already_overridden`), Unavailable (`facility_not_known_yet`).
    """
    order = await find_order(tx, order_id)
    tx.authorize(OVERRIDE_LIMIT, Resource(tx.tenant, "order", order_id, order.facility_id))
    prescriber = staff_of(tx.caller)
    stream = await lock_patient(tx, order.patient_id)
    order = await find_order(tx, order_id)
    check_is_active(order)
    today = (await find_facility(tx, order.facility_id)).day_of(tx.now)
    limits = await dose_limits(tx, order.medicine, order.protocol, None, today)
    limit = next((limit for limit in limits if limit.rule_id == command.rule_id), None)
    problem = FieldProblem("rule_id", "is no limit of this order's first days")
    if limit is None:
        raise Conflict("no_such_limit", "the order has no such limit", fields=(problem,))
    if not limit.may_override:
        raise Conflict("limit_not_overridable", "the limit holds for everybody", rule=limit.rule_id)
    if limit.rule_id in await overridden_rules(tx, order_id):
        raise Conflict("already_overridden", "a reason stands on the order", rule=limit.rule_id)
    await insert_override(tx, order_id, limit.rule_id, limit.version, command.reason, prescriber)
    event = OrderChanged(
        order_id=order_id,
        episode_id=order.episode_id,
        medicine=Medicine(order.medicine),
        daily_mg=order.daily_mg,
        take_home_days=order.take_home_days,
        rule_version=f"{limit.rule_id}@{limit.version}",
        overridden=(limit.rule_id,),
        changed_by=prescriber,
    )
    tx.emit(stream, event, episode_id=order.episode_id)
    return LimitOverridden(order_id=order_id, rule_version=event.rule_version, most_mg=limit.override_mg)
