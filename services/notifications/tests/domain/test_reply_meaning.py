"""What a reply means and what it is answered with, on a few words; the lists in force are tested beside their rows."""

import pytest

from stepwell_kernel.message_codes import MessageTemplate, ReplyKind
from stepwell_notifications.domain.replies import answer_to, understand
from stepwell_notifications.domain.reply_words import ReplyWord, read

WORDS = [
    ReplyWord("crisis", "1", ReplyKind.CRISIS, "en", "want to die", anywhere=True),
    ReplyWord("crisis.es", "1", ReplyKind.CRISIS, "es", "quiero morir", anywhere=True),
    ReplyWord("stop", "1", ReplyKind.STOP, "en", "stop", anywhere=False),
    ReplyWord("stop", "1", ReplyKind.STOP, "en", "opt out", anywhere=False),
    ReplyWord("stop.wording", "1", ReplyKind.STOP, "en", "dont text me", anywhere=True),
    ReplyWord("start", "1", ReplyKind.START, "en", "yes", anywhere=False),
    ReplyWord("start", "1", ReplyKind.START, "en", "start", anywhere=False),
    ReplyWord("confirm", "1", ReplyKind.CONFIRM, "en", "yes", anywhere=False),
    ReplyWord("confirm.es", "1", ReplyKind.CONFIRM, "es", "si", anywhere=False),
]


@pytest.mark.parametrize(
    ("text", "words", "whole"),
    [
        ("STOP", "stop", "stop"),
        ("  Stop!!! \n", "stop", "stop"),
        ("\U0001f6d1 stop \U0001f6d1", "stop", "stop"),
        ("S.T.O.P.", "s t o p", "stop"),
        ("opt-out", "opt out", "optout"),
        ("STOP STOP stop", "stop stop stop", "stop"),
        ("Please stop, thank you", "please stop thank you", "stop"),
        ("Don\u2019t text me", "dont text me", "donttextme"),
        ("Sí, ahí estaré", "si ahi estare", "siahiestare"),
        ("ＳＴＯＰ", "stop", "stop"),  # noqa: RUF001  full-width letters
        ("thanks", "thanks", "thanks"),
        ("\U0001f44d", "", ""),
        ("", "", ""),
    ],
)
def test_a_text_is_read_by_its_letters(text: str, words: str, whole: str) -> None:
    assert (read(text).text, read(text).whole) == (words, whole)


@pytest.mark.parametrize(
    ("text", "opted_out", "kind", "language", "stops"),
    [
        ("stop", False, ReplyKind.STOP, "en", True),
        ("I want to die", False, ReplyKind.CRISIS, "en", False),
        ("quiero morir", False, ReplyKind.CRISIS, "es", False),
        ("want to diet", False, ReplyKind.OTHER, "en", False),
        ("dont text me I want to die", False, ReplyKind.CRISIS, "en", True),
        ("yes", False, ReplyKind.CONFIRM, "en", False),
        ("yes", True, ReplyKind.START, "en", False),
        ("start", False, ReplyKind.START, "en", False),
        ("sí", False, ReplyKind.CONFIRM, "es", False),
        ("stop by tomorrow?", False, ReplyKind.OTHER, "en", False),
        ("nonstop", False, ReplyKind.OTHER, "en", False),
        ("", False, ReplyKind.OTHER, "en", False),
    ],
)
def test_crisis_goes_before_stop_and_stop_before_the_rest(
    text: str, opted_out: bool, kind: ReplyKind, language: str, stops: bool
) -> None:
    understood = understand(text, WORDS, opted_out=opted_out)
    assert (understood.kind, understood.language, understood.stops) == (kind, language, stops)


@pytest.mark.parametrize(
    ("kind", "known", "opted_out", "settled", "template"),
    [
        (ReplyKind.CRISIS, False, True, False, MessageTemplate.CRISIS_ANSWER),
        (ReplyKind.HELP, False, True, False, MessageTemplate.HELP_ANSWER),
        (ReplyKind.STOP, False, False, True, MessageTemplate.OPT_OUT_CONFIRMED),
        (ReplyKind.STOP, True, True, False, None),
        (ReplyKind.START, True, True, True, MessageTemplate.OPT_IN_CONFIRMED),
        (ReplyKind.START, True, False, False, None),
        (ReplyKind.CONFIRM, True, False, True, None),
        (ReplyKind.CONFIRM, True, False, False, MessageTemplate.PLEASE_CALL),
        (ReplyKind.RESCHEDULE, True, False, False, MessageTemplate.PLEASE_CALL),
        (ReplyKind.OTHER, True, False, False, MessageTemplate.PLEASE_CALL),
        (ReplyKind.OTHER, True, True, False, None),
        (ReplyKind.OTHER, False, False, False, None),
    ],
)
def test_an_answer_is_given_where_it_helps(
    kind: ReplyKind, known: bool, opted_out: bool, settled: bool, template: MessageTemplate | None
) -> None:
    assert answer_to(kind, known=known, opted_out=opted_out, settled=settled) is template
