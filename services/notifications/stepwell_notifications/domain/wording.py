"""What a message may say: nothing that tells a stranger what kind of place writes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from stepwell_kernel.errors import Bug
from stepwell_notifications.domain.banned_terms import BANNED_TERMS, BannedTerm


@dataclass(frozen=True, slots=True)
class Wording:
    """Subject and body of an e-mail and the text of an SMS, with their gaps in braces."""

    subject: str
    body: str
    text: str = ""


def _pattern(term: BannedTerm) -> str:
    return rf"\b{re.escape(term.text)}" + (r"\b" if term.whole else "")


_PATTERNS = tuple((term.text, re.compile(_pattern(term), re.IGNORECASE)) for term in BANNED_TERMS)


def banned_words(text: str) -> Sequence[str]:
    """The banned terms in a text."""
    return [term for term, pattern in _PATTERNS if pattern.search(text)]


def check_wording(wording: Wording) -> Wording:
    """The wording; Bug (`wording_not_neutral`) when it has a banned term: such a template is never sent."""
    if found := banned_words(f"{wording.subject}\n{wording.body}\n{wording.text}"):
        raise Bug("wording_not_neutral", f"a template has banned terms: {', '.join(found)}")
    return wording
