"""Facts of medication, and of what patients write: who looks at them, and what they make of an absence."""

from collections.abc import Mapping
from types import MappingProxyType

from stepwell_contracts import activities as contract
from stepwell_contracts.activities import BookVisit
from stepwell_contracts.events import medication, medication_giving as giving, medication_orders as orders
from stepwell_contracts.events.notifications_replies import CrisisReplyReceived
from stepwell_kernel.codes import CareSignal, Modality
from stepwell_kernel.medication_codes import DrugTestResult, MissedDoseStep, NotCollected
from stepwell_workflows.journey.care import ladder, responses
from stepwell_workflows.journey.draft import Draft
from stepwell_workflows.journey.happenings import Fact

MISSED: Mapping[MissedDoseStep, CareSignal] = MappingProxyType(
    {
        MissedDoseStep.USUAL_DOSE: CareSignal.DOSE_MISSED,
        MissedDoseStep.NURSE_CHECK: CareSignal.DOSE_MISSED,
        MissedDoseStep.PRESCRIBER_ORDER: CareSignal.DOSES_HELD,
        MissedDoseStep.NEW_INDUCTION: CareSignal.INDUCTION_NEEDED,
    }
)

#: Results that nobody has to talk about are not named.
TESTED: Mapping[DrugTestResult, CareSignal] = MappingProxyType(
    {
        DrugTestResult.UNEXPECTED_POSITIVE: CareSignal.TEST_UNEXPECTED,
        DrugTestResult.UNEXPECTED_NEGATIVE: CareSignal.MEDICINE_ABSENT,
        DrugTestResult.INVALID: CareSignal.SPECIMEN_DOUBTFUL,
        DrugTestResult.DILUTE: CareSignal.SPECIMEN_DOUBTFUL,
        DrugTestResult.SUBSTITUTED: CareSignal.SPECIMEN_DOUBTFUL,
        DrugTestResult.ADULTERATED: CareSignal.SPECIMEN_DOUBTFUL,
    }
)

#: Without a specimen for a reason of the patient's own; a refusal starts a conversation, nothing else.
MISSED_TEST = frozenset({NotCollected.REFUSED, NotCollected.DID_NOT_COME})


def on_dose_missed(draft: Draft, fact: Fact, event: giving.DoseMissed) -> None:
    """Somebody calls, from the third day the prescriber decides; absences are dangerous from now on."""
    del fact
    _risk(draft)
    if event.step is MissedDoseStep.NEW_INDUCTION:
        responses.met(draft, CareSignal.DOSES_HELD)
    responses.signalled(draft, MISSED[event.step])


def on_dose_observed(draft: Draft, fact: Fact, event: medication.DoseObserved) -> None:
    """The patient came for the dose."""
    del fact, event
    for signal in set(MISSED.values()):
        responses.met(draft, signal)


def on_injection_overdue(draft: Draft, fact: Fact, event: giving.InjectionOverdue) -> None:
    """The risk of overdose rises as the injection wanes."""
    del fact, event
    _risk(draft)
    responses.signalled(draft, CareSignal.INJECTION_OVERDUE)


def on_injection_given(draft: Draft, fact: Fact, event: giving.InjectionGiven) -> None:
    """The injection is no longer overdue."""
    del fact, event
    responses.met(draft, CareSignal.INJECTION_OVERDUE)


def on_drug_test_resulted(draft: Draft, fact: Fact, event: giving.DrugTestResulted) -> None:
    """An unexpected result is talked about; alone it changes nothing else."""
    del fact
    signal = TESTED.get(event.result)
    if signal is not None:
        responses.signalled(draft, signal)


def on_drug_test_not_collected(draft: Draft, fact: Fact, event: giving.DrugTestNotCollected) -> None:
    """A refusal is talked about."""
    del fact
    if event.reason in MISSED_TEST:
        responses.signalled(draft, CareSignal.TEST_REFUSED)


def on_visit_needed(draft: Draft, fact: Fact, event: orders.VisitNeeded) -> None:
    """Medication says when; scheduling finds a time and somebody."""
    del fact
    message = BookVisit(
        key=draft.key(),
        visit_id=event.visit_id,
        modality=Modality.MEDICATION_MANAGEMENT,
        minutes=event.minutes,
        not_before=event.not_before,
        not_after=event.not_after,
        target_day=event.target_day,
    )
    draft.act(contract.BOOK_VISIT, message)


def on_crisis_reply(draft: Draft, fact: Fact, event: CrisisReplyReceived) -> None:
    """Notifications has answered and pages on its own; somebody must speak with the patient."""
    del fact, event
    responses.signalled(draft, CareSignal.CRISIS_REPLY)


def _risk(draft: Draft) -> None:
    former = draft.state.clinical.dose_missed_at
    draft.learn(dose_missed_at=max(draft.now, former) if former else draft.now)
    ladder.risk_has_risen(draft)
