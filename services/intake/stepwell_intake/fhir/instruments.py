"""Instruments by their LOINC codes: panels, items in order, answers by their points."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from stepwell_kernel.codes import Instrument


@dataclass(frozen=True, slots=True)
class Question:
    """An item by its code in a rule of scoring; the answers in the order of their points, from 0."""

    item: str
    answers: tuple[str, ...]
    is_scored: bool = True


@dataclass(frozen=True, slots=True)
class Panel:
    """An instrument; its questions by LOINC code."""

    instrument: Instrument
    questions: Mapping[str, Question]
    needs_sex: bool = False


#: LL358-3: not at all, several days, more than half the days, nearly every day.
FREQUENCY = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")
#: Not, somewhat, very, extremely difficult; the codes do not ascend.
DIFFICULTY = ("LA6572-7", "LA6573-5", "LA6575-0", "LA6574-3")
#: LL2179-1, LL2180-9 and LL2181-7, for the three items of AUDIT-C.
HOW_OFTEN = ("LA6270-8", "LA18926-8", "LA18927-6", "LA18928-4", "LA18929-2")
HOW_MANY = ("LA15694-5", "LA15695-2", "LA18930-0", "LA18931-8", "LA18932-6")
SIX_OR_MORE = ("LA6270-8", "LA18933-4", "LA18876-5", "LA18891-4", "LA18934-2")

PHQ_9_ITEMS = (
    *("44250-9", "44255-8", "44259-0", "44254-1", "44251-7"),
    *("44258-2", "44252-5", "44253-3", "44260-8"),
)
GAD_7_ITEMS = ("69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7")


def _numbered(codes: tuple[str, ...], *answers: tuple[str, ...]) -> dict[str, Question]:
    lists = answers if len(answers) > 1 else answers * len(codes)
    return {
        code: Question(f"item_{number}", given)
        for number, (code, given) in enumerate(zip(codes, lists, strict=True), 1)
    }


#: 69737-5 is the panel of GAD-7 and 72109-2 that of AUDIT-C, neither is a score.
PANELS: Mapping[str, Panel] = MappingProxyType(
    {
        "44249-1": Panel(
            Instrument.PHQ_9,
            MappingProxyType(
                _numbered(PHQ_9_ITEMS, FREQUENCY) | {"69722-7": Question("function", DIFFICULTY, is_scored=False)}
            ),
        ),
        "69737-5": Panel(Instrument.GAD_7, MappingProxyType(_numbered(GAD_7_ITEMS, FREQUENCY))),
        "72109-2": Panel(
            Instrument.AUDIT_C,
            MappingProxyType(_numbered(("68518-0", "68519-8", "68520-6"), HOW_OFTEN, HOW_MANY, SIX_OR_MORE)),
            needs_sex=True,
        ),
    }
)
