"""Instruments and the steps of a crisis, as the rules in force on a day have them."""

from datetime import date
from typing import Any

import asyncpg

from stepwell_intake.domain.c_ssrs import TriageRule, TriageStep
from stepwell_intake.domain.crisis import CrisisStep, DispositionRule, Setting, StepsRule
from stepwell_intake.domain.scales import Band, ItemTrigger, Note, ScaleRule
from stepwell_intake.domain.screens import Item, Sex
from stepwell_intake.store.rules import rows_in_force, version_of
from stepwell_kernel.codes import CrisisDisposition, FollowUp, Instrument, SuicideRisk
from stepwell_kernel.errors import Bug
from stepwell_postgres.transaction import Transaction

Parameters = dict[str, Any]


async def screen_rule(tx: Transaction, day: date, instrument: Instrument) -> ScaleRule | TriageRule:
    """How an instrument is scored; Bug (`rule_missing`)."""
    row = _of(await rows_in_force(tx, "screen", day), "instrument", instrument, day)
    return _triage(row) if "triage" in row["parameters"] else _scale(row)


async def steps_rule(tx: Transaction, day: date, setting: Setting) -> StepsRule:
    """What to do at once in a crisis; Bug (`rule_missing`)."""
    row = _of(await rows_in_force(tx, "crisis_steps", day), "setting", setting, day)
    steps = tuple(CrisisStep(step["code"], step.get("contact")) for step in row["parameters"]["steps"])
    return StepsRule(version_of(row), setting, steps)


async def disposition_rule(tx: Transaction, day: date) -> DispositionRule:
    """What the disposition of a crisis needs; Bug (`rule_missing`)."""
    (row,) = await rows_in_force(tx, "crisis_disposition", day)
    needed = frozenset(CrisisDisposition(code) for code in row["parameters"]["note_needed_for"])
    return DispositionRule(version_of(row), needed)


def _of(rows: list[asyncpg.Record], name: str, value: str, day: date) -> asyncpg.Record:
    for row in rows:
        if row["parameters"][name] == value:
            return row
    raise Bug("rule_missing", f"no rule is in force on {day.isoformat()}: {name} {value}")


def _scale(row: asyncpg.Record) -> ScaleRule:
    parameters: Parameters = row["parameters"]
    scored = (Item(f"item_{number}", parameters["most"]) for number in range(1, parameters["items"] + 1))
    unscored = (Item(code, most, is_scored=False) for code, most in parameters.get("unscored", {}).items())
    return ScaleRule(
        rule=version_of(row),
        instrument=Instrument(parameters["instrument"]),
        items=(*scored, *unscored),
        bands=tuple(_band(band) for band in parameters["bands"]),
        item_triggers=tuple(
            ItemTrigger(trigger["item"], trigger["least"], _follow_ups(trigger))
            for trigger in parameters.get("item_triggers", ())
        ),
        notes=tuple(Note(note["code"], note["band"], note["only_points_in"]) for note in parameters.get("notes", ())),
        worse_by=parameters.get("worse_by"),
    )


def _band(band: Parameters) -> Band:
    only_for = frozenset(Sex(code) for code in band.get("only_for", ()))
    return Band(band["code"], band["least"], only_for, _follow_ups(band))


def _triage(row: asyncpg.Record) -> TriageRule:
    parameters: Parameters = row["parameters"]
    return TriageRule(
        rule=version_of(row),
        instrument=Instrument(parameters["instrument"]),
        items=tuple(Item(question["item"], 1, question.get("asked_when")) for question in parameters["questions"]),
        steps=tuple(
            TriageStep(
                risk=SuicideRisk(step["risk"]),
                when_any=frozenset(step["when_any"]),
                follow_ups=_follow_ups(step),
                is_crisis=step.get("crisis", False),
            )
            for step in parameters["triage"]
        ),
    )


def _follow_ups(part: Parameters) -> tuple[FollowUp, ...]:
    return tuple(FollowUp(code) for code in part.get("follow_ups", ()))
