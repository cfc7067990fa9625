"""An office: rows are taken up once, answered in working hours, looked at again, now and then overlooked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from libs.simulation.tests.stand_in import MONDAY, HandClock, StandIn, case_of, do_all, hand_clock, office_of, row
from stepwell_kernel.errors import Conflict, StepwellError, Unavailable
from stepwell_kernel.local_time import local_at
from stepwell_simulation.conduct import habit_of
from stepwell_simulation.living.agenda import AGAIN_AFTER
from stepwell_simulation.living.cases import Case
from stepwell_simulation.living.office import LOOK_AGAIN, Answer, Office, Row
from stepwell_simulation.living.paging import HEARD_AFTER, answer_page
from stepwell_simulation.living.rounds import set_rounds
from stepwell_simulation.network import ZONE

KIND = "plan_review"
DAY = timedelta(days=1)
MONTH = timedelta(days=30)
ADMITTED = case_of(2)


@dataclass
class Answers:
    """Notes which rows were answered, and goes on as it is told: at an instant, or with an error."""

    told: list[datetime | StepwellError] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    async def __call__(self, office: Office, found: Case | None, taken: Row) -> datetime | None:
        del office, found
        self.rows.append(taken)
        said = self.told.pop(0) if self.told else None
        if isinstance(said, StepwellError):
            raise said
        return said

    @property
    def keys(self) -> Sequence[str]:
        return [taken.key() for taken in self.rows]


async def opened(
    stand_in: StandIn, answer: Answer, kind: str = KIND, case: Case = ADMITTED
) -> tuple[Office, HandClock]:
    """An office that knows one patient and how to answer one kind of row."""
    clock = hand_clock(stand_in)
    return await office_of(stand_in, clock, {kind: answer}, case), clock


async def test_a_row_is_taken_up_once_however_often_it_is_seen() -> None:
    stand_in, answers = StandIn([row(KIND, 1, ADMITTED), row(KIND, 2, ADMITTED)]), Answers()
    office, clock = await opened(stand_in, answers)
    for _ in range(3):
        assert await office.poll() == 2
    assert len(await do_all(office.agenda, clock, MONDAY + MONTH)) == 2
    assert [taken.times for taken in answers.rows] in ([1, 2], [2, 1])
    assert len(set(answers.keys)) == 2


async def test_a_row_that_still_stands_there_is_looked_at_again_after_two_days_under_another_key() -> None:
    stand_in, answers = StandIn([row(KIND, 1, ADMITTED)]), Answers()
    office, clock = await opened(stand_in, answers)
    await office.poll()
    ((answered_at, _),) = await do_all(office.agenda, clock, MONDAY + MONTH)
    clock.at = answered_at + LOOK_AGAIN - timedelta(minutes=1)
    await office.poll()
    assert len(office.agenda) == 0
    clock.at = answered_at + LOOK_AGAIN
    await office.poll()
    await do_all(office.agenda, clock, MONDAY + MONTH)
    assert len(set(answers.keys)) == 2


async def test_rows_that_were_answered_long_ago_are_not_kept_in_mind() -> None:
    stand_in = StandIn([row(KIND, number, ADMITTED) for number in range(50)])
    office, clock = await opened(stand_in, Answers())
    await office.poll()
    await do_all(office.agenda, clock, MONDAY + MONTH)
    stand_in.rows = []
    await office.poll()
    assert not office.at_hand


async def test_what_nobody_answered_is_sent_again_under_the_same_key() -> None:
    stand_in = StandIn([row(KIND, 1, ADMITTED)])
    answers = Answers([Unavailable("intake_unavailable", "away") for _ in range(20)])
    office, clock = await opened(stand_in, answers)
    await office.poll()
    done = await do_all(office.agenda, clock, MONDAY + MONTH)
    assert len(done) == 21
    assert done[1][0] - done[0][0] == AGAIN_AFTER
    assert len(set(answers.keys)) == 1
    assert {at.date() for at, _ in done} != {done[0][0].date()}


async def test_what_goes_on_another_day_is_another_command() -> None:
    stand_in, answers = StandIn([row(KIND, 1, ADMITTED)]), Answers([MONDAY + 10 * DAY, MONDAY + 11 * DAY])
    office, clock = await opened(stand_in, answers)
    await office.poll()
    await do_all(office.agenda, clock, MONDAY + 11 * DAY)
    await office.poll()
    assert len(office.agenda) == 0
    assert len(set(answers.keys)) == 3


async def test_a_row_that_was_refused_is_looked_at_again_too() -> None:
    stand_in, answers = StandIn([row(KIND, 1, ADMITTED)]), Answers([Conflict("phase_does_not_allow", "not now")])
    office, clock = await opened(stand_in, answers)
    await office.poll()
    await do_all(office.agenda, clock, MONDAY + MONTH)
    await office.poll()
    await do_all(office.agenda, clock, MONDAY + 2 * MONTH)
    assert office.agenda.refusals == {f"{KIND}: phase_does_not_allow": 1}
    assert office.agenda.done == {KIND: 1}


async def test_rows_of_strangers_and_of_unknown_kinds_are_left_alone() -> None:
    stand_in = StandIn([row(KIND, 1, case_of(3)), row("something_else", 2, ADMITTED)])
    office, _ = await opened(stand_in, Answers())
    assert await office.poll() == 2
    assert len(office.agenda) == 0


async def test_now_and_then_a_row_is_overlooked_until_it_is_overdue() -> None:
    due_at = MONDAY + 20 * DAY
    stand_in, answers = StandIn([row(KIND, number, ADMITTED, due_at) for number in range(300)]), Answers()
    office, clock = await opened(stand_in, answers)
    await office.poll()
    done = [at for at, _ in await do_all(office.agenda, clock, MONDAY + 3 * MONTH)]
    overlooked = [at for at in done if at > due_at]
    assert 0.01 < len(overlooked) / len(done) < 3 * habit_of(KIND).omits
    assert all(at >= due_at + DAY for at in overlooked)
    assert len(set(done)) > 100


async def test_rows_are_answered_in_working_hours_before_and_after_the_clocks_change() -> None:
    stand_in, answers = StandIn(), Answers()
    office, clock = await opened(stand_in, answers)
    done: list[datetime] = []
    for day in range(14):
        stand_in.rows = [row(KIND, 100 * day + number, ADMITTED) for number in range(20)]
        await office.poll()
        done += [at for at, _ in await do_all(office.agenda, clock, clock.at + timedelta(hours=25))]
    done += [at for at, _ in await do_all(office.agenda, clock, MONDAY + 3 * MONTH)]
    local = [local_at(at, ZONE) for at in done]
    assert len(local) == 280
    assert all(at.weekday() < 5 and 8 <= at.hour < 18 for at in local)


@pytest.mark.parametrize(
    ("at", "open_at"),
    [
        (datetime(2026, 3, 6, 22, 59, tzinfo=UTC), datetime(2026, 3, 6, 22, 59, tzinfo=UTC)),
        (datetime(2026, 3, 6, 23, tzinfo=UTC), datetime(2026, 3, 9, 12, tzinfo=UTC)),
        (datetime(2026, 3, 9, 11, 59, tzinfo=UTC), datetime(2026, 3, 9, 12, tzinfo=UTC)),
        (datetime(2026, 10, 30, 22, tzinfo=UTC), datetime(2026, 11, 2, 13, tzinfo=UTC)),
    ],
)
async def test_a_desk_is_open_at_the_same_local_hours_in_summer_and_winter(at: datetime, open_at: datetime) -> None:
    office, _ = await opened(StandIn(), Answers())
    assert office.working(at) == open_at


async def test_a_page_is_answered_at_any_hour_but_not_while_it_is_to_be_heard_in_vain() -> None:
    case = case_of(6)
    case.is_unheard = True
    stand_in = StandIn([row("page_open", 1, case)])
    office, clock = await opened(stand_in, answer_page, "page_open", case)
    clock.at = MONDAY + timedelta(hours=14)
    await office.poll()
    done = await do_all(office.agenda, clock, clock.at + timedelta(hours=2))
    assert len(done) > 3
    assert done[1][0] - done[0][0] == HEARD_AFTER
    assert not office.agenda.refusals
    case.is_unheard = False
    await do_all(office.agenda, clock, clock.at + HEARD_AFTER)
    assert office.agenda.refusals == {"page_open: status_404": 1}


async def test_a_round_comes_every_day_even_after_one_that_nobody_answered() -> None:
    stand_in = StandIn()
    office, clock = await opened(stand_in, Answers())
    set_rounds(office)
    stand_in.is_away = True
    done = await do_all(office.agenda, clock, MONDAY + timedelta(hours=5))
    assert [name for _, name in done] == ["dosing_hour_begins", *["dosing_hour"] * 3]
    stand_in.is_away = False
    done += await do_all(office.agenda, clock, MONDAY + 20 * DAY)
    begun = [local_at(at, ZONE) for at, name in done if name == "dosing_hour_begins"]
    assert len(begun) == 21
    assert {at.time().isoformat() for at in begun} == {"09:30:00"}
