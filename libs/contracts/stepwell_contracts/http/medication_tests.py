"""Bodies of medication's API about drug tests."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from stepwell_contracts.base import Body, Instant, Value
from stepwell_kernel.medication_codes import Analyte, DrugTestReason, DrugTestResult, NotCollected

Fahrenheit = Annotated[Decimal, Field(ge=30, le=150, max_digits=4, decimal_places=1)]
Measure = Annotated[Decimal, Field(ge=0, le=10_000, max_digits=9, decimal_places=4)]


class DrawDrugTests(Body):
    """Draw for the facility's local day of today; a day is drawn for once."""


class DrawMade(Value):
    """The draw of a day: how many could have been drawn, and the tests that were."""

    draw_id: UUID
    day: date
    pool: int
    tests: tuple[UUID, ...]


class DrawChance(Value):
    """An episode of the pool, with its chance in parts of 2^48."""

    episode_id: UUID
    lots: int


class DrawView(Value):
    """All that it takes to draw again: the lot of an episode is the first six bytes of SHA-256 of `seed:episode id`.

    An episode is selected when its lot, as a number, lies below its chance.
    """

    draw_id: UUID
    facility_id: UUID
    day: date
    seed: str
    pool: tuple[DrawChance, ...]
    selected: tuple[UUID, ...]
    rule_version: str
    drawn_at: Instant


class OrderDrugTest(Body):
    """Ask for a test that was not drawn; a confirmation names the test that it confirms."""

    reason: Literal[DrugTestReason.BASELINE, DrugTestReason.FOR_CAUSE, DrugTestReason.CONFIRMATION]
    confirms: UUID | None = None


class DrugTestOrdered(Value):
    """The test, and until when a specimen can be given."""

    test_id: UUID
    day: date
    call_in_by: Instant


class CollectSpecimen(Body):
    """A specimen was taken; temperature within four minutes, in degrees Fahrenheit."""

    temperature_f: Fahrenheit | None = None
    observed: bool = False


class SpecimenCollected(Value):
    """When it was."""

    test_id: UUID
    collected_at: Instant


class NoteNotCollected(Body):
    """Why there is no specimen."""

    reason: NotCollected


class NotCollectedNoted(Value):
    """As it was noted."""

    test_id: UUID
    reason: NotCollected


class Finding(Body):
    """Whether an analyte shows."""

    analyte: Analyte
    positive: bool


class ReportedUse(Body):
    """What the patient says of their last use of a substance."""

    analyte: Analyte
    last_used_at: Instant


class RecordResult(Body):
    """What the laboratory tells: creatinine in mg/dL, nitrite in mcg/mL.

    A screen by immunoassay is presumptive, one by chromatography and mass spectrometry definitive.
    """

    stage: Literal["presumptive", "definitive"]
    panel: Annotated[tuple[Finding, ...], Field(min_length=1, max_length=30)]
    creatinine: Measure | None = None
    specific_gravity: Measure | None = None
    ph: Measure | None = None
    nitrite: Measure | None = None
    reported_use: Annotated[tuple[ReportedUse, ...], Field(max_length=30)] = ()


class ResultRecorded(Value):
    """How the result was judged; an unexpected presumptive one needs a confirmation before anything adverse follows."""

    test_id: UUID
    result: DrugTestResult
    needs_confirmation: bool
    rule_version: str


class DrugTestView(Value):
    """A drug test of an episode."""

    test_id: UUID
    episode_id: UUID
    reason: DrugTestReason
    day: date
    call_in_by: Instant
    draw_id: UUID | None
    confirms: UUID | None
    state: str
    not_collected: NotCollected | None
    collected_at: Instant | None
    result: DrugTestResult | None


class DrugTestList(Value):
    """Drug tests of an episode, by day."""

    tests: tuple[DrugTestView, ...]
