"""Instruments with a total: PHQ-9, GAD-7, AUDIT-C."""

from collections.abc import Sequence
from dataclasses import dataclass

from stepwell_intake.domain.rules import RuleVersion
from stepwell_intake.domain.screens import Form, Item, Score, Sex, check_form
from stepwell_kernel.codes import FollowUp, Instrument
from stepwell_kernel.errors import Bug


@dataclass(frozen=True, slots=True)
class Band:
    """A band that begins at a total, for some sexes only where `only_for` names them, and what it asks for."""

    code: str
    least: int
    only_for: frozenset[Sex] = frozenset()
    follow_ups: tuple[FollowUp, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemTrigger:
    """An item that asks for something by itself, whatever the total."""

    item: str
    least: int
    follow_ups: tuple[FollowUp, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """What to bear in mind when a total of the band comes from a single item."""

    code: str
    band: str
    only_points_in: str


@dataclass(frozen=True, slots=True)
class ScaleRule:
    """How a scale is scored. Worse by `worse_by` points than the last time is a deterioration; None: never."""

    rule: RuleVersion
    instrument: Instrument
    items: tuple[Item, ...]
    bands: tuple[Band, ...]
    item_triggers: tuple[ItemTrigger, ...] = ()
    notes: tuple[Note, ...] = ()
    worse_by: int | None = None

    def score(self, form: Form) -> Score:
        """Total, band and what they ask for; Invalid (`answers_invalid`, `screen_incomplete`)."""
        check_form(form, self.items, self.rule, needs_sex=any(band.only_for for band in self.bands))
        total = sum(form.answers[item.code] for item in self.items if item.is_scored)
        band = self._band(total, form.sex)
        asked_by_items = (
            follow_up
            for trigger in self.item_triggers
            if form.answers[trigger.item] >= trigger.least
            for follow_up in trigger.follow_ups
        )
        return Score(
            band_code=band.code,
            total=total,
            follow_ups=(*asked_by_items, *band.follow_ups, *deterioration(total, form.earlier, self.worse_by)),
            notes=tuple(
                note.code
                for note in self.notes
                if note.band == band.code and form.answers[note.only_points_in] == total
            ),
        )

    def _band(self, total: int, sex: Sex | None) -> Band:
        reached = [band for band in self.bands if band.least <= total and (not band.only_for or sex in band.only_for)]
        if not reached:
            raise Bug("screen_bands_incomplete", f"no band of {self.rule} holds a total of {total}")
        return max(reached, key=lambda band: band.least)


def deterioration(total: int, earlier: Sequence[int], worse_by: int | None) -> tuple[FollowUp, ...]:
    """Worse than the last time asks for a look, worse twice in a row for a review of the level of care.

    `earlier` are totals, the newest first. A higher total is worse.
    """
    if worse_by is None or not earlier or total - earlier[0] < worse_by:
        return ()
    if len(earlier) > 1 and earlier[0] - earlier[1] >= worse_by:
        return (FollowUp.DETERIORATION, FollowUp.LEVEL_OF_CARE_REVIEW)
    return (FollowUp.DETERIORATION,)
