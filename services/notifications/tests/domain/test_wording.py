"""Templates say nothing that tells what kind of place writes (42 CFR Part 2)."""

from datetime import UTC, datetime

import pytest

from stepwell_kernel.message_codes import MessageTemplate
from stepwell_kernel.errors import Bug
from stepwell_notifications.domain.templates import WORDINGS, Appointment, write
from stepwell_notifications.domain.wording import Wording, banned_words, check_wording

REMINDER = MessageTemplate.APPOINTMENT_REMINDER
APPOINTMENT = Appointment(datetime(2026, 3, 8, 18, 0, tzinfo=UTC), "America/New_York", "North Center", "+12025550100")


@pytest.mark.parametrize("key", WORDINGS, ids=str)
def test_no_template_has_a_banned_word(key: tuple[MessageTemplate, str]) -> None:
    wording = WORDINGS[key]
    assert banned_words(wording.subject + wording.body) == []
    assert "{callback}" in wording.body
    assert "{facility}" in wording.body


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Your recovery group", ["group", "recovery"]),
        ("REHAB at nine", ["rehab"]),
        ("methadone", ["methadone"]),
        ("Su terapia de grupo", ["grupo", "terap"]),
        ("MAT visit", ["mat "]),
        ("That matters: bring your format", []),
        ("Your appointment at North Center", []),
    ],
)
def test_banned_words_are_found_in_any_case_and_form(text: str, found: list[str]) -> None:
    assert sorted(banned_words(text)) == found


def test_a_template_with_a_banned_word_cannot_exist() -> None:
    with pytest.raises(Bug, match="wording_not_neutral"):
        check_wording(Wording("Your appointment", "Group therapy at nine."))


@pytest.mark.parametrize(
    ("language", "subject", "greeting"),
    [
        ("en", "Your appointment on 2026-03-08", "Hello Ada,"),
        ("es", "Su cita del 2026-03-08", "Hola Ada:"),
        ("fr", "Your appointment on 2026-03-08", "Hello Ada,"),
    ],
)
def test_a_reminder_in_the_recipients_language(language: str, subject: str, greeting: str) -> None:
    written = write(REMINDER, language, "Ada", APPOINTMENT)
    assert written.subject == subject
    assert written.body.startswith(greeting)
    assert "14:00" in written.body, "local time of the facility, after the clock went forward that morning"
    assert "+12025550100" in written.body


def test_a_recipient_without_a_name_is_greeted_and_a_name_is_never_a_template() -> None:
    assert write(REMINDER, "en", "", APPOINTMENT).body.startswith("Hello,\n")
    assert write(REMINDER, "en", "{callback}", APPOINTMENT).body.startswith("Hello {callback},")
