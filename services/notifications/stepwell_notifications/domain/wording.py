"""What a message may say: nothing that tells a stranger what kind of place writes.

Source: messages must not disclose a patient's relation to treatment (42 CFR Part 2); lock screens are read by others.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from stepwell_kernel.errors import Bug

#: Words that a message must not have, in any form that begins so, in the languages of the templates.
BANNED: tuple[str, ...] = (
    "addict",
    "adicc",
    "alcohol",
    "buprenorphine",
    "clinic for",
    "consejer",
    "counsel",
    "desintoxic",
    "detox",
    "diagnos",
    "dose",
    "dosis",
    "drug",
    "group",
    "grupo",
    "iop",
    "mat ",
    "medicament",
    "medication",
    "mental",
    "metadona",
    "methadone",
    "naltrexone",
    "opioid",
    "opioide",
    "outpatient",
    "paciente",
    "patient",
    "program",
    "recovery",
    "recuperaci",
    "rehab",
    "relapse",
    "sober",
    "sobri",
    "suboxone",
    "substance",
    "sustancia",
    "terap",
    "test result",
    "therap",
    "tratamiento",
    "treatment",
    "urine",
    "withdrawal",
)


@dataclass(frozen=True, slots=True)
class Wording:
    """Subject and body with their gaps in braces."""

    subject: str
    body: str


def banned_words(text: str) -> Sequence[str]:
    """The banned words in a text."""
    return [word for word in BANNED if re.search(rf"\b{re.escape(word)}", text, re.IGNORECASE)]


def check_wording(wording: Wording) -> Wording:
    """The wording; Bug (`wording_not_neutral`) when it has a banned word: such a template is never sent."""
    if found := banned_words(f"{wording.subject}\n{wording.body}"):
        raise Bug("wording_not_neutral", f"a template has banned words: {', '.join(found)}")
    return wording
