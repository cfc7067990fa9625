"""Words in a reply, however they are written: case, accents, punctuation, spacing and pictures say nothing."""

import re
import unicodedata
from dataclasses import dataclass

from stepwell_kernel.message_codes import ReplyKind

#: What people put around a word out of courtesy; `STOP, please` is `stop`.
COURTESIES = re.compile(r"\b(?:please|pls|plz|thanks|thank you|thx|hi|hello|hola|por favor|gracias)\b")
APOSTROPHES = re.compile(r"['\u2018\u2019\u02bc`\u00b4]")
APART = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class ReplyWord:
    """Words that mean something: as the whole message, or `anywhere` in it; `rule_id` is the list they stand in."""

    rule_id: str
    version: str
    kind: ReplyKind
    language: str
    wording: str
    anywhere: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as words are looked for in it: all of it, and what is left without courtesies, repeats and spaces."""

    text: str
    whole: str

    def holds(self, word: ReplyWord) -> bool:
        """Whether the words are there."""
        if word.anywhere:
            return f" {word.wording} " in f" {self.text} "
        return self.whole == word.wording.replace(" ", "")


def read(text: str) -> Reading:
    """The text in lower case, without accents, punctuation and pictures, its words one space apart."""
    plain = unicodedata.normalize("NFKD", APOSTROPHES.sub("", text)).casefold()
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    words = APART.sub(" ", letters).strip()
    bare = COURTESIES.sub(" ", words).split()
    once = [word for place, word in enumerate(bare) if place == 0 or word != bare[place - 1]]
    return Reading(words, "".join(once) or words.replace(" ", ""))
