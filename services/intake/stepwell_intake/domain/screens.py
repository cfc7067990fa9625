"""Instruments: a form is checked whole before it is scored, and a total is computed, never entered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from stepwell_intake.domain.rules import RuleVersion
from stepwell_kernel.codes import FollowUp, SuicideRisk
from stepwell_kernel.errors import FieldProblem, Invalid


class Sex(StrEnum):
    """What a cut-off by sex goes by, in the codes of FHIR's administrative gender."""

    MALE = "male"
    FEMALE = "female"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Item:
    """An item by its code, answered from 0 to `most` points; yes is 1.

    `asked_when` names the item that must have been answered yes. What is not scored may be left out.
    """

    code: str
    most: int
    asked_when: str | None = None
    is_scored: bool = True


@dataclass(frozen=True, slots=True)
class Form:
    """An instrument as it was filled in: points by item, sex where a cut-off goes by it.

    `earlier` are the totals of the same instrument in the same episode, the newest first.
    """

    answers: Mapping[str, int]
    sex: Sex | None = None
    earlier: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """What a rule makes of a form; `total` is absent where the instrument has none.

    `notes` are codes for who reads the score, `follow_ups` are what somebody has to do about it.
    """

    band_code: str
    total: int | None = None
    suicide_risk: SuicideRisk | None = None
    follow_ups: tuple[FollowUp, ...] = ()
    notes: tuple[str, ...] = ()
    is_crisis: bool = False


def check_form(form: Form, items: Sequence[Item], rule: RuleVersion, *, needs_sex: bool = False) -> None:
    """Raise Invalid (`answers_invalid`, or `screen_incomplete` when items are missing and nothing else is wrong).

    Every wrong and every missing item is named. An answer to an item that the form skips contradicts it.
    """
    wrong = tuple(_wrong(form, items, rule, needs_sex=needs_sex))
    missing = tuple(_missing(form, items, rule, needs_sex=needs_sex))
    if wrong:
        raise Invalid("answers_invalid", "the answers do not fit the instrument", fields=(*wrong, *missing))
    if missing:
        raise Invalid("screen_incomplete", "the instrument is not filled in", fields=missing)


def _wrong(form: Form, items: Sequence[Item], rule: RuleVersion, *, needs_sex: bool) -> Iterator[FieldProblem]:
    known = MappingProxyType({item.code: item for item in items})
    for code, points in form.answers.items():
        path = f"answers.{code}"
        item = known.get(code)
        if item is None:
            yield FieldProblem(path, "is no item of this instrument", str(rule))
        elif not 0 <= points <= item.most:
            yield FieldProblem(path, f"lies outside 0 to {item.most}", str(rule))
        elif item.asked_when is not None and form.answers.get(item.asked_when) == 0:
            yield FieldProblem(path, f"is not asked when {item.asked_when} is no", str(rule))
    if form.sex is not None and not needs_sex:
        yield FieldProblem("sex", "is not asked for by this instrument", str(rule))


def _missing(form: Form, items: Sequence[Item], rule: RuleVersion, *, needs_sex: bool) -> Iterator[FieldProblem]:
    for item in items:
        is_asked = item.asked_when is None or form.answers.get(item.asked_when, 0) > 0
        if item.is_scored and is_asked and item.code not in form.answers:
            yield FieldProblem(f"answers.{item.code}", "is missing", str(rule))
    if needs_sex and form.sex is None:
        yield FieldProblem("sex", "is missing: the cut-off goes by it", str(rule))
