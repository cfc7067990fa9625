"""Instruments that were filled in elsewhere, from QuestionnaireResponse."""

from collections.abc import Iterator

from fhir.resources.R4B.questionnaireresponse import (
    QuestionnaireResponse,
    QuestionnaireResponseItem,
    QuestionnaireResponseItemAnswer,
)

from stepwell_intake.fhir.instruments import PANELS, Panel, Question
from stepwell_intake.fhir.problems import Problems, path_of

DONE = frozenset({"completed", "amended"})


def panel_of(response: QuestionnaireResponse) -> Panel | None:
    """The instrument that was filled in, by the LOINC code of its panel at the end of its address."""
    address = (response.questionnaire or "").split("|")[0]
    return PANELS.get(address.rsplit("/", 1)[-1])


def read_form(response: QuestionnaireResponse, panel: Panel, path: str, problems: Problems) -> dict[str, int]:
    """Points by item; every item has one answer that the instrument knows. Totals are passed over: ours is computed."""
    if response.status not in DONE:
        problems.add(f"{path}.status", f"is none of {', '.join(sorted(DONE))}")
    points: dict[str, int] = {}
    for at, item in _items(response.item or [], path):
        question = panel.questions.get((item.linkId or "").rsplit("/", 1)[-1])
        if question is None:
            continue
        if question.item in points:
            problems.add(at, "answers an item for a second time")
        points[question.item] = _points(item, question, at, problems)
    absent = [code for code, question in panel.questions.items() if question.is_scored and question.item not in points]
    if absent:
        problems.add(f"{path}.item", f"lacks {', '.join(absent)}")
    return points


def _items(items: list[QuestionnaireResponseItem], path: str) -> Iterator[tuple[str, QuestionnaireResponseItem]]:
    """All items with their paths, those in groups too."""
    for index, item in enumerate(items):
        at = path_of(path, ("item", index))
        yield at, item
        yield from _items(item.item or [], at)


def _points(item: QuestionnaireResponseItem, question: Question, path: str, problems: Problems) -> int:
    answers = item.answer or []
    if len(answers) != 1:
        problems.add(f"{path}.answer", "is not one answer")
        return 0
    points = _value(answers[0], question)
    if points is None:
        problems.add_unless_known(
            f"{path}.answer[0]", f"is no answer code of LOINC and no points from 0 to {_most(question)}"
        )
        return 0
    return points


def _value(answer: QuestionnaireResponseItemAnswer, question: Question) -> int | None:
    """The points of an answer: by its code, or as a number as some forms send it."""
    if answer.valueCoding is not None:
        code = answer.valueCoding.code or ""
        return question.answers.index(code) if code in question.answers else None
    number = answer.valueInteger if answer.valueInteger is not None else answer.valueDecimal
    if number is None or not 0 <= number <= _most(question) or number != int(number):
        return None
    return int(number)


def _most(question: Question) -> int:
    return len(question.answers) - 1
