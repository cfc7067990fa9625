"""Templates tell nobody what kind of place writes (42 CFR 2.12), and are texts that may be sent (47 CFR 64.1200)."""

from datetime import UTC, datetime

import pytest

from stepwell_kernel.errors import Bug
from stepwell_kernel.message_codes import MessageTemplate
from stepwell_notifications.domain.banned_terms import BANNED_TERMS, SOURCES, BannedTerm
from stepwell_notifications.domain.linter import (
    LONGEST_GAPS,
    LONGEST_SMS,
    OPT_OUT_WORD,
    WITHOUT_OPT_OUT,
    check_template,
    lint,
    septets,
)
from stepwell_notifications.domain.templates import WORDINGS, Details, sender_name, short_sender_name, write
from stepwell_notifications.domain.wording import Wording, banned_words, check_wording

REMINDER = MessageTemplate.APPOINTMENT_REMINDER
DETAILS = Details("North Center", "+12025550100", "America/New_York", datetime(2026, 3, 8, 18, 0, tzinfo=UTC))
GOOD = Wording(
    "Your appointment",
    "{facility}: {day} {time}. Call {callback}.",
    "{facility}: {day} {time}. STOP to end. {callback}",
)


def test_every_template_is_there_in_every_language() -> None:
    assert WORDINGS.keys() == {(template, language) for template in MessageTemplate for language in ("en", "es")}


@pytest.mark.parametrize("key", WORDINGS, ids=str)
def test_every_template_passes_the_linter(key: tuple[MessageTemplate, str]) -> None:
    template, wording = key[0], WORDINGS[key]
    assert lint(template, wording) == []
    assert banned_words(f"{wording.subject} {wording.body} {wording.text}") == []
    length = septets(wording.text.format(**LONGEST_GAPS))
    assert length is not None
    assert length <= LONGEST_SMS
    for part in (wording.body, wording.text):
        assert "{callback}" in part
        assert "{facility}" in part
    assert OPT_OUT_WORD in wording.text or template in WITHOUT_OPT_OUT
    assert "{name}" not in wording.text


@pytest.mark.parametrize("term", BANNED_TERMS, ids=lambda term: term.text)
def test_every_banned_term_is_found_and_has_a_source(term: BannedTerm) -> None:
    for text in (term.text, f"About {term.text.upper()} at nine"):
        assert term.text in banned_words(text)
    assert SOURCES[term.telling]
    if term.whole:
        assert term.text not in banned_words(f"{term.text}zz")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Your recovery group", ["group", "recover"]),
        ("REHAB at nine", ["rehab"]),
        ("methadone", ["methadon"]),
        ("Su terapia de grupo", ["grupo", "terap"]),
        ("MAT visit", ["mat"]),
        ("Your balance is due", ["balance"]),
        ("Los resultados", ["resultado"]),
        ("That matters: bring your format", []),
        ("Your appointment at North Center", []),
        ("Owen Bills lives in Billings", ["bills"]),
    ],
)
def test_banned_terms_are_found_in_any_case_and_form(text: str, found: list[str]) -> None:
    assert sorted(banned_words(text)) == found


@pytest.mark.parametrize(
    ("wording", "rules"),
    [
        (GOOD, []),
        (Wording("Your group", GOOD.body, GOOD.text), ["template.neutral"]),
        (Wording(GOOD.subject, GOOD.body + " Methadone.", GOOD.text), ["template.neutral"]),
        (Wording(GOOD.subject, GOOD.body, GOOD.text + " http://x.org/7"), ["template.no_link"]),
        (Wording("{doctor}", GOOD.body, GOOD.text), ["template.gaps"]),
        (Wording(GOOD.subject, "{facility} {day}", GOOD.text), ["template.callback"]),
        (Wording(GOOD.subject, GOOD.body, "{day}. STOP to end. {callback}"), ["template.facility"]),
        (Wording(GOOD.subject, GOOD.body, GOOD.text + "{name}"), ["template.sms_no_name"]),
        (Wording(GOOD.subject, GOOD.body, "{facility}: más. STOP. {callback}"), ["template.sms_gsm"]),
        (Wording(GOOD.subject, GOOD.body, "{facility} {callback} STOP".ljust(132, "x")), []),
        (Wording(GOOD.subject, GOOD.body, "{facility} {callback} STOP".ljust(135, "x")), ["template.sms_160"]),
        (Wording(GOOD.subject, GOOD.body, "{facility}: {day}. {callback}"), ["template.sms_opt_out"]),
    ],
    ids=[
        "a good one",
        "a banned term in the subject",
        "a banned term in the body",
        "a link",
        "a gap that nothing fills",
        "no number to call back",
        "no sender",
        "a name on the lock screen",
        "an accent that GSM has not",
        "160 characters at the most",
        "161 or more",
        "no way out",
    ],
)
def test_a_template_that_breaks_a_rule_cannot_be_loaded(wording: Wording, rules: list[str]) -> None:
    assert [finding.rule for finding in lint(REMINDER, wording)] == rules
    if not rules:
        assert check_template(REMINDER, wording) is wording
        return
    with pytest.raises(Bug, match="template_not_sendable"):
        check_template(REMINDER, wording)


