"""The three kinds of message model. All are frozen; only those that people write refuse unknown fields."""

from datetime import UTC, datetime
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class Value(BaseModel):
    """A frozen value that readers take tolerantly: fields they do not know are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_timedelta="float")


class Body(BaseModel):
    """A request body: frozen, and a field that the API does not know is an error with its path."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Event(Value):
    """A fact. Ids, codes, times and quantities only: no names, contacts, free text or diagnoses.

    `type` is `stepwell.<service>.<subject>_<action>.v<major>`; a published version only gains optional fields.
    """

    type: ClassVar[str]


#: An instant with its zone. Beyond these years no calendar reaches, and at the ends of time it has no place in UTC.
Instant = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))]
