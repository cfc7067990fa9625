"""Each saga forward, and with each of its steps failed once: what was done is undone, and somebody is told."""

import pytest

from stepwell_contracts import activities as contract
from stepwell_kernel.codes import Phase, TaskKind, TreatmentPart
from workflows.tests.driver import Journey, in_treatment, moved
from workflows.tests.stories import Story

TWO_STEPS = (contract.REPLACE_BOOKINGS, contract.CHANGE_PHASE)


def before(decision: str) -> Journey:
    """A journey in the phase that the decision leads out of."""
    journey = Journey(Story())
    story = journey.story
    if decision in {"decline", "waitlist", "admission"}:
        journey.apply(
            story.referred(),
            story.entered(Phase.SCREENING, Phase.REFERRAL),
            story.entered(Phase.ADMISSION, Phase.SCREENING),
        )
        journey.accept_all()
    else:
        in_treatment(journey)
    if decision == "step_up":
        moved(journey, "step_down", Phase.STEP_DOWN)
    if decision == "resume":
        moved(journey, "hold", Phase.ON_HOLD)
    journey.asked.clear()
    return journey


def commands(journey: Journey) -> list[str]:
    return [name for name in journey.names() if not name.endswith("_care_task")]


@pytest.mark.parametrize(
    ("decision", "to"),
    [
        ("admission", "treatment"),
        ("decline", "declined"),
        ("waitlist", "waitlisted"),
        ("resume", "treatment"),
        ("hold", "on_hold"),
        ("step_down", "step_down"),
        ("step_up", "treatment"),
        ("transfer", "treatment"),
        ("discharge", "aftercare"),
    ],
)
def test_a_decision_is_carried_out_step_by_step(decision: str, to: str) -> None:
    journey = before(decision)
    journey.apply(journey.story.decided(decision, journey.now))
    journey.accept_all()
    expected = TWO_STEPS if decision in {"hold", "step_down", "step_up", "transfer", "discharge"} else TWO_STEPS[1:]
    assert commands(journey) == [*expected]
    change = next(a for a in journey.asked if a.name == contract.CHANGE_PHASE)
    assert change.message["to"] == to
    assert change.message["key"]["on_behalf_of"] is not None
    assert journey.state.saga is None


@pytest.mark.parametrize("decision", ["hold", "step_down", "step_up", "transfer", "discharge"])
def test_seats_stand_again_when_intake_rejects(decision: str) -> None:
    journey = before(decision)
    journey.apply(journey.story.decided(decision, journey.now))
    replaced = journey.accept(contract.REPLACE_BOOKINGS)
    journey.reject(contract.CHANGE_PHASE)
    restored = journey.accept(contract.RESTORE_BOOKINGS)
    assert restored.message["replacement_id"] == replaced.message["replacement_id"]
    assert journey.state.saga is None
    assert TaskKind.ACTION_REJECTED in journey.open_tasks()


@pytest.mark.parametrize("decision", ["hold", "step_down", "step_up", "transfer", "discharge"])
def test_nothing_is_undone_when_scheduling_rejects(decision: str) -> None:
    journey = before(decision)
    journey.apply(journey.story.decided(decision, journey.now))
    journey.reject(contract.REPLACE_BOOKINGS)
    assert commands(journey) == [contract.REPLACE_BOOKINGS]
    assert journey.state.saga is None
    assert TaskKind.ACTION_REJECTED in journey.open_tasks()


@pytest.mark.parametrize("decision", ["admission", "decline", "waitlist", "resume"])
def test_a_rejected_change_leaves_the_phase_with_its_tasks(decision: str) -> None:
    journey = before(decision)
    tasks = journey.open_tasks()
    journey.apply(journey.story.decided(decision, journey.now))
    journey.reject(contract.CHANGE_PHASE)
    assert journey.open_tasks() == sorted([*tasks, TaskKind.ACTION_REJECTED])


def test_an_undoing_that_is_rejected_too_is_told_and_ends() -> None:
    journey = before("discharge")
    journey.apply(journey.story.decided("discharge", journey.now))
    journey.accept(contract.REPLACE_BOOKINGS)
    journey.reject(contract.CHANGE_PHASE)
    journey.reject(contract.RESTORE_BOOKINGS)
    assert journey.state.saga is None
    assert journey.open_tasks().count(TaskKind.ACTION_REJECTED) == 2


def test_a_decision_during_a_saga_waits_for_it() -> None:
    journey = before("step_down")
    journey.apply(journey.story.decided("step_down", journey.now), journey.story.decided("discharge", journey.now))
    assert len(journey.state.sagas_waiting) == 1
    journey.accept(contract.REPLACE_BOOKINGS)
    journey.accept(contract.CHANGE_PHASE)
    assert commands(journey) == [*TWO_STEPS, contract.REPLACE_BOOKINGS]


@pytest.mark.parametrize(("decision", "seats"), [("hold", None), ("discharge", None), ("transfer", "some")])
def test_seats_are_exchanged_for_none_where_care_pauses_or_ends(decision: str, seats: str | None) -> None:
    journey = before(decision)
    journey.apply(journey.story.decided(decision, journey.now))
    replace = journey.accept(contract.REPLACE_BOOKINGS)
    assert (replace.message["program_id"] is None) == (seats is None)
    assert replace.message["reason_code"] == decision


def test_a_transfer_keeps_the_part_of_treatment() -> None:
    journey = before("transfer")
    journey.apply(journey.story.decided("transfer", journey.now))
    journey.accept(contract.REPLACE_BOOKINGS)
    assert journey.accept(contract.CHANGE_PHASE).message["part"] is None
    assert journey.state.part is TreatmentPart.STABILIZE
