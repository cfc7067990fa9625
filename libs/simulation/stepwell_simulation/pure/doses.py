"""Medication in the pure simulator: doses by the day, injections by the week, drug tests; not everybody comes."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType

from stepwell_contracts.events.medication import DoseObserved, OrderStarted
from stepwell_contracts.events.medication_giving import (
    DoseMissed,
    DrugTestNotCollected,
    DrugTestResulted,
    InjectionGiven,
    InjectionOverdue,
)
from stepwell_kernel.codes import Phase
from stepwell_kernel.local_time import resolve_forward
from stepwell_kernel.medication_codes import (
    DrugTestResult,
    InjectionTiming,
    Medicine,
    MissedDoseStep,
    NotCollected,
)
from stepwell_simulation.pure.patient import CLINICIAN, DAY, IN_CARE, RULE, Patient

#: Assumptions: how often patients come for a dose, an injection, a test, and what a test shows.
COMES_FOR_DOSE = 0.95
COMES_FOR_INJECTION = 0.85
COMES_FOR_TEST = 0.9
RESULTS: Mapping[DrugTestResult, float] = MappingProxyType(
    {
        DrugTestResult.EXPECTED_NEGATIVE: 80,
        DrugTestResult.UNEXPECTED_POSITIVE: 15,
        DrugTestResult.UNEXPECTED_NEGATIVE: 2,
        DrugTestResult.DILUTE: 3,
    }
)
TEST_EVERY_DAYS = (7, 21)
INJECTED_EVERY = timedelta(weeks=1)
LATE_AFTER = timedelta(days=2)

OBSERVED_DAILY = frozenset({Medicine.METHADONE, Medicine.BUPRENORPHINE_NALOXONE_SL})
DOSING = time(10)

#: From how many days without a dose in a row something else is asked for.
STEPS = ((5, MissedDoseStep.NEW_INDUCTION), (3, MissedDoseStep.PRESCRIBER_ORDER), (1, MissedDoseStep.USUAL_DOSE))


def start_medication(patient: Patient) -> None:
    """The order, and what comes of it day by day or week by week; nothing for who takes a medicine at home."""
    medicine = patient.profile.medicine
    if medicine is None:
        return
    order = OrderStarted(
        order_id=patient.id_of("order"),
        episode_id=patient.episode_id,
        medicine=medicine,
        rule_version=RULE,
        ordered_by=CLINICIAN,
    )
    patient.tell(order)
    if medicine in OBSERVED_DAILY:
        _await_dose(patient, medicine, missed=0)
    elif medicine is Medicine.BRIXADI_WEEKLY:
        _inject(patient, medicine, patient.today)


def _morning(patient: Patient, day: date) -> datetime:
    return resolve_forward(datetime.combine(day, DOSING), patient.place.zone)


def _goes_on(patient: Patient) -> bool:
    return patient.phase in IN_CARE or patient.phase is Phase.ON_HOLD


def _await_dose(patient: Patient, medicine: Medicine, missed: int) -> None:
    day = patient.today + DAY

    def dose() -> None:
        if not _goes_on(patient):
            return
        comes = patient.profile.draws.of("dose", day).chance(COMES_FOR_DOSE) and not patient.has_left
        if comes:
            _observe(patient, medicine)
        else:
            _miss(patient, medicine, day, missed + 1)
        _await_dose(patient, medicine, 0 if comes else missed + 1)

    patient.at(_morning(patient, day), dose)


def _observe(patient: Patient, medicine: Medicine) -> None:
    event = DoseObserved(
        dose_id=patient.id_of("dose", patient.now),
        order_id=patient.id_of("order"),
        episode_id=patient.episode_id,
        medicine=medicine,
        amount_mg=Decimal(40),
        observed_by=CLINICIAN,
    )
    patient.tell(event)


def _miss(patient: Patient, medicine: Medicine, day: date, missed: int) -> None:
    event = DoseMissed(
        order_id=patient.id_of("order"),
        episode_id=patient.episode_id,
        medicine=medicine,
        missed_on=day,
        days_missed=missed,
        step=next(step for days, step in STEPS if missed >= days),
        rule_version=RULE,
    )
    patient.tell(event)


def _inject(patient: Patient, medicine: Medicine, due_on: date) -> None:
    """An injection that somebody comes for on its day, or some days after it was called overdue."""
    draws = patient.profile.draws.of("injection", due_on)

    def come() -> None:
        if not _goes_on(patient):
            return
        if draws.chance(COMES_FOR_INJECTION) and not patient.has_left:
            _give(patient, medicine, due_on, InjectionTiming.ON_TIME)
            return
        late = due_on + LATE_AFTER
        patient.at(_morning(patient, late + DAY), lambda: _overdue(patient, medicine, due_on))

    patient.at(_morning(patient, due_on), come)


def _overdue(patient: Patient, medicine: Medicine, due_on: date) -> None:
    if not _goes_on(patient):
        return
    event = InjectionOverdue(
        order_id=patient.id_of("order"),
        episode_id=patient.episode_id,
        medicine=medicine,
        due_on=due_on,
        late_after=due_on + LATE_AFTER,
        rule_version=RULE,
    )
    patient.tell(event)
    if not patient.has_left:
        patient.at(patient.now + DAY, lambda: _give(patient, medicine, due_on, InjectionTiming.LATE))


def _give(patient: Patient, medicine: Medicine, due_on: date, timing: InjectionTiming) -> None:
    if not _goes_on(patient):
        return
    next_due_on = patient.today + INJECTED_EVERY
    event = InjectionGiven(
        injection_id=patient.id_of("injection", due_on),
        order_id=patient.id_of("order"),
        episode_id=patient.episode_id,
        medicine=medicine,
        amount_mg=Decimal(24),
        given_on=patient.today,
        timing=timing,
        next_due_on=next_due_on,
        late_after=next_due_on + LATE_AFTER,
        rule_version=RULE,
    )
    patient.tell(event)
    _inject(patient, medicine, next_due_on)


def await_drug_test(patient: Patient, number: int = 1) -> None:
    """Random drug tests, as long as care goes on."""
    draws = patient.profile.draws.of("drug-test", number)

    def test() -> None:
        if not _goes_on(patient):
            return
        _test(patient, number)
        await_drug_test(patient, number + 1)

    patient.at(patient.now + timedelta(days=draws.of("after").between(*TEST_EVERY_DAYS)), test)


def _test(patient: Patient, number: int) -> None:
    draws = patient.profile.draws.of("drug-test", number)
    test_id = patient.id_of("drug-test", number)
    if patient.has_left or not draws.of("comes").chance(COMES_FOR_TEST):
        reason = NotCollected.DID_NOT_COME
        patient.tell(DrugTestNotCollected(test_id=test_id, episode_id=patient.episode_id, reason=reason))
        return
    event = DrugTestResulted(
        test_id=test_id,
        episode_id=patient.episode_id,
        result=draws.of("result").choose(RESULTS),
        is_definitive=False,
        rule_version=RULE,
    )
    patient.tell(event)
