"""Start medication."""

from stepwell_contracts.events.medication import OrderStarted
from stepwell_contracts.http.medication import OrderPlaced, StartOrder
from stepwell_kernel.access import Resource
from stepwell_kernel.ids import new_id
from stepwell_medication.domain.access import START_ORDER, staff_of
from stepwell_medication.domain.episodes import check_may_start
from stepwell_medication.domain.facts import Decision
from stepwell_medication.domain.withdrawal import Score
from stepwell_medication.store.orders import Order, insert_order
from stepwell_medication.store.reference import find_episode
from stepwell_medication.usecases.order_case import Terms, read_case
from stepwell_medication.usecases.plan_injection import plan_first_injection
from stepwell_medication.usecases.settle_order import settle_order, views_of
from stepwell_messaging.streams import lock_patient
from stepwell_postgres.transaction import Transaction


async def start_order(tx: Transaction, command: StartOrder) -> OrderPlaced:
    """Place the order, if its gates let it pass; what they found and did not stop is part of the answer.

    Raises Unavailable (`episode_not_known_yet`, `facility_not_known_yet`, `programs_not_known_yet`), Conflict
    (`episode_not_in_care`, `order_active`, `not_taken_by_mouth`, the code of a rule that stops,
    `override_without_finding`), Invalid (`order_terms_invalid`, `last_opioid_needed`, `score_in_the_future`,
    `override_repeated`).
    """
    episode = await find_episode(tx, command.episode_id)
    tx.authorize(START_ORDER, Resource(tx.tenant, "episode", episode.episode_id, episode.facility_id))
    prescriber = staff_of(tx.caller)
    stream = await lock_patient(tx, episode.patient_id)
    episode = await find_episode(tx, command.episode_id)
    check_may_start(episode)
    case = await read_case(tx, episode, _terms(command))
    order = Order(
        order_id=new_id(),
        facility_id=episode.facility_id,
        episode_id=episode.episode_id,
        patient_id=episode.patient_id,
        medicine=command.medicine,
        state="active",
        rule_version=case.rule_version,
        started_at=tx.now,
        daily_mg=command.daily_mg,
        take_home_days=command.take_home_days,
        protocol=command.protocol,
        observed_daily=command.observed_daily,
    )
    await insert_order(tx, order, case.gate, prescriber)
    overridden = await settle_order(tx, order, Decision.START, case, command.overrides, prescriber)
    await plan_first_injection(tx, order)
    event = OrderStarted(
        order_id=order.order_id,
        episode_id=episode.episode_id,
        medicine=order.medicine,
        rule_version=case.rule_version,
        ordered_by=prescriber,
        daily_mg=command.daily_mg,
        overridden=overridden,
    )
    tx.emit(stream, event, episode_id=episode.episode_id)
    return OrderPlaced(
        order_id=order.order_id, rule_version=case.rule_version, findings=views_of(case.findings, tx.now)
    )


def _terms(command: StartOrder) -> Terms:
    taken = command.withdrawal
    return Terms(
        medicine=command.medicine,
        protocol=command.protocol,
        daily_mg=command.daily_mg,
        take_home_days=command.take_home_days,
        observed_daily=command.observed_daily,
        last_opioid=command.last_opioid,
        last_opioid_at=command.last_opioid_at,
        methadone_mg=command.methadone_mg,
        withdrawal=Score(taken.score, taken.taken_at) if taken else None,
    )
