"""The linter of templates: one that breaks a rule cannot be loaded, so the process does not start.

Sources: 47 CFR 64.1200(a)(9)(iv) for health care texts: name and contact of the sender, at most 160 characters, a way
to opt out in each; 42 CFR 2.12(a)(1) for what they must not tell. A text of 160 characters of GSM 03.38 is one SMS.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Formatter

from stepwell_kernel.errors import Bug
from stepwell_kernel.message_codes import MessageTemplate
from stepwell_notifications.domain.wording import Wording, banned_words

LONGEST_SMS = 160
LONGEST_NAME = 30

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: Each takes the place of two.
GSM_EXTENDED = frozenset("^{}\\[~]|€")

#: What fills a gap at the most.
LONGEST_GAPS: Mapping[str, str] = {
    "name": " " + "N" * LONGEST_NAME,
    "day": "2026-12-31",
    "time": "23:59",
    "facility": "N" * LONGEST_NAME,
    "callback": "+1" + "0" * 14,
}

#: The way out was just taken, or a life comes first.
WITHOUT_OPT_OUT = frozenset({MessageTemplate.OPT_OUT_CONFIRMED, MessageTemplate.CRISIS_ANSWER})

OPT_OUT_WORD = "STOP"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a template breaks, and by what."""

    rule: str
    what: str


def septets(text: str) -> int | None:
    """How many characters of GSM 03.38 the text takes; None when it has one that needs another alphabet."""
    if any(character not in GSM_BASIC and character not in GSM_EXTENDED for character in text):
        return None
    return len(text) + sum(character in GSM_EXTENDED for character in text)


def lint(template: MessageTemplate, wording: Wording) -> Sequence[Finding]:
    """Everything that is wrong with a template."""
    parts = (wording.subject, wording.body, wording.text)
    findings = [Finding("template.neutral", term) for part in parts for term in banned_words(part)]
    findings += [Finding("template.no_link", link) for part in parts for link in ("http", "www.") if link in part]
    unknown = sorted({gap for part in parts for gap in _gaps(part)} - LONGEST_GAPS.keys())
    if unknown:
        return [*findings, *(Finding("template.gaps", gap) for gap in unknown)]
    for gap in ("facility", "callback"):
        findings += [Finding(f"template.{gap}", part) for part in parts[1:] if gap not in _gaps(part)]
    return findings + _of_sms(template, wording.text)


def check_template(template: MessageTemplate, wording: Wording) -> Wording:
    """The wording; Bug (`template_not_sendable`) naming every rule that it breaks."""
    if findings := lint(template, wording):
        problems = ", ".join(f"{finding.rule} ({finding.what})" for finding in findings)
        raise Bug("template_not_sendable", f"{template}: {problems}")
    return wording


def _of_sms(template: MessageTemplate, text: str) -> list[Finding]:
    findings = []
    if "name" in _gaps(text):
        findings.append(Finding("template.sms_no_name", text))
    length = septets(text.format(**LONGEST_GAPS))
    if length is None:
        findings.append(Finding("template.sms_gsm", text))
    elif length > LONGEST_SMS:
        findings.append(Finding("template.sms_160", str(length)))
    if template not in WITHOUT_OPT_OUT and OPT_OUT_WORD not in text:
        findings.append(Finding("template.sms_opt_out", text))
    return findings


def _gaps(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)
