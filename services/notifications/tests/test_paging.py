"""A crisis pages whoever is on call, at any hour, until somebody takes it over or it is closed."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.notifications.tests.desk import Desk, text_of
from stepwell_contracts.http.notifications import PageAcknowledgement
from stepwell_kernel.codes import Role
from stepwell_kernel.errors import Conflict, Forbidden, NotFound
from stepwell_kernel.ids import derived_id, new_id
from stepwell_notifications.usecases.acknowledge_page import acknowledge_page
from stepwell_notifications.usecases.call_next import ESCALATE_PAGE, PAGE_ON_CALL
from stepwell_testing.edge import OTHER_TENANT

ONE, TWO = "one.marked@staff.example.org", "two.marked@staff.example.org"
MINUTES = 5


async def paged(desk: Desk) -> list[str]:
    """Whom the post office was given pages for, in order."""
    return [address for envelope in desk.office.taken for address in envelope.rcpt_tos]


async def outcomes(desk: Desk) -> list[tuple[int, str | None]]:
    """The ledger: level and outcome of each attempt at a call."""
    rows = await desk.edge.rows("select level, outcome from page_attempt order by begun_at, number")
    return [tuple(row) for row in rows]


async def acknowledge(desk: Desk, page_id: UUID, staff_id: UUID | None = None) -> PageAcknowledgement:
    caller = desk.edge.person(Role.COUNSELOR, staff_id=staff_id or new_id())
    async with desk.edge.transactions(caller) as tx:
        return await acknowledge_page(tx, page_id)


async def wait(desk: Desk, **span: float) -> None:
    """Let time pass, then everything that is due run, what it makes due too."""
    desk.edge.clock.pass_by(**span)
    await run_all(desk)


async def run_all(desk: Desk) -> None:
    while await desk.run_due():
        pass


async def test_a_crisis_pages_at_once_in_the_middle_of_the_night(desk: Desk) -> None:
    people = await desk.put_on_call(ONE, TWO)
    desk.edge.clock.instant = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
    desk.intake.away = True
    crisis = await desk.raise_crisis()
    assert await desk.run_due() == 1
    page = await desk.page(crisis)
    assert (page["page_id"], page["state"], page["round"], page["level"]) == (derived_id(crisis, "page"), "open", 1, 1)
    assert (page["rule_version"], page["acknowledge_by"] - page["raised_at"]) == ("1", timedelta(minutes=MINUTES))
    (envelope,) = desk.office.taken
    assert envelope.rcpt_tos == [ONE]
    assert desk.office.identifiers() == [f"<{page['call_id']}@messages.invalid>"]
    text = text_of(envelope)
    assert "North Center needs you now." in text
    assert "Call back: +12025550100." in text
    assert page["page_id"].hex[:8].upper() in text
    assert (await desk.edge.types(), desk.intake.asked) == (["page_sent"], [])
    (attempt,) = await desk.edge.rows("select * from page_attempt")
    assert (attempt["staff_id"], attempt["roster_version"]) == (people[0].staff_id, 1)
    assert (attempt["outcome"], len(attempt["address_hash"])) == ("taken", 32)


async def test_a_page_does_not_wait_for_messages_that_intake_keeps_waiting(desk: Desk) -> None:
    await desk.put_on_call(ONE)
    starts_at = desk.edge.clock.now() + timedelta(days=2)
    for number in range(40):
        await desk.book(starts_at + timedelta(minutes=number), times=1)
    desk.edge.clock.pass_by(days=1, hours=1)
    await desk.raise_crisis()
    assert await desk.run_due((PAGE_ON_CALL, ESCALATE_PAGE)) == 1
    assert (await paged(desk), desk.intake.asked) == ([ONE], [])


async def test_nothing_of_an_address_stays_in_the_open(desk: Desk) -> None:
    await desk.put_on_call(ONE, TWO)
    await desk.raise_crisis()
    await wait(desk, minutes=MINUTES)
    for table in ("on_call_person", "on_call_roster", "page", "page_attempt", "duty", "outbox", "audit", "idempotency"):
        assert await desk.edge.value(f"select count(*) from {table} t where t::text ~* 'marked'") == 0


@pytest.mark.parametrize(
    ("seconds", "addresses"),
    [(MINUTES * 60 - 1, [ONE]), (MINUTES * 60, [ONE, TWO]), (MINUTES * 60 + 1, [ONE, TWO])],
    ids=["a second before", "exactly", "a second after"],
)
async def test_without_acknowledgement_the_next_is_paged(desk: Desk, seconds: int, addresses: list[str]) -> None:
    await desk.put_on_call(ONE, TWO)
    await desk.raise_crisis()
    await run_all(desk)
    await wait(desk, seconds=seconds)
    assert await paged(desk) == addresses


async def test_after_the_last_it_is_told_and_begins_again_and_never_gives_up(desk: Desk) -> None:
    await desk.put_on_call(ONE, TWO)
    crisis = await desk.raise_crisis()
    await run_all(desk)
    for _ in range(4):
        await wait(desk, minutes=MINUTES)
    assert await paged(desk) == [ONE, TWO, ONE, TWO, ONE]
    assert len(set(desk.office.identifiers())) == 5
    assert await desk.edge.types() == [
        "page_sent",
        "page_sent",
        "page_unanswered",
        "page_sent",
        "page_sent",
        "page_unanswered",
        "page_sent",
    ]
    assert (await desk.page(crisis))["round"] == 3
    assert [event.version for event in await desk.edge.outbox()] == list(range(1, 8))


async def test_the_interval_is_a_rule_with_dates(desk: Desk) -> None:
    await desk.edge.rows("update page_rule set effective_to = '2026-03-02'")
    await desk.edge.rows(
        "insert into page_rule (rule_id, version, jurisdiction, acknowledge_within_minutes, effective_from, source)"
        " values ('page.acknowledge', '2', 'US', 2, '2026-03-02', 'test')"
    )
    await desk.put_on_call(ONE, TWO)
    crisis = await desk.raise_crisis()
    await run_all(desk)
    await wait(desk, minutes=2)
    assert await paged(desk) == [ONE, TWO]
    assert (await desk.page(crisis))["rule_version"] == "2"


async def test_acknowledged_nobody_else_is_paged_and_twice_is_the_same_answer(desk: Desk) -> None:
    await desk.put_on_call(ONE, TWO)
    page, staff_id = await desk.page(await desk.raise_crisis()), new_id()
    await run_all(desk)
    first = await acknowledge(desk, page["page_id"], staff_id)
    assert (first.acknowledged_by, first.acknowledged_at) == (staff_id, desk.edge.clock.now())
    desk.edge.clock.pass_by(minutes=1)
    assert await acknowledge(desk, page["page_id"]) == first
    await wait(desk, hours=1)
    assert await paged(desk) == [ONE]
    assert await desk.edge.types() == ["page_sent", "page_acknowledged"]
    assert await desk.duties() == ["done", "done"]


async def test_of_many_who_acknowledge_at_once_one_takes_it_over(desk: Desk) -> None:
    await desk.put_on_call(ONE)
    page = await desk.page(await desk.raise_crisis())
    answers = await asyncio.gather(*(acknowledge(desk, page["page_id"]) for _ in range(8)))
    assert len(set(answers)) == 1
    assert await desk.edge.types() == ["page_acknowledged"]


async def test_acknowledging_races_the_escalation(desk: Desk) -> None:
    await desk.put_on_call(ONE, TWO)
    page = await desk.page(await desk.raise_crisis())
    await run_all(desk)
    desk.edge.clock.pass_by(minutes=MINUTES)
    await asyncio.gather(acknowledge(desk, page["page_id"]), desk.run_due())
    await wait(desk, hours=1)
    assert (await paged(desk))[:1] == [ONE]
    sent = (await desk.edge.types()).count("page_sent")
    assert (await paged(desk), (await desk.edge.types()).count("page_acknowledged")) == ([ONE, TWO][:sent], 1)


async def test_a_closed_crisis_closes_the_page(desk: Desk) -> None:
    await desk.put_on_call(ONE, TWO)
    crisis = await desk.raise_crisis()
    await run_all(desk)
    await desk.close_crisis(crisis)
    page = await desk.page(crisis)
    assert (page["state"], page["closed_at"]) == ("closed", desk.edge.clock.now())
    with pytest.raises(Conflict, match="page_closed"):
        await acknowledge(desk, page["page_id"])
    await wait(desk, hours=1)
    assert (await paged(desk), await desk.edge.types()) == ([ONE], ["page_sent"])


async def test_acknowledged_and_closed_is_still_answered_as_acknowledged(desk: Desk) -> None:
    await desk.put_on_call(ONE)
    crisis = await desk.raise_crisis()
    page = await desk.page(crisis)
    first = await acknowledge(desk, page["page_id"])
    await desk.close_crisis(crisis)
    assert await acknowledge(desk, page["page_id"]) == first


async def test_a_crisis_that_was_never_paged_is_closed_without_a_trace(desk: Desk) -> None:
    await desk.close_crisis(new_id())
    assert await desk.edge.value("select count(*) from page") == 0


async def test_closed_while_the_page_goes_out_it_is_not_sent_again(desk: Desk) -> None:
    await desk.put_on_call(ONE)
    crisis = await desk.raise_crisis()

    async def close() -> None:
        await desk.close_crisis(crisis)

    desk.office.in_between = close
    desk.office.vanishes = True
    await desk.run_due()
    await wait(desk, hours=1)
    assert (await paged(desk), await outcomes(desk)) == ([ONE], [(1, None)])


async def test_a_second_crisis_has_a_page_of_its_own(desk: Desk) -> None:
    await desk.put_on_call(ONE)
    crises = [await desk.raise_crisis() for _ in range(2)]
    await acknowledge(desk, (await desk.page(crises[0]))["page_id"])
    assert [(await desk.page(crisis))["state"] for crisis in crises] == ["acknowledged", "open"]


async def test_without_a_roster_it_is_told_at_once_and_looked_for_again(desk: Desk) -> None:
    crisis = await desk.raise_crisis()
    assert await desk.edge.types() == ["page_unanswered"]
    await wait(desk, minutes=MINUTES)
    assert (await desk.edge.types(), desk.office.taken) == (["page_unanswered"] * 2, [])
    await desk.put_on_call(ONE)
    await run_all(desk)
    assert await paged(desk) == [ONE]
    assert await desk.edge.types() == ["page_unanswered", "page_unanswered", "page_sent"]
    assert (await desk.page(crisis))["level"] == 1


async def test_a_server_that_is_away_is_tried_again_under_the_same_id(desk: Desk) -> None:
    await desk.put_on_call(ONE)
    await desk.raise_crisis()
    desk.office.recipient_answer = "451 try later"
    assert await desk.run_due() == 1
    (duty,) = await desk.edge.rows("select state, attempts, error_code from duty where kind = 'page_on_call'")
    assert tuple(duty) == ("due", 1, "smtp_unavailable")
    desk.office.recipient_answer = "250 OK"
    await run_all(desk)
    assert (await outcomes(desk), await paged(desk)) == ([(1, "smtp_unavailable"), (1, "taken")], [ONE])
    assert await desk.edge.types() == ["page_sent"]


async def test_a_server_that_stays_away_does_not_hold_the_next_level_up(desk: Desk) -> None:
    await desk.put_on_call(ONE, TWO)
    await desk.raise_crisis()
    desk.office.recipient_answer = "451 try later"
    await desk.run_due()
    desk.edge.clock.pass_by(minutes=MINUTES)
    for _ in range(2):
        await desk.run_due()
    desk.office.recipient_answer = "250 OK"
    await run_all(desk)
    assert await paged(desk) == [TWO]
    codes = await desk.edge.rows("select error_code from duty where kind = 'page_on_call' and state = 'done'")
    assert sorted(row["error_code"] or "" for row in codes) == ["", "superseded"]


async def test_a_page_of_unknown_fate_is_repeated_and_the_ledger_says_so(desk: Desk) -> None:
    await desk.put_on_call(ONE)
    await desk.raise_crisis()
    desk.office.vanishes = True
    await desk.run_due()
    desk.office.vanishes = False
    await run_all(desk)
    assert await outcomes(desk) == [(1, None), (1, "repeated")]
    assert len(set(desk.office.identifiers())) == 1
    assert await desk.edge.types() == ["page_sent"]


async def test_whoever_cannot_be_reached_is_passed_over(desk: Desk) -> None:
    await desk.put_on_call(ONE, TWO)
    await desk.raise_crisis()
    desk.office.recipient_answer = "550 no such user"
    await desk.run_due()
    desk.office.recipient_answer = "250 OK"
    await run_all(desk)
    assert (await paged(desk), await outcomes(desk)) == ([TWO], [(1, "smtp_refused"), (2, "taken")])


async def test_a_roster_whose_last_cannot_be_reached_waits_for_the_next_round(desk: Desk) -> None:
    await desk.put_on_call(ONE)
    await desk.raise_crisis()
    desk.office.recipient_answer = "550 no such user"
    await run_all(desk)
    assert await outcomes(desk) == [(1, "smtp_refused")]
    await wait(desk, minutes=MINUTES)
    assert await outcomes(desk) == [(1, "smtp_refused")] * 2
    assert await desk.edge.types() == ["page_unanswered"]


async def test_a_roster_that_became_shorter_begins_again_from_the_top(desk: Desk) -> None:
    await desk.put_on_call(ONE, TWO)
    await desk.raise_crisis()
    await run_all(desk)
    desk.edge.clock.pass_by(minutes=MINUTES)
    assert await desk.run_due() == 1
    await desk.put_on_call(ONE)
    await run_all(desk)
    assert await paged(desk) == [ONE, ONE]
    assert await desk.edge.types() == ["page_sent", "page_unanswered", "page_sent"]


async def test_a_name_that_tells_does_not_keep_the_page_from_going_out(desk: Desk) -> None:
    await desk.open("Harbor Recovery Center")
    await desk.put_on_call(ONE)
    await desk.raise_crisis()
    await run_all(desk)
    (envelope,) = desk.office.taken
    assert "Your site needs you now." in text_of(envelope)
    assert "Recovery" not in text_of(envelope)


async def test_who_may_not_take_a_page_over(desk: Desk) -> None:
    await desk.put_on_call(ONE)
    page_id: UUID = (await desk.page(await desk.raise_crisis()))["page_id"]
    for caller, refusal, code in (
        (desk.edge.person(Role.SCHEDULER, staff_id=new_id()), Forbidden, "not_granted"),
        (desk.edge.person(Role.COUNSELOR), Forbidden, "staff_only"),
        (desk.edge.person(Role.COUNSELOR, staff_id=new_id(), tenant=OTHER_TENANT), NotFound, "page_not_found"),
    ):
        with pytest.raises(refusal, match=code):
            async with desk.edge.transactions(caller) as tx:
                await acknowledge_page(tx, page_id)
    assert await desk.edge.types() == []
