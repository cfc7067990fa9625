"""A key and its one effect."""

import asyncio

import pytest
from pydantic import BaseModel

from libs.postgres.tests.conftest import Ledger
from stepwell_kernel.commands import CommandKey
from stepwell_kernel.errors import Conflict, Invalid
from stepwell_kernel.ids import new_id
from stepwell_postgres.duties import schedule_duty
from stepwell_postgres.idempotency import once

KEY = CommandKey("http/person-1/note", "k1", b"asked")


class Answer(BaseModel):
    """An answer of these tests."""

    id: str


async def ask(ledger: Ledger, key: CommandKey = KEY, *, tenant: str = "riverbend", refuse: bool = False) -> Answer:
    async with ledger.open(tenant=tenant) as tx:

        async def command() -> Answer:
            answer = Answer(id=str(new_id()))
            await schedule_duty(tx, "note", answer.id, tx.now, {})
            if refuse:
                raise Conflict("full", "no seat is left")
            return answer

        return await once(tx, key, Answer, command)


async def effects(ledger: Ledger) -> int:
    count: int = await ledger.value("select count(*) from duty")
    return count


async def test_a_repeat_gets_the_first_answer_and_has_no_effect(ledger: Ledger) -> None:
    first = await ask(ledger)
    assert await ask(ledger) == first
    assert await effects(ledger) == 1


async def test_a_repeat_gets_the_first_answer_however_late_it_comes(ledger: Ledger) -> None:
    first = await ask(ledger)
    await ledger.value("update idempotency set made_at = made_at - interval '10 years'")
    assert await ask(ledger) == first
    assert await effects(ledger) == 1


async def test_another_body_under_the_same_key_is_refused(ledger: Ledger) -> None:
    await ask(ledger)
    with pytest.raises(Invalid) as refusal:
        await ask(ledger, CommandKey(KEY.scope, KEY.key, b"asked otherwise"))
    assert (refusal.value.code, refusal.value.fields[0].path) == ("idempotency_key_reused", "Idempotency-Key")
    assert await effects(ledger) == 1


async def test_twins_at_the_same_moment_have_one_effect_and_one_answer(ledger: Ledger) -> None:
    answers = await asyncio.gather(*(ask(ledger) for _ in range(8)))
    assert len({answer.id for answer in answers}) == 1
    assert await effects(ledger) == 1


async def test_a_rejection_is_not_remembered(ledger: Ledger) -> None:
    for _ in range(2):
        with pytest.raises(Conflict):
            await ask(ledger, refuse=True)
    assert await ledger.value("select count(*) from idempotency") == 0
    await ask(ledger)
    assert await effects(ledger) == 1


async def test_who_waited_for_a_twin_that_was_rejected_is_judged_anew(ledger: Ledger) -> None:
    outcomes = await asyncio.gather(ask(ledger, refuse=True), ask(ledger), return_exceptions=True)
    assert isinstance(outcomes[0], Conflict | Answer)
    assert isinstance(outcomes[1], Answer)
    assert await effects(ledger) == 1


async def test_keys_of_other_scopes_and_tenants_are_other_keys(ledger: Ledger) -> None:
    answers = [
        await ask(ledger),
        await ask(ledger, CommandKey("http/person-2/note", KEY.key, KEY.asked)),
        await ask(ledger, tenant="harborlight"),
    ]
    assert len({answer.id for answer in answers}) == 3
    assert await effects(ledger) == 3


async def test_a_key_of_the_journey_keeps_its_episode(ledger: Ledger) -> None:
    episode = new_id()
    await ask(ledger, CommandKey("journey/note", "k", b"asked", episode))
    assert await ledger.value("select episode_id from idempotency") == episode
