"""What became of the cohort that every demonstration shows: ends, hours, medication, a crisis, tasks, messages."""

from collections import Counter
from collections.abc import Sequence

import pytest

from stepwell_contracts.http.operations_network import Report, TaskTimeliness
from stepwell_kernel.codes import DischargeReason
from stepwell_simulation import harborlight, hillside, network
from stepwell_simulation.living.run import Until
from stepwell_simulation.living.summary import ALLOWED_HOURS, OPERATORS, added, summary
from stepwell_simulation.profile import Stratum
from stepwell_testing.eventually import eventually
from tests.ledgers import published, rows
from tests.living.lived import PLAN, Lived, names, phases
from tests.stories import emails, spans

pytestmark = pytest.mark.timeout(600)

TAKEN_BY_THE_POST_OFFICE = (
    "select m.message_id from message m join attempt a using (message_id) "
    "where m.episode_id = any($1) and a.channel = 'email' and a.outcome = 'taken'"
)

INTO_CARE = ("screening", "admission", "treatment")
COMPLETED = DischargeReason.COMPLETED.name.lower()

#: The phases of who shows a stratum, the facility at the end, and the reason for which care ended.
WAYS: dict[Stratum, tuple[tuple[str, ...], object, str | None]] = {
    Stratum.DECLINED: (("screening", "declined", "closed"), network.FACILITY, None),
    Stratum.COMPLETED: (
        (*INTO_CARE, "on_hold", "treatment", "step_down", "aftercare"),
        harborlight.FACILITY,
        COMPLETED,
    ),
    Stratum.DROPPED_OUT: ((*INTO_CARE, "aftercare", "closed"), network.FACILITY, "dropped_out"),
    Stratum.ON_METHADONE: ((*INTO_CARE, "aftercare"), harborlight.FACILITY, COMPLETED),
    Stratum.ON_INJECTIONS: ((*INTO_CARE, "aftercare"), harborlight.FACILITY, COMPLETED),
    Stratum.IN_CRISIS: ((*INTO_CARE, "step_down", "treatment", "aftercare"), network.FACILITY, COMPLETED),
    Stratum.TRANSFERRED: ((*INTO_CARE, "aftercare"), hillside.FACILITY, COMPLETED),
    Stratum.WAITLISTED: (
        ("screening", "admission", "waitlisted", "admission", "treatment", "closed"),
        harborlight.FACILITY,
        "death",
    ),
}


@pytest.mark.parametrize("stratum", WAYS, ids=lambda stratum: stratum.value)
async def test_each_stratum_shows_its_way(lived: Lived, stratum: Stratum) -> None:
    way, facility_id, reason = WAYS[stratum]
    journey = await lived.journey(stratum)
    assert tuple(phases(journey)) == way
    assert (journey.journey.phase, journey.journey.facility_id) == (way[-1], facility_id)
    reasons = [entry.facts["reason"] for entry in journey.timeline if entry.type == "discharge_decided"]
    assert reasons == ([] if reason is None else [reason])
    assert not any(stream.missing for stream in journey.streams)


async def test_the_cohort_has_every_stratum_and_who_comes_back(lived: Lived) -> None:
    assert Counter(case.profile.stratum for case in lived.cases if case.course == 1) == Counter(WAYS.keys())
    assert PLAN.until is Until.AFTERCARE_30
    left, back = await lived.journey(Stratum.DROPPED_OUT), await lived.journey(Stratum.DROPPED_OUT, course=2)
    assert left.next_episode_ids == (back.journey.episode_id,)
    assert back.previous_episode_id == left.journey.episode_id
    assert "episode_readmitted" in names(left)
    assert "admission_decided" in names(back)


async def test_the_report_counts_each_episode_by_its_outcome(lived: Lived) -> None:
    outcomes = Counter(lived.report.outcomes)
    ended = Counter(reason or "declined" for _, _, reason in WAYS.values())
    back = await lived.journey(Stratum.DROPPED_OUT, course=2)
    assert outcomes == ended + Counter([back.journey.phase])
    assert lived.report.episodes == len(lived.cases) == outcomes.total()


async def test_doses_are_observed_and_injections_given(lived: Lived) -> None:
    methadone = Counter(names(await lived.journey(Stratum.ON_METHADONE)))
    injections = Counter(names(await lived.journey(Stratum.ON_INJECTIONS)))
    assert (methadone["order_started"], injections["order_started"]) == (1, 1)
    assert methadone["dose_observed"] > 0
    assert injections["injection_given"] > 0
    assert methadone["injection_given"] == injections["dose_observed"] == 0


