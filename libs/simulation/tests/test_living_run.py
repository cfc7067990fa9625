"""A run of the network: it ends by itself, loudly when there is a bug or somebody would never leave, and is resumed."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from libs.simulation.tests.stand_in import (
    MONDAY,
    HandClock,
    StandIn,
    case_of,
    do_all,
    episode,
    hand_clock,
    office_of,
)
from stepwell_kernel.codes import Role
from stepwell_kernel.errors import Bug
from stepwell_simulation.conduct import COMES_BACK_AFTER
from stepwell_simulation.living.cases import Case
from stepwell_simulation.living.houses import HOUSES
from stepwell_simulation.living.run import AFTERCARE, STUCK_AFTER, Network, Standing, Until
from stepwell_simulation.profile import Profile

DAY = timedelta(days=1)


def unwatched(standing: Standing) -> None:
    """Nobody watches."""


async def network_of(
    stand_in: StandIn, *profiles: Profile, newcomers: Iterable[Profile] = (), begun_at: datetime = MONDAY
) -> tuple[Network, HandClock]:
    """A network that has not opened, with offices at every facility."""
    clock = hand_clock(stand_in)
    office = await office_of(stand_in, clock, {})
    living = Network(
        world=office.world,
        clock=clock,
        profiles=profiles,
        newcomers=iter(newcomers),
        seed=1,
        watch=unwatched,
        begun_at=begun_at,
        taken_up_at=clock.at,
        agenda=office.agenda,
    )
    living.people = dict(office.people)
    for house in HOUSES.values():
        people = {house.staff_of(role): office.person(Role.SUPERVISOR) for role in Role}
        living.offices[house.facility_id] = replace(office, house=house, people=people, agenda=living.agenda)
    return living, clock


def admitted(case: Case) -> Case:
    case.admitted_at = MONDAY + DAY
    return case


def planned(living: Network) -> set[str]:
    return {entry.name for entry in living.agenda._entries}


async def test_a_patient_who_never_leaves_ends_the_run_loudly() -> None:
    case = admitted(case_of(2))
    living, clock = await network_of(StandIn(), case.profile)
    living.courses.append(case)
    clock.at = MONDAY + DAY + timedelta(days=case.profile.stay_days) + STUCK_AFTER
    assert not await living._is_over(Until.CLOSED)
    clock.at += DAY
    with pytest.raises(Bug, match="patient_stuck"):
        await living._is_over(Until.CLOSED)
    assert not await living._is_over(Until.STOPPED)


async def test_a_run_whose_referrals_are_all_refused_is_over() -> None:
    profiles = [replace(case_of(number).profile, referred_day=0.0) for number in (1, 2)]
    living, clock = await network_of(StandIn(), *profiles)
    for profile in profiles:
        living._set_referral(profile)
    assert not await living._is_over(Until.CLOSED)
    await do_all(living.agenda, clock, MONDAY + DAY)
    assert await living._is_over(Until.CLOSED)
    assert living.turned_away == 2
    assert living.agenda.refusals == {"referral: facility_closed": 2}


async def test_every_course_has_to_be_closed_also_the_one_of_who_comes_back_and_the_one_that_is_to_come() -> None:
    stand_in, first = StandIn(), admitted(case_of(3))
    living, clock = await network_of(stand_in, first.profile)
    living.courses.append(first)
    first.ended = True
    stand_in.closed |= {first.episode_id}
    assert first.profile.returns
    assert not await living._is_over(Until.CLOSED)
    clock.at += timedelta(days=first.profile.stay_days) + AFTERCARE + DAY
    assert await living._is_over(Until.AFTERCARE_30)
    again = replace(first, course=2, episode_id=episode(30), ended=False)
    living.courses.append(again)
    assert not await living._is_over(Until.CLOSED)
    again.ended = True
    assert not await living._is_over(Until.CLOSED)
    assert await living._is_over(Until.AFTERCARE_30)
    stand_in.closed |= {first.episode_id, again.episode_id}
    assert await living._is_over(Until.CLOSED)


async def test_who_is_not_let_in_again_is_not_waited_for() -> None:
    stand_in, case = StandIn(), admitted(case_of(3))
    living, clock = await network_of(stand_in, case.profile)
    living.courses.append(case)
    case.is_taken_up = case.ended = True
    stand_in.closed |= {case.episode_id}
    living._plan_course(case, MONDAY + DAY)
    assert not await living._is_over(Until.CLOSED)
    await do_all(living.agenda, clock, MONDAY + timedelta(days=case.profile.stay_days + 60))
    assert living.agenda.refusals == {"return: status_404": 1}
    assert await living._is_over(Until.CLOSED)


async def test_thirty_days_count_from_the_day_on_which_a_first_course_was_to_end() -> None:
    stand_in, case = StandIn(), admitted(case_of(2))
    living, clock = await network_of(stand_in, case.profile)
    living.courses.append(case)
    case.ended = True
    clock.at = MONDAY + DAY + timedelta(days=case.profile.stay_days) + AFTERCARE - timedelta(hours=1)
    assert not await living._is_over(Until.AFTERCARE_30)
    clock.at += timedelta(hours=1)
    assert await living._is_over(Until.AFTERCARE_30)
    assert not await living._is_over(Until.CLOSED)


async def test_who_is_back_and_never_leaves_ends_the_run_loudly() -> None:
    first = admitted(case_of(3))
    living, clock = await network_of(StandIn(), first.profile)
    first.ended = True
    living.courses += [first, replace(first, course=2, episode_id=episode(30), admitted_at=None, ended=False)]
    clock.at = MONDAY + timedelta(days=2 * first.profile.stay_days) + COMES_BACK_AFTER + STUCK_AFTER
    assert not await living._is_over(Until.CLOSED)
    clock.at += 7 * DAY
    assert await living._is_over(Until.AFTERCARE_30)
    with pytest.raises(Bug, match="patient_stuck"):
        await living._is_over(Until.CLOSED)


async def test_a_bug_in_a_deed_ends_the_run_loudly() -> None:
    living, _ = await network_of(StandIn(), case_of(1).profile)

    async def wrong() -> None:
        raise Bug("row_without_patient", "no episode")

    living.agenda.add(MONDAY, "wrong", wrong)
    with pytest.raises(ExceptionGroup) as raised:
        async with asyncio.timeout(10):
            await living.live(Until.CLOSED)
    assert raised.group_contains(Bug, match="row_without_patient")
    assert {task.get_name() for task in asyncio.all_tasks()}.isdisjoint({"agenda", "pace", "time", "worklists"})


async def test_a_course_is_planned_once_the_patient_is_admitted() -> None:
    case = case_of(2)
    living, clock = await network_of(StandIn(), case.profile)
    await living._know(case, clock.at)
    assert planned(living) == {"admitted"}
    living._plan_course(admitted(case), MONDAY + DAY)
    assert {"enroll", "hold", "step_down", "discharge"} <= planned(living)


async def test_of_a_course_that_is_taken_up_only_what_is_to_come_is_planned_and_what_must_not_be_missed() -> None:
    case = admitted(case_of(2))
    living, clock = await network_of(StandIn(), case.profile)
    case.is_taken_up = True
    clock.at = MONDAY + DAY + timedelta(days=case.profile.stay_days) + DAY
    living._plan_course(case, MONDAY + DAY)
    assert planned(living) == {"enroll", "discharge"}


async def test_newcomers_are_drawn_one_after_another_when_their_time_has_come() -> None:
    coming = (replace(case_of(2).profile, number=number, referred_day=number / 2) for number in range(1, 1_000))
    living, clock = await network_of(StandIn(), newcomers=coming)
    living.await_newcomers()
    done = await do_all(living.agenda, clock, MONDAY + 7 * DAY)
    assert [name for _, name in done if name == "referral"] == ["referral"] * 14
    assert living.turned_away == 14
    assert next(coming).number == 16
    assert len(living.agenda) == 2


async def test_who_is_closed_for_long_is_not_followed_any_more() -> None:
    gone, there = admitted(case_of(2)), admitted(case_of(4))
    gone.ended = True
    living, clock = await network_of(StandIn(), newcomers=[replace(case_of(5).profile, referred_day=600.0)])
    for case in (gone, there):
        living.courses.append(case)
        living.cases[case.episode_id] = case
        living.heard[case.profile.phone] = 3
    office = living.office(gone.house)
    office.taken_up.update({("plan_review", gone.episode_id): 2, ("plan_review", there.episode_id): 1})
    living.await_newcomers()
    before = living.standing()
    await do_all(living.agenda, clock, MONDAY + 300 * DAY)
    clock.at = MONDAY + 600 * DAY
    await do_all(living.agenda, clock, clock.at)
    assert living.courses == [there]
    assert set(living.cases) == {there.episode_id}
    assert set(living.heard) == {there.profile.phone}
    assert set(office.taken_up) == {("plan_review", there.episode_id)}
    after = living.standing()
    assert (after.referred, after.ended, after.in_care) == (before.referred, before.ended, before.in_care)


async def test_a_run_that_is_taken_up_asks_no_more_for_who_is_closed_for_long() -> None:
    long_ago = [replace(case_of(2).profile, number=number, referred_day=number / 10) for number in range(1, 10)]
    lately = replace(case_of(2).profile, referred_day=580.0)
    living, clock = await network_of(StandIn(), *long_ago[:4], newcomers=[*long_ago[4:], lately])
    living.await_newcomers()
    clock.at = MONDAY + 600 * DAY
    for profile in living.profiles:
        living._set_referral(profile)
    await do_all(living.agenda, clock, clock.at)
    assert living.turned_away == 1
    assert living.standing().referred == 9


async def test_who_has_left_is_only_awaited_back() -> None:
    case = admitted(case_of(3))
    living, _ = await network_of(StandIn(), case.profile)
    case.is_taken_up = case.ended = True
    living._plan_course(case, MONDAY + DAY)
    assert planned(living) == {"return"}


async def test_keys_of_a_run_are_the_same_when_it_is_taken_up_and_other_ones_in_the_next_run() -> None:
    first, _ = await network_of(StandIn())
    resumed, _ = await network_of(StandIn())
    other, _ = await network_of(StandIn(), begun_at=MONDAY + DAY)
    assert first.run == resumed.run != other.run
