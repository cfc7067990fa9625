"""Where things stand, in sentences; and what must happen, from the journey and from tasks."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from stepwell_contracts.http.operations import (
    AuthorizationRow,
    JourneyRow,
    OpenTask,
    PageRow,
    PlanRow,
    ScreenRow,
    WeekRow,
)
from stepwell_contracts.journey import JourneyView, ObligationView
from stepwell_kernel.codes import Phase, Role
from stepwell_kernel.ids import new_id
from stepwell_operations import words
from stepwell_operations.console.episode import Episode
from stepwell_operations.console.standing import where_things_stand
from stepwell_operations.musts import Must, musts
from stepwell_operations.store.care import Seats
from stepwell_operations.store.journeys import JourneyDetail, Linked

NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
ZONE = "America/New_York"
EPISODE = new_id()


def ago(**length: float) -> datetime:
    return NOW - timedelta(**length)


def episode(phase: Phase, *, part: str | None = None, before: Phase | None = None, days: float = 12) -> Episode:
    """An episode of which nothing else is known; a session is ahead."""
    row = JourneyRow(
        episode_id=EPISODE,
        facility_id=new_id(),
        program_id=new_id(),
        phase=phase,
        part=part,
        since=ago(days=days),
        changed_at=NOW,
        open_tasks=0,
        next_due=None,
    )
    return Episode(
        row=row,
        detail=JourneyDetail(new_id(), ago(days=30), None, None),
        entries={},
        before=before,
        linked=Linked(None, ()),
        tasks=(),
        weeks=(),
        seats=Seats(0, 0, 1, None, None),
        crises=(),
        screens=(),
        plan=None,
        authorizations=(),
        streams=(),
    )


def said(known: Episode, journey: JourneyView | None = None, what: tuple[Must, ...] = ()) -> list[str]:
    return list(where_things_stand(known, journey, what, NOW, ZONE))


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        (episode(Phase.REFERRAL, days=0.125), "Referred 3 h ago."),
        (episode(Phase.SCREENING, before=Phase.REFERRAL), "In screening for 12 d."),
        (episode(Phase.WAITLISTED, before=Phase.ADMISSION), "On the waitlist for 12 d."),
        (episode(Phase.ADMISSION, before=Phase.WAITLISTED), "Being admitted for 12 d."),
        (episode(Phase.TREATMENT, part="skills", before=Phase.ADMISSION), "In treatment (skills) for 12 d."),
        (
            episode(Phase.TREATMENT, part="stabilize", before=Phase.AFTERCARE, days=2),
            "In treatment (stabilize) for 2 d, back from aftercare.",
        ),
        (episode(Phase.TREATMENT, before=Phase.STEP_DOWN), "In treatment for 12 d, back from step-down."),
        (episode(Phase.TREATMENT, before=Phase.ON_HOLD), "In treatment for 12 d, back from a hold."),
        (episode(Phase.ON_HOLD, before=Phase.STEP_DOWN), "On hold for 12 d, out of step-down."),
        (episode(Phase.AFTERCARE, before=Phase.ON_HOLD), "In aftercare for 12 d."),
        (episode(Phase.DECLINED, before=Phase.SCREENING), "Declined 12 d ago."),
        (episode(Phase.CLOSED, before=Phase.AFTERCARE), "Closed 12 d ago."),
    ],
)
def test_the_first_sentence_tells_the_phase_and_where_it_came_from(known: Episode, sentence: str) -> None:
    assert said(known)[0] == sentence


def week(short: int) -> WeekRow:
    return WeekRow(
        week_starts_on=date(2026, 2, 23),
        required_minutes=540,
        attended_minutes=540 - short,
        shortfall_minutes=short,
    )


@pytest.mark.parametrize(
    ("shortfalls", "ahead", "sentences"),
    [
        ((0,), 1, ["1 of 1 week met the hours."]),
        ((0, 60, 0), 1, ["2 of 3 weeks met the hours."]),
        ((0, 0, 180), 1, ["2 of 3 weeks met the hours.", "The last was 3 h short."]),
        ((), 0, ["No session is ahead."]),
        ((), 1, []),
    ],
)
def test_weeks_and_sessions(shortfalls: tuple[int, ...], ahead: int, sentences: list[str]) -> None:
    weeks = [week(short) for short in shortfalls]
    known = replace(episode(Phase.TREATMENT), weeks=weeks, seats=Seats(0, 0, ahead, None, None))
    assert said(known)[1:-1] == sentences


@pytest.mark.parametrize(
    ("total", "band", "risk", "before", "sentence"),
    [
        (12, "moderate", None, 17, "Last PHQ-9 12, moderate, 3 d ago (17 before)."),
        (0, "minimal", None, 0, "Last PHQ-9 0, minimal, 3 d ago (0 before)."),
        (15, "moderately_severe", None, None, "Last PHQ-9 15, moderately severe, 3 d ago."),
        (None, "high", "high", None, "Last PHQ-9 high risk, 3 d ago."),
        (None, "none", "none", None, "Last PHQ-9 no risk, 3 d ago."),
    ],
)
def test_screens(total: int | None, band: str, risk: str | None, before: int | None, sentence: str) -> None:
    found = ScreenRow(
        instrument="phq_9", total=total, band_code=band, suicide_risk=risk, previous_total=before, at=ago(days=3)
    )
    assert said(replace(episode(Phase.SCREENING), screens=[found]))[1:] == [sentence]


SIGNED = PlanRow(plan_id=new_id(), signed_at=ago(days=10), reviewed_at=None, goals=None, goals_met=None)


@pytest.mark.parametrize(
    ("plan", "what", "sentence"),
    [
        (None, (), "No plan is signed."),
        (None, (Must("a", "plan_signature", ago(hours=3)),), "No plan is signed; signature due 3 h late."),
        (SIGNED, (), "Plan signed 20 Feb 2026."),
        (
            SIGNED,
            (Must("a", "plan_review", ago(days=-4)), Must("b", "plan_review", ago(days=-34))),
            "Plan signed 20 Feb 2026; review due in 4 d.",
        ),
        (
            SIGNED.model_copy(update={"reviewed_at": ago(days=1), "goals": 3, "goals_met": 2}),
            (),
            "Plan signed 20 Feb 2026, reviewed 1 Mar 2026 with 2 of 3 goals met.",
        ),
    ],
)
def test_the_plan(plan: PlanRow | None, what: tuple[Must, ...], sentence: str) -> None:
    assert said(replace(episode(Phase.TREATMENT), plan=plan), what=what)[1:] == [sentence]


def authorization(state: str, first: int, last: int, units: int = 12) -> AuthorizationRow:
    """An answer that covers days of this March."""
    return AuthorizationRow(
        authorization_id=new_id(),
        state=state,
        units=units,
        covers_from=date(2026, 3, first),
        covers_to=date(2026, 3, last),
    )


@pytest.mark.parametrize(
    ("answers", "sentences"),
    [
        ([], []),
        ([authorization("approved", 1, 30)], ["Authorization approved to 30 Mar 2026, 12 units."]),
        ([authorization("approved", 1, 2)], ["Authorization approved to 2 Mar 2026, 12 units."]),
        ([authorization("approved", 1, 1)], ["Authorization ended 1 Mar 2026."]),
        ([authorization("pended", 3, 30)], ["Authorization pended from 3 Mar 2026 to 30 Mar 2026, 12 units."]),
        (
            [authorization("denied", 2, 30), authorization("approved", 2, 9, units=4)],
            ["Authorization approved to 9 Mar 2026, 4 units."],
        ),
    ],
    ids=["none", "in force", "on its last day", "ended", "to come", "beside a denied one"],
)
def test_the_authorization_of_today_is_told(answers: list[AuthorizationRow], sentences: list[str]) -> None:
    assert said(replace(episode(Phase.STEP_DOWN), authorizations=answers))[2:] == sentences


def test_plan_and_authorization_are_not_told_outside_of_care() -> None:
    known = replace(episode(Phase.AFTERCARE), plan=SIGNED, authorizations=[authorization("approved", 1, 30)])
    assert said(known) == ["In aftercare for 12 d."]


def journey(*obligations: ObligationView, under_way: str | None = None, parked: int = 0, stuck: int = 0) -> JourneyView:
    return JourneyView(
        episode_id=EPISODE,
        phase=Phase.TREATMENT,
        part=None,
        policy_version="iop/1",
        obligations=obligations,
        under_way=under_way,
        parked=parked,
        stuck=stuck,
    )


def test_what_is_under_way_and_what_waits_for_an_operator_is_told() -> None:
    found = said(episode(Phase.SCREENING), journey(under_way="step_down", parked=1, stuck=1))
    assert found[1:] == ["Being carried out: step-down.", "In its journey 2 steps wait for an operator."]
    assert said(episode(Phase.SCREENING), journey(stuck=1))[1:] == ["In its journey 1 step waits for an operator."]


def task(kind: str, due_at: datetime, **changes: object) -> OpenTask:
    values = {"task_id": new_id(), "kind": kind, "role": "counselor", "escalated_to": None, "opened_at": ago(days=9)}
    return OpenTask.model_validate({**values, "due_at": due_at, **changes})


def test_an_obligation_that_is_open_is_told_once_with_its_task() -> None:
    review = task("plan_review", ago(hours=1), escalated_to="supervisor", escalations=2)
    late = task("late_fact", ago(hours=2))
    found = musts(
        journey(
            ObligationView(kind="plan_review", due_at=ago(hours=1), role=Role.COUNSELOR, escalations=2),
            ObligationView(kind="week_close", due_at=ago(days=-1)),
            ObligationView(
                kind="measure_due", due_at=ago(days=-9), role=Role.COUNSELOR, opens_at=ago(days=-8), escalations=0
            ),
        ).obligations,
        [review, late],
    )
    assert [(one.kind, one.key, one.is_open) for one in found] == [
        ("late_fact", f"task-{late.task_id}", True),
        ("plan_review", f"task-{review.task_id}", True),
        ("week_close", "must-1", False),
        ("measure_due", "must-2", False),
    ]
    assert (found[1].role, found[1].escalated_to, found[1].escalations) == ("counselor", "supervisor", 2)


def test_two_tasks_of_a_kind_stand_behind_two_obligations() -> None:
    first, second = task("aftercare_check", ago(days=1)), task("aftercare_check", ago(days=-1))
    open_ones = [
        ObligationView(kind="aftercare_check", due_at=one.due_at, role=Role.COUNSELOR) for one in (first, second)
    ]
    assert [one.key for one in musts(open_ones, [second, first])] == [
        f"task-{first.task_id}",
        f"task-{second.task_id}",
    ]


def test_a_journey_that_does_not_answer_leaves_the_tasks() -> None:
    waiting = task("plan_review", ago(days=-1))
    assert musts((), [waiting]) == [Must(f"task-{waiting.task_id}", "plan_review", ago(days=-1), "counselor")]


def test_how_far_a_page_came() -> None:
    def page(state: str, level: int | None = 2, unanswered_at: datetime | None = None) -> PageRow:
        return PageRow(
            page_id=new_id(), state=state, level=level, changed_at=ago(minutes=3), unanswered_at=unanswered_at
        )

    assert words.paging(None, NOW) == "no page is known to have gone out"
    assert words.paging(page("sent"), NOW) == "page to level 2 sent 3 min ago, not acknowledged"
    again = page("sent", 1, ago(minutes=9))
    assert words.paging(again, NOW) == "page to level 1 sent 3 min ago, after a round in vain, not acknowledged"
    assert words.paging(page("acknowledged"), NOW) == "page acknowledged 3 min ago"
    assert words.paging(page("unanswered", None), NOW) == ("nobody on call answered, for 3 min; paging begins again")


def test_commands_are_said_with_short_ids() -> None:
    command = f"POST /v1/episodes/{EPISODE}/first-contact"
    assert words.command(command) == f"POST /v1/episodes/…{str(EPISODE)[-8:]}/first-contact"