async def test_a_crisis_is_paged_taken_over_and_closed(lived: Lived) -> None:
    journey = await lived.journey(Stratum.IN_CRISIS)
    told = names(journey)
    steps = [told.index(name) for name in ("crisis_raised", "page_sent", "page_acknowledged", "crisis_closed")]
    assert steps == sorted(steps)
    assert Counter(told)["crisis_raised"] == Counter(told)["crisis_closed"]
    assert journey.crises == ()


async def test_the_transfer_and_the_step_up_were_decided_by_people(lived: Lived) -> None:
    moved, up = await lived.journey(Stratum.TRANSFERRED), await lived.journey(Stratum.IN_CRISIS)
    for journey, decision in ((moved, "transfer_decided"), (up, "step_up_decided")):
        (decided,) = (entry.facts for entry in journey.timeline if entry.type == decision)
        assert decided["decided_by"]


async def test_the_hours_of_closed_weeks_add_up(lived: Lived) -> None:
    async def differ() -> Sequence[str]:
        report = await summary(lived.outside)
        journeys = [await lived.journey(case.profile.stratum, case.course) for case in lived.cases]
        weeks = [week for journey in journeys for week in journey.weeks]
        counted = (
            len(weeks),
            sum(week.attended_minutes for week in weeks),
            sum(not w.shortfall_minutes for w in weeks),
        )
        told = (report.weeks, report.attended_minutes, report.weeks_met)
        required = sum(week.required_minutes for week in weeks)
        return [f"{counted}, {told}"] * (counted != told) + ["required"] * (required != report.required_minutes)

    await eventually(differ, until=lambda found: not found)
    assert 0 < lived.report.attended_minutes < lived.report.required_minutes
    assert 0 < lived.report.weeks_met < lived.report.weeks


async def test_tasks_by_timeliness_leave_out_short_deadlines(lived: Lived) -> None:
    people = [await lived.outside.person(operator) for operator in OPERATORS]
    measured = _by_kind(added([await one.operations.report(allowed_hours=ALLOWED_HOURS) for one in people]))
    everything = _by_kind(added([await one.operations.report(allowed_hours=0) for one in people]))
    assert set(measured) <= set(everything)
    assert "crisis_disposition" in set(everything) - set(measured)
    assert all(_all(measured[kind]) <= _all(everything[kind]) for kind in measured)
    assert sum(task.in_time for task in measured.values()) > 0


async def test_messages_got_there_and_patients_answered(lived: Lived) -> None:
    assert lived.report.messages["delivered"] > 0
    assert lived.report.messages["sent"] + lived.report.messages["delivered"] <= lived.report.events["message_sent"]
    assert lived.report.events["reply_received"] > 0


async def test_each_e_mail_went_out_once(lived: Lived) -> None:
    """Nothing that sends was killed in this run."""
    for email in {case.profile.email for case in lived.cases}:
        episodes = [case.episode_id for case in lived.cases if case.profile.email == email]
        taken = await rows(lived.inside, "notifications", TAKEN_BY_THE_POST_OFFICE, episodes)
        received = {mail["message_id"]: mail["times"] for mail in await emails(lived.inside, email)}
        assert received == {f"<{row['message_id']}@messages.invalid>": 1 for row in taken}
    assert lived.report.events["message_sent"] > 0


async def test_one_trace_from_the_decision_to_the_activity(lived: Lived) -> None:
    """HTTP in intake, send by its relay, process by the bridge, activity back in intake."""
    episode_id = lived.case(Stratum.COMPLETED).episode_id
    (decision,) = [
        envelope
        for _, _, envelope in await published(lived.inside)
        if envelope.type.endswith("admission_decided.v1") and envelope.episode == episode_id
    ]
    assert decision.traceparent is not None
    found = spans(lived.inside, decision.traceparent.split("-")[1])
    assert {
        ("intake", "POST /v1/episodes/{episode_id}/admission"),
        ("intake", "send stepwell.intake.patient"),
        ("workflows", "process stepwell.intake.patient"),
        ("intake", "activity intake.change_phase"),
    } <= {(span["service"], span["name"]) for span in found}
    bridge = {span["span_id"] for span in found if span["service"] == "workflows"}
    assert all(span["parent_id"] in bridge for span in found if span["name"] == "activity intake.change_phase")


def _by_kind(report: Report) -> dict[str, TaskTimeliness]:
    return {task.kind: task for task in report.tasks}


def _all(task: TaskTimeliness) -> int:
    return task.in_time + task.late + task.withdrawn + task.open
