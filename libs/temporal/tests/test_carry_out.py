"""The edge of activities: one effect per action, refusals as values."""

import asyncio
from datetime import date

import pytest

from libs.temporal.tests.parts import Book
from stepwell_contracts.activities import PLAN_WEEK, ActionKey, ActionResult, CloseCareTask, FacilityKey, PlanWeek
from stepwell_kernel.caller import CallerKind
from stepwell_kernel.errors import Bug, Conflict, Kind, StepwellError, Unavailable
from stepwell_kernel.ids import new_id
from stepwell_postgres.duties import schedule_duty
from stepwell_postgres.transaction import Transaction
from stepwell_temporal.activities import carry_out, carry_out_for_facility

OPERATION = "intake.close_care_task"


def message() -> CloseCareTask:
    key = ActionKey(
        tenant="riverbend",
        episode_id=new_id(),
        patient_id=new_id(),
        facility_id=new_id(),
        cause="event-1",
        index=2,
        on_behalf_of="person-1",
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    )
    return CloseCareTask(key=key, task_id=new_id(), outcome="done")


async def act(book: Book, asked: CloseCareTask, error: StepwellError | None = None) -> ActionResult:
    async def use_case(tx: Transaction) -> ActionResult:
        subject = new_id()
        await schedule_duty(tx, "note", str(subject), tx.now, {})
        if error is not None:
            raise error
        return ActionResult(accepted=True, subject_id=subject)

    return await carry_out(book.transactions, OPERATION, asked, use_case)


async def effects(book: Book) -> int:
    count: int = await book.value("select count(*) from duty")
    return count


async def test_run_twice_one_effect_and_the_first_answer(book: Book) -> None:
    asked = message()
    first = await act(book, asked)
    assert await act(book, asked) == first
    assert await effects(book) == 1


async def test_twins_at_once_have_one_effect(book: Book) -> None:
    asked = message()
    answers = await asyncio.gather(*(act(book, asked) for _ in range(6)))
    assert len({answer.subject_id for answer in answers}) == 1
    assert await effects(book) == 1


async def test_a_repeat_in_another_trace_asks_for_the_same(book: Book) -> None:
    asked = message()
    first = await act(book, asked)
    other = asked.model_copy(update={"key": asked.key.model_copy(update={"traceparent": None})})
    assert await act(book, other) == first
    assert await effects(book) == 1


async def test_another_body_under_the_same_key_is_rejected(book: Book) -> None:
    asked = message()
    await act(book, asked)
    answer = await act(book, asked.model_copy(update={"outcome": "withdrawn"}))
    assert (answer.accepted, answer.code) == (False, "idempotency_key_reused")
    assert await effects(book) == 1


async def test_a_rejection_is_a_value_that_leaves_nothing_and_is_judged_anew(book: Book) -> None:
    asked = message()
    refused = await act(book, asked, Conflict("session_full", "no seat is left"))
    assert refused == ActionResult(accepted=False, code="session_full", kind=Kind.CONFLICT)
    assert await effects(book) == 0
    assert await book.value("select count(*) from idempotency") == 0
    assert (await act(book, asked)).accepted
    assert await effects(book) == 1


@pytest.mark.parametrize("error", [Unavailable("intake_away", "away"), Bug("row_lost", "a row is gone")])
async def test_a_service_that_is_away_or_broken_raises(book: Book, error: StepwellError) -> None:
    with pytest.raises(type(error)) as raised:
        await act(book, message(), error)
    assert raised.value.code == error.code
    assert await effects(book) == 0


async def test_the_caller_is_the_journey_with_its_cause_and_the_person_behind_it(book: Book) -> None:
    asked = message()

    async def use_case(tx: Transaction) -> ActionResult:
        caller = tx.caller
        assert (caller.kind, caller.tenant) == (CallerKind.JOURNEY, "riverbend")
        assert caller.subject == f"episode/{asked.key.episode_id}"
        assert (caller.on_behalf_of, caller.cause) == ("person-1", "event-1/2")
        assert caller.roles == frozenset()
        return ActionResult(accepted=True)

    assert (await carry_out(book.transactions, OPERATION, asked, use_case)).accepted
    row = await book.value("select scope || ' ' || key from idempotency")
    assert row == f"journey/{OPERATION} {asked.key.episode_id}/event-1/2"
    assert await book.value("select episode_id from idempotency") == asked.key.episode_id


async def test_the_calendar_of_a_facility_acts_once_and_without_an_episode(book: Book) -> None:
    asked = PlanWeek(
        key=FacilityKey(tenant="riverbend", facility_id=new_id(), cause="plan_week/2026-03-09", traceparent="00-x"),
        week_starts_on=date(2026, 3, 9),
    )

    async def use_case(tx: Transaction) -> ActionResult:
        assert (tx.caller.kind, tx.caller.subject) == (CallerKind.JOURNEY, f"facility/{asked.key.facility_id}")
        assert (tx.caller.cause, tx.caller.roles) == ("plan_week/2026-03-09/0", frozenset())
        await schedule_duty(tx, "note", str(new_id()), tx.now, {})
        return ActionResult(accepted=True, subject_id=new_id())

    first = await carry_out_for_facility(book.transactions, PLAN_WEEK, asked, use_case)
    untraced = asked.model_copy(update={"key": asked.key.model_copy(update={"traceparent": None})})
    assert await carry_out_for_facility(book.transactions, PLAN_WEEK, untraced, use_case) == first
    other = asked.model_copy(update={"week_starts_on": date(2026, 3, 16)})
    refused = await carry_out_for_facility(book.transactions, PLAN_WEEK, other, use_case)
    assert (refused.accepted, refused.code) == (False, "idempotency_key_reused")
    assert await effects(book) == 1
    row = await book.value("select scope || ' ' || key from idempotency")
    assert row == f"calendar/{PLAN_WEEK} {asked.key.facility_id}/plan_week/2026-03-09/0"
    assert await book.value("select episode_id from idempotency") is None
