"""What a reply means, and what it is answered with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from stepwell_kernel.message_codes import MessageTemplate, ReplyKind
from stepwell_notifications.domain.reply_words import ReplyWord, read

#: A cry for help goes before everything, an opt-out before every other wish (47 CFR 64.1200(a)(10)).
PRECEDENCE = (
    ReplyKind.CRISIS,
    ReplyKind.STOP,
    ReplyKind.START,
    ReplyKind.HELP,
    ReplyKind.CONFIRM,
    ReplyKind.RESCHEDULE,
)

ANSWERS: Mapping[ReplyKind, MessageTemplate] = MappingProxyType(
    {
        ReplyKind.CRISIS: MessageTemplate.CRISIS_ANSWER,
        ReplyKind.STOP: MessageTemplate.OPT_OUT_CONFIRMED,
        ReplyKind.START: MessageTemplate.OPT_IN_CONFIRMED,
        ReplyKind.HELP: MessageTemplate.HELP_ANSWER,
    }
)

#: What goes out even when its reader opted out since they wrote.
IN_SPITE_OF_OPT_OUT = frozenset(
    {MessageTemplate.CRISIS_ANSWER, MessageTemplate.HELP_ANSWER, MessageTemplate.OPT_OUT_CONFIRMED}
)

DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Understood:
    """What a reply was understood as, by which list of words; nothing found is OTHER.

    `stops` tells that it asks for no more messages, whatever else it says.
    """

    kind: ReplyKind
    language: str
    rule_id: str | None
    rule_version: str | None
    stops: bool


@dataclass(frozen=True, slots=True)
class AnswerRule:
    """How long an answer is of use, and after how long the same may go to the same address again; None: each time."""

    template: MessageTemplate
    version: str
    useful_for: timedelta
    again_after: timedelta | None


def understand(text: str, words: Iterable[ReplyWord], *, opted_out: bool) -> Understood:
    """The meaning of a text; `opted_out` is whether its writer has asked for no messages.

    "Yes" asks for messages again only from somebody who gets none; from everybody else it confirms.
    """
    reading = read(text)
    found: dict[ReplyKind, ReplyWord] = {}
    for word in words:
        if reading.holds(word):
            found.setdefault(word.kind, word)
    if not opted_out and ReplyKind.CONFIRM in found:
        found.pop(ReplyKind.START, None)
    for kind in PRECEDENCE:
        if kind in found:
            word = found[kind]
            return Understood(kind, word.language, word.rule_id, word.version, ReplyKind.STOP in found)
    return Understood(ReplyKind.OTHER, DEFAULT_LANGUAGE, None, None, stops=False)


def answer_to(kind: ReplyKind, *, known: bool, opted_out: bool, settled: bool) -> MessageTemplate | None:
    """What a reply is answered with; None is silence.

    `known` is whether the address belongs to any patient, `opted_out` whether its holder gets messages no more,
    `settled` whether the reply changed what it asked for. An opt-out is confirmed once, when it begins to stand. What a
    machine could not settle is referred to the telephone, unless a stranger wrote or somebody who wants no messages.
    """
    if kind in {ReplyKind.CRISIS, ReplyKind.HELP}:
        return ANSWERS[kind]
    if kind in {ReplyKind.STOP, ReplyKind.START}:
        return ANSWERS[kind] if settled else None
    return None if settled or opted_out or not known else MessageTemplate.PLEASE_CALL
