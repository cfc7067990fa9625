"""What patients answer to the texts that they get."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from stepwell_simulation.conduct import Reply
from stepwell_simulation.living.cases import Case
from stepwell_simulation.living.phones import Phones

CONFIRM = "C"
CHANGE = "R"
STOP = "please stop texting me"
START = "START"
IN_DANGER = "I want to die"

#: What asks for an answer says so.
ASKS_TO_CONFIRM = "Reply C"


#: What is written for each answer.
WORDS: Mapping[Reply, str] = MappingProxyType({Reply.CONFIRMS: CONFIRM, Reply.CANNOT_COME: CHANGE, Reply.STOP: STOP})


async def answer_texts(phones: Phones, cases: Mapping[str, Case], heard: Counter[str], now: datetime) -> int:
    """Patients read what came, and some of them answer; how many did.

    `cases` are by phone number; `heard` counts what each number was sent so far; `now` is in domain time.
    """
    answered = 0
    for text in reversed(await phones.read()):
        number = text["recipients"][0]
        case = cases.get(number)
        if case is None or ASKS_TO_CONFIRM not in text["body"]:
            continue
        heard[number] += 1
        answered += await _answer(phones, case, str(heard[number]), now)
    return answered


async def _answer(phones: Phones, case: Case, name: str, now: datetime) -> bool:
    number = case.house.texts_from
    reply = case.conduct.answers(name, (now - (case.admitted_at or now)) / timedelta(days=1))
    if case.away or number is None or reply is None:
        return False
    await phones.write(case.profile.phone, number, WORDS[reply])
    return True
