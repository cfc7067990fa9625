"""Weeks of care: each is closed some hours after its end; short ones are asked about."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from stepwell_contracts import activities as contract
from stepwell_contracts.activities import CloseWeek, PlanEpisode
from stepwell_kernel.codes import Phase
from stepwell_workflows.journey.calendar import WEEK, midnight
from stepwell_workflows.journey.draft import Draft
from stepwell_workflows.journey.obligations import IN_CARE, ObligationKind
from stepwell_workflows.journey.state import WeekRecord

SHORT_WEEK = "short_week/"
LEVEL_REVIEW = "short_weeks/level"
UTILIZATION_REVIEW = "short_weeks/utilization"


def plan(draft: Draft, known_version: int) -> None:
    """Have scheduling plan the running week, which the facility's calendar has passed."""
    draft.act(contract.PLAN_EPISODE, PlanEpisode(key=draft.key(), known_version=known_version))


def begin_weeks(draft: Draft) -> None:
    """Count weeks of seven local days from today, unless weeks are being counted; after a hold they go on as before."""
    if any(obligation.kind is ObligationKind.WEEK_CLOSE for obligation in draft.state.obligations.values()):
        return
    held = draft.state.held_from is not None
    origin = draft.state.weeks_from if held and draft.state.weeks_from is not None else draft.today
    draft.change(weeks_from=origin)
    oblige_week(draft, origin + (draft.today - origin) // WEEK * WEEK)


def oblige_week(draft: Draft, starts_on: date) -> None:
    """Close the week that begins on that local day, some hours after its end."""
    due_at = midnight(draft.policy, starts_on + WEEK) + timedelta(hours=draft.policy.week_close_after_hours)
    draft.oblige(ObligationKind.WEEK_CLOSE, _key(starts_on), due_at)


def close_week(draft: Draft, starts_on: date) -> None:
    """Have scheduling tally the week; while care goes on, look ahead to the next."""
    draft.act(contract.CLOSE_WEEK, CloseWeek(key=draft.key(), week_starts_on=starts_on))
    draft.settle(_key(starts_on), "done")
    if draft.state.phase in IN_CARE:
        oblige_week(draft, starts_on + WEEK)


def closed(draft: Draft, week: WeekRecord) -> None:
    """Keep the week, which is closed once; one short of its hours is asked about, several in a row are reviewed."""
    if all(one.starts_on != week.starts_on for one in draft.state.weeks):
        draft.change(weeks=tuple(sorted((*draft.state.weeks, week), key=lambda one: one.starts_on)))
    ask(draft)


def amended(draft: Draft, starts_on: date, required_minutes: int, attended_minutes: int) -> None:
    """Attendance of a closed week was changed: what it fell short of is asked anew."""
    hours = {"required_minutes": required_minutes, "attended_minutes": attended_minutes}
    weeks = [w.model_copy(update=hours) if w.starts_on == starts_on else w for w in draft.state.weeks]
    draft.change(weeks=tuple(weeks))
    if attended_minutes >= required_minutes:
        draft.settle(f"{SHORT_WEEK}{starts_on.isoformat()}", "amended")
        draft.change(weeks_asked=tuple(key for key in draft.state.weeks_asked if key != starts_on.isoformat()))
    ask(draft)


def ask(draft: Draft) -> None:
    """Ask about the short weeks that were closed in this treatment; what has been asked stays as it is."""
    since = draft.state.since
    if draft.state.phase is not Phase.TREATMENT or since is None:
        return
    for week, streak in _short_weeks(draft):
        if since < week.closed_at:
            _ask_about(draft, week, streak)


def reviewed(draft: Draft) -> None:
    """The level of care was decided; weeks that closed after that, though told before, ask for the next review."""
    draft.settle(LEVEL_REVIEW, "done")
    for week, streak in _short_weeks(draft):
        if week.starts_on.isoformat() in draft.state.weeks_asked:
            _ask_for_review(draft, week, streak)


def _short_weeks(draft: Draft) -> Iterator[tuple[WeekRecord, int]]:
    """Weeks short of their hours, each with the number of such weeks in a row up to it."""
    streak = 0
    for week in draft.state.weeks:
        streak = streak + 1 if week.attended_minutes < week.required_minutes else 0
        if streak:
            yield week, streak


def _ask_for_review(draft: Draft, week: WeekRecord, streak: int) -> None:
    if streak >= draft.policy.level_review_after_short_weeks and not _reviewed_since(draft, week):
        draft.oblige(ObligationKind.SHORT_WEEKS_LEVEL_REVIEW, LEVEL_REVIEW, _due(draft, week))


def _due(draft: Draft, week: WeekRecord) -> datetime:
    return week.closed_at + timedelta(hours=draft.policy.short_week_task_hours)


def _ask_about(draft: Draft, week: WeekRecord, streak: int) -> None:
    key = week.starts_on.isoformat()
    if key not in draft.state.weeks_asked:
        draft.oblige(ObligationKind.SHORT_WEEK, f"{SHORT_WEEK}{key}", _due(draft, week))
        _ask_for_review(draft, week, streak)
        if streak >= draft.policy.utilization_review_after_short_weeks:
            draft.oblige(ObligationKind.SHORT_WEEKS_UTILIZATION_REVIEW, UTILIZATION_REVIEW, _due(draft, week))
        draft.change(weeks_asked=(*draft.state.weeks_asked, key))


def forget(draft: Draft) -> None:
    """Treatment has paused or ended: weeks that were closed after that are of later treatment."""
    later = {week.starts_on.isoformat() for week in draft.state.weeks if week.closed_at > draft.now}
    draft.change(weeks_asked=tuple(key for key in draft.state.weeks_asked if key not in later))


def _reviewed_since(draft: Draft, week: WeekRecord) -> bool:
    """Whether the level of care was decided after the week had closed, though told before."""
    reviewed_at = draft.state.clinical.level_reviewed_at
    return reviewed_at is not None and reviewed_at >= week.closed_at


def _key(starts_on: date) -> str:
    return f"week/{starts_on.isoformat()}"
