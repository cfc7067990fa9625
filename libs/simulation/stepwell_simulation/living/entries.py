"""Entries of staff that can be wrong at first: how many there are, and what became of the wrong ones."""

from dataclasses import dataclass


@dataclass
class Entries:
    """How many entries were made, how many of them wrong at first, and how many of those were put right since."""

    made: int = 0
    wrong: int = 0
    corrected: int = 0

    def note(self, *, wrong: bool) -> None:
        """An entry is made."""
        self.made += 1
        self.wrong += wrong
