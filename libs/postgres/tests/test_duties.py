"""Duties: due in order, run once, cancelled in time, retried and parked; one leader."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import pytest

from libs.postgres.tests.conftest import Ledger
from stepwell_kernel.errors import Conflict, Unavailable
from stepwell_postgres.duties import Duty, cancel_duty, complete_duty, due_duties, schedule_duty
from stepwell_postgres.duty_runner import DUTY_LEADER_KEY, MOST_ATTEMPTS, DutyRunner
from stepwell_postgres.leader import Leadership
from stepwell_postgres.pool import open_pool
from stepwell_testing.eventually import eventually

Handler = Callable[[Duty], Awaitable[None]]


async def schedule(ledger: Ledger, key: str, *, minutes: int = 0, kind: str = "remind") -> None:
    async with ledger.open() as tx:
        await schedule_duty(tx, kind, key, tx.now + timedelta(minutes=minutes), {"booking_id": key})


async def due(ledger: Ledger, most: int = 10) -> list[str]:
    async with ledger.pool.acquire() as connection:
        return [duty.key for duty in await due_duties(connection, ledger.clock.now(), most)]


async def state(ledger: Ledger, key: str) -> str:
    found: str = await ledger.value("select state from duty where key = $1", key)
    return found


def completing(ledger: Ledger, ran: list[str]) -> Mapping[str, Handler]:
    async def remind(duty: Duty) -> None:
        async with ledger.transactions()(duty.caller("notifications")) as tx:
            await complete_duty(tx, duty, code="sent")
        ran.append(duty.key)

    return {"remind": remind}


def failing(error: Exception) -> Mapping[str, Handler]:
    async def remind(duty: Duty) -> None:
        raise error

    return {"remind": remind}


async def at_once(ledger: Ledger) -> None:
    await ledger.value("update duty set retry_at = null returning 1")


async def test_duties_are_due_in_domain_time_the_oldest_first(ledger: Ledger) -> None:
    for key, minutes in (("later", 30), ("b", 10), ("a", 10), ("first", 5)):
        await schedule(ledger, key, minutes=minutes)
    assert await due(ledger) == []
    ledger.clock.pass_by(minutes=10)
    assert await due(ledger) == ["first", "a", "b"]
    assert await due(ledger, most=1) == ["first"]


async def test_a_duty_runs_once_as_its_own_caller(ledger: Ledger) -> None:
    await schedule(ledger, "a")
    ran: list[str] = []
    runner = DutyRunner(ledger.pool, ledger.clock, completing(ledger, ran))
    assert (await runner.run_due(), await runner.run_due()) == (1, 0)
    assert (ran, await state(ledger, "a")) == (["a"], "done")
    async with ledger.pool.acquire() as connection:
        row = await connection.fetchrow("select error_code, ended_at from duty")
    assert row is not None
    assert row["error_code"] == "sent"
    assert row["ended_at"] is not None


async def test_a_duty_is_moved_until_it_has_run_and_then_stays_done(ledger: Ledger) -> None:
    await schedule(ledger, "a", minutes=5)
    await schedule(ledger, "a", minutes=60)
    ledger.clock.pass_by(minutes=10)
    assert await due(ledger) == []
    ledger.clock.pass_by(minutes=60)
    await DutyRunner(ledger.pool, ledger.clock, completing(ledger, [])).run_due()
    await schedule(ledger, "a")
    assert (await state(ledger, "a"), await due(ledger)) == ("done", [])


async def test_a_cancelled_duty_does_not_run_and_can_be_set_again(ledger: Ledger) -> None:
    await schedule(ledger, "a")
    async with ledger.open() as tx:
        await cancel_duty(tx, "remind", "a")
    assert (await state(ledger, "a"), await due(ledger)) == ("cancelled", [])
    await schedule(ledger, "a")
    assert await due(ledger) == ["a"]


async def test_a_duty_that_was_cancelled_meanwhile_has_no_effect(ledger: Ledger) -> None:
    await schedule(ledger, "a")

    async def remind(duty: Duty) -> None:
        async with ledger.open() as tx:
            await cancel_duty(tx, "remind", "a")
        async with ledger.transactions()(duty.caller("notifications")) as tx:
            await schedule_duty(tx, "remind", "effect", tx.now, {})
            await complete_duty(tx, duty)

    await DutyRunner(ledger.pool, ledger.clock, {"remind": remind}).run_due()
    assert await state(ledger, "a") == "cancelled"
    assert await ledger.value("select array_agg(key) from duty") == ["a"]


async def test_two_who_complete_the_same_duty_have_one_effect(ledger: Ledger) -> None:
    await schedule(ledger, "a")
    async with ledger.pool.acquire() as connection:
        (duty,) = await due_duties(connection, ledger.clock.now(), 1)

    async def complete(effect: str) -> None:
        async with ledger.open() as tx:
            await schedule_duty(tx, "remind", effect, tx.now, {})
            await complete_duty(tx, duty)

    outcomes = await asyncio.gather(complete("e1"), complete("e2"), return_exceptions=True)
    refusals = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    assert [refusal.code for refusal in refusals] == ["duty_no_longer_due"]
    assert await ledger.value("select count(*) from duty where key in ('e1', 'e2')") == 1


@pytest.mark.parametrize("error", [Conflict("full", "no"), RuntimeError("a patient's name")], ids=["rejection", "bug"])
async def test_what_cannot_pass_is_parked_after_five_attempts(ledger: Ledger, error: Exception) -> None:
    await schedule(ledger, "a")
    runner = DutyRunner(ledger.pool, ledger.clock, failing(error))
    for _ in range(MOST_ATTEMPTS):
        assert await state(ledger, "a") == "due"
        await at_once(ledger)
        assert await runner.run_due() == 1
    assert (await state(ledger, "a"), await runner.run_due()) == ("parked", 0)
    assert await ledger.value("select error_code from duty") in {"full", "RuntimeError"}


async def test_what_is_unavailable_waits_longer_each_time_and_is_never_parked(ledger: Ledger) -> None:
    await schedule(ledger, "a")
    runner = DutyRunner(ledger.pool, ledger.clock, failing(Unavailable("intake_unavailable", "away")))
    pauses = []
    for _ in range(MOST_ATTEMPTS + 3):
        await at_once(ledger)
        assert await runner.run_due() == 1
        assert await runner.run_due() == 0
        pauses.append(await ledger.value("select extract(epoch from retry_at - clock_timestamp())::float from duty"))
    assert await state(ledger, "a") == "due"
    assert 0.2 < pauses[0] <= 0.5
    assert pauses == sorted(pauses)
    assert 55 < pauses[-1] <= 60


async def test_one_duty_that_fails_does_not_hold_up_the_others(ledger: Ledger) -> None:
    ran: list[str] = []
    await schedule(ledger, "bad", kind="unknown")
    await schedule(ledger, "good")
    await DutyRunner(ledger.pool, ledger.clock, completing(ledger, ran)).run_due()
    assert (ran, await state(ledger, "bad"), await state(ledger, "good")) == (["good"], "due", "done")


async def test_a_runner_of_some_kinds_leaves_the_others_to_theirs(ledger: Ledger) -> None:
    ran: list[str] = []
    await schedule(ledger, "page", kind="page")
    await schedule(ledger, "reminder")
    runner = DutyRunner(ledger.pool, ledger.clock, completing(ledger, ran), kinds=("remind",))
    assert await runner.run_due() == 1
    assert (ran, await state(ledger, "page")) == (["reminder"], "due")


async def test_a_failure_while_the_database_is_away_is_survived(ledger: Ledger) -> None:
    await schedule(ledger, "a")
    pool = await open_pool(ledger.database.url("app"), application="doomed", most=1)

    async def remind(duty: Duty) -> None:
        await pool.close()
        raise Unavailable("database_unavailable", "away")

    assert await DutyRunner(pool, ledger.clock, {"remind": remind}).run_due() == 1
    assert await due(ledger) == ["a"]


async def test_the_lead_goes_on_after_its_connection_is_killed_and_passes_on_when_its_process_ends(
    ledger: Ledger,
) -> None:
    ran: list[str] = []

    def run(name: str) -> asyncio.Task[None]:
        runner = DutyRunner(ledger.pool, ledger.clock, completing(ledger, ran), poll_s=0.02)
        return asyncio.create_task(
            runner.run(Leadership(ledger.database.url("app"), DUTY_LEADER_KEY, application=name)), name=name
        )

    async def leader() -> tuple[str, int] | None:
        found = await ledger.value(
            """
            select row(a.application_name, a.pid) from pg_locks l join pg_stat_activity a using (pid)
            where l.locktype = 'advisory' and l.granted and l.objid = $1 and a.datname = current_database()
            """,
            DUTY_LEADER_KEY,
        )
        return None if found is None else (found[0], found[1])

    tasks = {name: run(name) for name in ("leader-1", "leader-2")}
    try:
        first = await eventually(leader)
        assert first is not None
        await schedule(ledger, "a")
        await eventually(lambda: ran == ["a"])
        await ledger.value("select pg_terminate_backend($1, 5000)", first[1])
        second = await eventually(leader, until=lambda held: held not in {None, first})
        assert second is not None
        await schedule(ledger, "b")
        await eventually(lambda: ran == ["a", "b"])
        tasks[second[0]].cancel()
        third = await eventually(leader, until=lambda held: held is not None and held[0] != second[0])
        assert third is not None
        await schedule(ledger, "c")
        await eventually(lambda: ran == ["a", "b", "c"])
        assert not tasks[third[0]].done()
    finally:
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)


async def test_only_one_leads_and_the_next_does_when_it_steps_down(ledger: Ledger) -> None:
    url = ledger.database.url("app")
    async with Leadership(url, 1, application="one").hold() as lead:
        assert lead.is_held()
        waiting = asyncio.create_task(Leadership(url, 1, application="two").hold().__aenter__())
        await eventually(lambda: _connected(ledger, "two"))
        assert not waiting.done()
    async with asyncio.timeout(5):
        second = await waiting
    assert second.is_held()
    second.connection.terminate()


async def _connected(ledger: Ledger, application: str) -> bool:
    found: bool = await ledger.value(
        "select exists (select from pg_stat_activity where application_name = $1)", application
    )
    return found
