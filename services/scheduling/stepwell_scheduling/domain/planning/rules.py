"""Rows that planning follows: hours of a level, the mix of a program, hours of tracks and visits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from stepwell_kernel.codes import AgeBand, Modality
from stepwell_kernel.errors import Conflict
from stepwell_scheduling.domain.planning.availability import Window
from stepwell_scheduling.domain.planning.values import Need
from stepwell_scheduling.domain.rules import RuleVersion

#: The kind of the hours in which visits are held; the other kinds are those of tracks.
VISIT = "visit"


@dataclass(frozen=True, slots=True)
class HoursRule:
    """The weekly minutes that a level of care stands for, both bounds included."""

    rule: RuleVersion
    floor_minutes: int
    ceiling_minutes: int | None

    def required(self, prescribed_minutes: int) -> int:
        """What the week must reach: the prescription, but never less than the level."""
        return max(self.floor_minutes, prescribed_minutes)


@dataclass(frozen=True, slots=True)
class Prescribed:
    """So many sessions of a modality, of so many minutes each, every so many weeks."""

    modality: Modality
    sessions: int
    minutes: int
    every_weeks: int

    def is_due(self, week_starts_on: date, last_held_on: date | None) -> bool:
        """Whether the week needs it: nothing of the modality stands in the weeks before that one covers."""
        return last_held_on is None or (week_starts_on - last_held_on).days > 7 * (self.every_weeks - 1)


@dataclass(frozen=True, slots=True)
class Mix:
    """What a week holds, by modality; `fills` names the one that takes what the others leave to the required minutes.

    `source` is the version of the rule row, or the signed plan.
    """

    source: str
    sessions: tuple[Prescribed, ...]
    fills: Modality | None = None

    def needs(
        self, required_minutes: int, week_starts_on: date, last_held_on: Mapping[Modality, date]
    ) -> tuple[Need, ...]:
        """What the week needs; `last_held_on` is the day of the latest session of each modality before it."""
        due = [one for one in self.sessions if one.is_due(week_starts_on, last_held_on.get(one.modality))]
        others = sum(one.sessions * one.minutes for one in due if one.modality is not self.fills)
        return tuple(
            Need(
                one.modality,
                max(one.sessions * one.minutes, required_minutes - others if one.modality is self.fills else 0),
                one.minutes,
            )
            for one in due
        )


@dataclass(frozen=True, slots=True)
class OpenHours:
    """Windows of the week in which a track meets or visits are held, and the versions of the rules that say so."""

    rules: tuple[str, ...] = ()
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True)
class MixRule:
    """The mix of a program type, level and part of treatment; 'any' stands for every type or part."""

    program_type: str
    level_of_care: str
    part: str
    mix: Mix


@dataclass(frozen=True, slots=True)
class PlanningRules:
    """The rows in force at a facility on a day, the nearest place and the narrowest row first.

    `open_hours` go by kind (of track, or `visit`) and age band.
    """

    hours: Mapping[tuple[str, str], HoursRule]
    mixes: Sequence[MixRule]
    open_hours: Mapping[tuple[str, str], OpenHours]

    def hours_of(self, level_of_care: str, age_band: AgeBand) -> HoursRule:
        """The hours of a level, or Conflict (`level_not_planned`): a level without a row is not planned by weeks."""
        rule = self.hours.get((level_of_care, age_band))
        if rule is None:
            raise _not_planned(level_of_care)
        return rule

    def mix_of(self, program_type: str, level_of_care: str, part: str | None) -> Mix:
        """The program's mix, or Conflict (`level_not_planned`)."""
        for rule in self.mixes:
            asked = (program_type, level_of_care, part)
            rows = (rule.program_type, rule.level_of_care, rule.part)
            if all(row in ("any", value) for row, value in zip(rows, asked, strict=True)):
                return rule.mix
        raise _not_planned(level_of_care)

    def plans(self, program_type: str, level_of_care: str) -> bool:
        """Whether weeks of such a program can be planned, whatever the age and part of treatment."""
        hours = all((level_of_care, age_band) in self.hours for age_band in AgeBand)
        return hours and any(
            rule.program_type in ("any", program_type) and rule.level_of_care == level_of_care and rule.part == "any"
            for rule in self.mixes
        )

    def hours_of_day(self, kinds: Iterable[str], age_band: str) -> OpenHours:
        """The hours of several kinds for an age band."""
        found = [self.open_hours.get((kind, band)) for kind in kinds for band in (age_band, "any")]
        return OpenHours(
            tuple(rule for hours in found if hours for rule in hours.rules),
            tuple(window for hours in found if hours for window in hours.windows),
        )

    @property
    def visit_hours(self) -> OpenHours:
        """The hours of visits."""
        return self.open_hours.get((VISIT, "any"), OpenHours())


def _not_planned(level_of_care: str) -> Conflict:
    return Conflict("level_not_planned", f"there are no rules for weeks of level {level_of_care}", rule="plan.level")
