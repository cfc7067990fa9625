"""A center with all that a program does, over HTTP, Kafka and Temporal: three weeks, lived by several patients.

What each story did is asserted by itself; together they produce every type of event that the registry names.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import pairwise

import httpx2
import pytest
import pytest_asyncio

from stepwell_contracts.events import EVENT_TYPES
from stepwell_kernel.codes import Modality, Phase, Role
from stepwell_kernel.local_time import local_at
from stepwell_kernel.medication_codes import DrugTestResult, InjectionTiming
from stepwell_simulation import harborlight
from stepwell_simulation.platform import REAL_TIME, SECONDS_PER_DAY
from stepwell_simulation.story import Story
from tests import harbor_course, harbor_doses, harbor_texts, harbor_week
from tests.conftest import Whole
from tests.harbor import DAY_S, Harbor, open_harbor, types_of
from tests.harbor_doses import DrugTestOutcome, Injections, Methadone
from tests.harbor_texts import Crises, Outage
from tests.harbor_week import FullGroup, ProgramWeek
from tests.ledgers import gaps_in_streams, parked, published, rows, settled

pytestmark = pytest.mark.timeout(420)

PHONE = "+12025550123"


@dataclass(frozen=True)
class Lived:
    """The patients, and what came of their stories."""

    harbor: Harbor
    program: Story
    methadone: Story
    injected: Story
    changed: Story
    texted: Story
    outage: Outage
    replies: tuple[str, ...]
    crises: Crises
    group: FullGroup
    tested: DrugTestOutcome
    week: ProgramWeek
    doses: Methadone
    injections: Injections


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lived(whole: Whole) -> AsyncIterator[Lived]:
    """All stories, told once for all tests of this module."""
    async with httpx2.AsyncClient(timeout=30.0) as http:
        yield await _live(await open_harbor(whole, http))


async def _live(harbor: Harbor) -> Lived:
    program, methadone = await harbor.patient("program"), await harbor.patient("methadone")
    injected, changed = await harbor.patient("injected"), await harbor.patient("changed")
    texted = await harbor.patient("texted", PHONE)
    await settled(harbor.whole.inside)
    await harbor_week.sign_plan(harbor, program)
    await harbor_course.grant_for_days(harbor, program)
    outage = await harbor_texts.live_through_an_outage(harbor, texted)
    replies = tuple(await harbor_texts.answer_messages(harbor, texted))
    crises = await harbor_texts.write_of_a_crisis(harbor, texted)
    group = await harbor_week.wait_for_a_place(harbor, (methadone, injected), changed)
    await harbor_week.change_the_timetable(harbor, changed)
    lot_id = await harbor_doses.stock(harbor)
    order = await harbor_doses.start_methadone(harbor, methadone, lot_id)
    depot = await harbor_doses.start_injections(harbor, injected)
    tested = await harbor_doses.look_for_drugs(harbor, injected)
    await harbor.run_clock(SECONDS_PER_DAY / DAY_S)
    week, doses, injections, _ = await asyncio.gather(
        harbor_week.live_a_planned_week(harbor, program),
        harbor_doses.live_on_methadone(harbor, methadone, order, lot_id),
        harbor_doses.live_on_injections(harbor, injected, depot),
        harbor_week.miss_come_back_and_amend(harbor, changed),
    )
    await harbor.run_clock(REAL_TIME)
    return Lived(
        harbor,
        program,
        methadone,
        injected,
        changed,
        texted,
        outage,
        replies,
        crises,
        group,
        tested,
        week,
        doses,
        injections,
    )


async def test_a_planned_week_has_all_five_modalities_and_enough_hours(lived: Lived) -> None:
    """ASAM level 2.1: nine hours at least; the mix is that of the treatment plan."""
    week = lived.week
    assert (week.plan.shortfall_minutes, week.plan.missing, week.plan.gaps) == (0, (), ())
    held = Counter(seat.modality for seat in week.seats)
    assert set(held) == set(Modality)
    assert (held[Modality.GROUP_THERAPY], held[Modality.EDUCATIONAL_WORKSHOP]) == (3, 1)
    spans = sorted((seat.starts_at, seat.ends_at) for seat in week.seats)
    assert all(ends <= starts for (_, ends), (starts, _) in pairwise(spans))
    locals_at = [local_at(seat.starts_at, harborlight.ZONE) for seat in week.seats]
    assert all(at.weekday() < 5 and 8 <= at.hour < 17 for at in locals_at)
    closed = week.closed
    assert (closed.required_minutes, closed.attended_minutes, closed.shortfall_minutes) == (540, 570, 0)


async def test_missed_doses_lead_to_a_hold_and_to_the_hard_stop(lived: Lived) -> None:
    assert sorted(lived.doses.two_sites) == ["daily_dose_exceeded", "done"]
    assert lived.doses.while_held == "dosing_held"
    assert lived.doses.after_three_days == "dosing_held"
    assert lived.doses.after_hard_stop == "new_induction_needed"
    types = await types_of(lived.harbor, lived.methadone.episode_id)
    assert types.count("dose_missed") == 5
    assert types.count("dosing_held") == 2
    order = await lived.harbor.lead.medication.order(lived.doses.order_id)
    assert order.state == "ended"
    kinds = {task.kind for task in (await lived.methadone.episode()).tasks}
    assert {"outreach_call", "dose_review"} <= kinds


async def test_injections_early_on_time_and_late(lived: Lived) -> None:
    assert lived.injections.too_early == "injection_early"
    assert lived.injections.timings == (InjectionTiming.ON_TIME, InjectionTiming.LATE)
    types = await types_of(lived.harbor, lived.injected.episode_id)
    assert types.count("injection_overdue") == 1
    assert types.count("injection_given") == 3
    seats = (await lived.harbor.lead.scheduling.bookings(lived.injected.episode_id)).bookings
    assert Modality.MEDICATION_MANAGEMENT in {seat.modality for seat in seats}
    assert "injection_overdue" in {task.kind for task in (await lived.injected.episode()).tasks}


async def test_an_unexpected_test_is_confirmed_before_anything_follows(lived: Lived) -> None:
    tested = lived.tested
    assert (tested.presumptive, tested.needs_confirmation) == (DrugTestResult.UNEXPECTED_POSITIVE, True)
    assert tested.definitive is DrugTestResult.EXPECTED_NEGATIVE
    assert "drug_test_review" in {task.kind for task in (await lived.injected.episode()).tasks}
    assert (await lived.injected.episode()).phase is Phase.TREATMENT


async def test_the_calendar_draws_for_every_day_and_plans_every_week(lived: Lived) -> None:
    inside, facility = lived.harbor.whole.inside, harborlight.FACILITY
    draws = await rows(inside, "medication", "select day, seed from drug_test_draw where facility_id = $1", facility)
    assert len(draws) >= 15
    assert len({draw["seed"] for draw in draws}) == len(draws)
    plans = (await lived.harbor.lead.scheduling.week_plans(lived.program.episode_id)).plans
    assert len({plan.week_starts_on for plan in plans}) >= 3


async def test_who_waits_gets_the_place_that_comes_free(lived: Lived) -> None:
    assert lived.group.refusal == "group_full"
    assert lived.group.members == {lived.injected.episode_id, lived.changed.episode_id}


async def test_a_mistake_in_attendance_is_amended_after_the_week_has_closed(lived: Lived) -> None:
    types = await types_of(lived.harbor, lived.changed.episode_id)
    assert {"session_missed", "attendance_resumed", "attendance_amended"} <= set(types)
    weeks = (await lived.harbor.lead.scheduling.weeks(lived.changed.episode_id)).weeks
    assert any(week.amended_at for week in weeks)


async def test_messages_survive_an_outage_and_go_out_once(lived: Lived) -> None:
    outage = lived.outage
    assert (outage.with_one_away.state, outage.with_both_away.state, outage.after_it.state) == ("sent", "due", "sent")
    attempts = await lived.harbor.lead.notifications.attempts(outage.after_it.message_id)
    assert attempts.attempts[-1].outcome == "taken"
    assert len(outage.texts) == len(set(outage.texts)) == 2


async def test_answers_are_understood(lived: Lived) -> None:
    assert lived.replies == ("confirm", "stop", "start")


async def test_words_of_crisis_are_answered_and_somebody_is_paged(lived: Lived) -> None:
    assert lived.crises.of_patient.level == 1
    assert lived.crises.of_stranger.level == 1
    assert lived.crises.unanswered.level == 0
    assert len(lived.crises.answers) == 2
    assert all("988" in answer for answer in lived.crises.answers)
    assert "crisis_reply" in {task.kind for task in (await lived.texted.episode()).tasks}


async def test_every_event_type_of_the_registry_has_been_produced(lived: Lived) -> None:
    """Over HTTP, by people and their patients, or by what follows from what they did."""
    harbor = lived.harbor
    await harbor_texts.raise_a_crisis_in_vain(harbor, lived.program)
    await harbor_course.disclose(harbor, lived.program)
    await harbor_course.note_what_happens(harbor, lived.program)
    await harbor_course.go_through_all_levels(harbor, lived.program)
    await harbor_course.decline(harbor, await harbor.referred("declined"))
    await harbor_course.wait_and_come_in(harbor, await harbor.assessed("waiting"))
    await harbor_course.move_away(harbor, lived.texted)
    await harbor_course.die_during_a_step_down(harbor, lived.changed)
    await settled(harbor.whole.inside)
    produced = {envelope.type for _, _, envelope in await published(harbor.whole.inside)}
    assert set(EVENT_TYPES) - produced == set()


async def test_nothing_is_lost_doubled_or_stuck(lived: Lived) -> None:
    inside = lived.harbor.whole.inside
    await settled(inside)
    assert await gaps_in_streams(inside) == []
    assert await parked(inside) == []
    stuck = await rows(inside, "medication", "select kind, key from duty where state = 'parked'")
    assert [tuple(row) for row in stuck] == []
    balances = await rows(
        inside,
        "medication",
        "select lot_id from stock_entry group by lot_id having sum(quantity_mg) <> "
        "(array_agg(balance_mg order by number desc))[1]",
    )
    assert [tuple(row) for row in balances] == []
    assert "dose" not in await harbor_doses.kinds_waiting(lived.harbor.lead, Role.PRESCRIBER)
