"""Start medication."""

from stepwell_contracts.events.medication import OrderStarted
from stepwell_contracts.http.medication import OrderPlaced, StartOrder
from stepwell_kernel.access import Resource
from stepwell_kernel.errors import Forbidden
from stepwell_kernel.ids import new_id
from stepwell_medication.domain.access import START_ORDER
from stepwell_medication.domain.episodes import check_may_start
from stepwell_medication.domain.withdrawal import Score, check_withdrawal
from stepwell_medication.store.orders import Gate, Order, insert_order
from stepwell_medication.store.reference import find_episode
from stepwell_medication.store.rules import withdrawal_rule
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def start_order(tx: Transaction, command: StartOrder) -> OrderPlaced:
    """Place the order, if its gate lets it pass.

    Raises Unavailable (`episode_not_known_yet`), Conflict (`episode_not_in_care`, `withdrawal_score_missing`,
    `withdrawal_score_below_limit`, `withdrawal_score_stale`, `order_active`), Invalid (`score_in_the_future`).
    """
    episode = await find_episode(tx, command.episode_id)
    tx.authorize(START_ORDER, Resource(tx.tenant, "episode", episode.episode_id, episode.facility_id))
    if tx.caller.staff_id is None:
        raise Forbidden("no_staff_id", "an order needs a prescriber by staff id")
    stream = await lock_patient(tx, episode.patient_id)
    check_may_start(episode)
    rule = await withdrawal_rule(tx, command.medicine, command.last_opioid, tx.now.date())
    taken = command.withdrawal
    score = check_withdrawal(rule, Score(taken.score, taken.taken_at) if taken else None, tx.now)
    order = Order(
        order_id=new_id(),
        facility_id=episode.facility_id,
        episode_id=episode.episode_id,
        patient_id=episode.patient_id,
        medicine=command.medicine,
        state="active",
        rule_version=rule.version,
        started_at=tx.now,
    )
    gate = Gate(rule.rule_id, rule.version, score.points, score.taken_at)
    await insert_order(tx, order, gate, tx.caller.staff_id)
    event = OrderStarted(
        order_id=order.order_id,
        episode_id=episode.episode_id,
        medicine=order.medicine,
        rule_version=rule.version,
        ordered_by=tx.caller.staff_id,
    )
    tx.emit(stream, event, episode_id=episode.episode_id)
    return OrderPlaced(order_id=order.order_id, rule_version=rule.version)