@pytest.mark.parametrize(
    ("text", "length"),
    [("", 0), ("Ñandú", None), ("Ñandu", 5), ("ñ¿¡é", 4), ("€", 2), ("[x]", 5), ("á", None), ("\u2019", None)],
    ids=repr,
)
def test_characters_of_a_text_message(text: str, length: int | None) -> None:
    """GSM 03.38: the extended characters take two places; everything else needs another alphabet."""
    assert septets(text) == length


def test_a_page_with_a_banned_term_cannot_exist() -> None:
    with pytest.raises(Bug, match="wording_not_neutral"):
        check_wording(Wording("Your appointment", "Group therapy at nine."))


@pytest.mark.parametrize(
    ("name", "by_email", "by_text"),
    [
        ("North Center", "North Center", "North Center"),
        ("Harbor Recovery Center", "+12025550100", "+12025550100"),
        ("N" * 30, "N" * 30, "N" * 30),
        ("N" * 31, "N" * 31, "+12025550100"),
        ("Río Centro", "Río Centro", "+12025550100"),
    ],
    ids=["neutral", "a name that tells", "30 characters", "31 characters", "no letters for it in a text"],
)
def test_the_sender_is_the_name_only_if_that_is_neutral(name: str, by_email: str, by_text: str) -> None:
    assert sender_name(name, "+12025550100") == by_email
    assert short_sender_name(name, "+12025550100") == by_text
    written = write(REMINDER, "en", "Ada", Details(name, "+12025550100", DETAILS.zone, DETAILS.starts_at))
    assert written.text.startswith(f"{by_text}: appointment 2026-03-08 14:00.")
    assert f"with {by_email}." in written.body


@pytest.mark.parametrize(
    ("language", "subject", "greeting", "text"),
    [
        ("en", "Your appointment on 2026-03-08", "Hello Ada,", "North Center: appointment 2026-03-08 14:00."),
        ("es", "Su cita del 2026-03-08", "Hola Ada:", "North Center: cita 2026-03-08 14:00."),
        ("fr", "Your appointment on 2026-03-08", "Hello Ada,", "North Center: appointment 2026-03-08 14:00."),
    ],
)
def test_a_reminder_in_the_recipients_language(language: str, subject: str, greeting: str, text: str) -> None:
    written = write(REMINDER, language, "Ada", DETAILS)
    assert written.subject == subject
    assert written.body.startswith(greeting)
    assert written.text.startswith(text), "local time of the facility, after the clock went forward that morning"
    assert "+12025550100" in written.body
    assert "+12025550100" in written.text
    assert "Ada" not in written.text


def test_a_recipient_without_a_name_is_greeted_and_a_name_is_never_a_template() -> None:
    assert write(REMINDER, "en", "", DETAILS).body.startswith("Hello,\n")
    assert write(REMINDER, "en", "{callback}", DETAILS).body.startswith("Hello {callback},")


def test_what_is_about_no_appointment_has_no_time() -> None:
    written = write(
        MessageTemplate.SEAT_FOUND, "en", "Ada", Details("North Center", "+12025550100", "America/New_York")
    )
    assert written.text == "North Center: there is a place for you now. Please call +12025550100. Reply STOP to end"
