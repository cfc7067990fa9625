"""Bodies of intake's API about screening, crises and reports of risk."""

from collections.abc import Mapping
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from stepwell_contracts.base import Body, Instant, Value
from stepwell_kernel.codes import CrisisDisposition, FollowUp, Instrument, RiskSignal, SuicideRisk

ItemCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Points = Annotated[int, Field(strict=True, ge=0, le=100)]
Setting = Literal["on_site", "remote"]
FreeText = Annotated[str, Field(min_length=3, max_length=2000)]


class RecordScreen(Body):
    """An instrument as it was filled in: points by item, `item_1` and so on; yes is 1, no is 0.

    PHQ-9 may have `function` besides. Item 6 of the C-SSRS, answered yes, has `item_6_past_3_months`. `sex` is asked
    for by AUDIT-C alone, in the codes of FHIR's administrative gender.
    """

    instrument: Instrument
    answers: Annotated[Mapping[ItemCode, Points], Field(min_length=1, max_length=40)]
    sex: Literal["male", "female", "other", "unknown"] | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$", description="ISO 639-1")] = "en"
    setting: Annotated[Setting, Field(description="where the person is while answering")] = "on_site"


class CrisisStepView(Value):
    """Something to do at once; `contact` is the number that it names."""

    code: str
    contact: str | None = None


class RaisedCrisis(Value):
    """A crisis without a disposition, and what to do now, whether or not the page has gone out."""

    crisis_id: UUID
    steps: tuple[CrisisStepView, ...]
    rule_version: str


class ScreenScored(Value):
    """The score; `total` is absent where the instrument has none, `crisis` where nobody is in danger."""

    screen_id: UUID
    instrument: Instrument
    total: int | None
    band_code: str
    suicide_risk: SuicideRisk | None
    follow_ups: tuple[FollowUp, ...]
    note_codes: tuple[str, ...]
    rule_version: str
    crisis: RaisedCrisis | None = None


class ScreenView(Value):
    """An instrument that was filled in."""

    screen_id: UUID
    instrument: Instrument
    answers: Mapping[str, int]
    total: int | None
    band_code: str
    suicide_risk: SuicideRisk | None
    follow_ups: tuple[FollowUp, ...]
    note_codes: tuple[str, ...]
    rule_version: str
    recorded_by: UUID
    recorded_at: Instant


class Screens(Value):
    """The screens of an episode, the newest first."""

    rows: tuple[ScreenView, ...]


class RaiseCrisis(Body):
    """Somebody is in danger; raised again, it notes where the person is now."""

    setting: Setting
    location: FreeText | None = None


class CloseCrisis(Body):
    """How the crisis ended; that there was none needs a note."""

    disposition: CrisisDisposition
    note: FreeText | None = None


class CrisisDisposed(Value):
    """A crisis that has its disposition."""

    crisis_id: UUID
    disposition: CrisisDisposition


class CrisisView(Value):
    """A crisis as it stands."""

    crisis_id: UUID
    screen_id: UUID | None
    setting: Setting
    state: Literal["open", "closed"]
    location_noted: bool
    raised_by: UUID
    raised_at: Instant
    disposition: CrisisDisposition | None
    closed_by: UUID | None
    closed_at: Instant | None


class Crises(Value):
    """The crises of an episode, the newest first."""

    rows: tuple[CrisisView, ...]


class CrisisRecord(CrisisView):
    """A crisis with what staff wrote; nothing of it is stored or logged by who asked."""

    location: str | None
    note: str | None
    steps: tuple[CrisisStepView, ...]


class ReportRisk(Body):
    """Something happened that the team must answer within a set time."""

    signal: RiskSignal
    happened_at: Instant


class RiskNoted(Value):
    """The report."""

    report_id: UUID
