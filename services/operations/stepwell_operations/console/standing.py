"""Where things stand with an episode, in the sentences in which a clinician would say it; each comes from data."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from stepwell_contracts.http.operations import AuthorizationRow, ScreenRow
from stepwell_contracts.journey import JourneyView
from stepwell_kernel.codes import AuthorizationState, Phase, SuicideRisk, TaskKind
from stepwell_operations.console.episode import Episode
from stepwell_operations.domain.way import WAY
from stepwell_operations.musts import Must
from stepwell_operations.words import counted, day, due, hours, local, plain, span

IN_PHASE: Mapping[Phase, str] = MappingProxyType(
    {
        Phase.REFERRAL: "Referred",
        Phase.SCREENING: "In screening",
        Phase.ADMISSION: "Being admitted",
        Phase.WAITLISTED: "On the waitlist",
        Phase.TREATMENT: "In treatment",
        Phase.ON_HOLD: "On hold",
        Phase.STEP_DOWN: "In step-down",
        Phase.AFTERCARE: "In aftercare",
        Phase.DECLINED: "Declined",
        Phase.CLOSED: "Closed",
    }
)

#: Said of the moment, not of the time since.
MOMENTS = frozenset({Phase.REFERRAL, Phase.DECLINED, Phase.CLOSED})
IN_CARE = frozenset({Phase.TREATMENT, Phase.STEP_DOWN, Phase.ON_HOLD})


def where_things_stand(
    known: Episode, journey: JourneyView | None, what: Sequence[Must], now: datetime, zone: str
) -> Sequence[str]:
    """The sentences, most telling first; `what` must happen gives the due times."""
    sentences = [_phase(known, now)]
    if journey is not None:
        sentences += _journey(journey)
    sentences += _hours(known)
    sentences += [_screen(screen, now) for screen in known.screens]
    if known.phase in IN_CARE:
        sentences += [_plan(known, what, now, zone)]
        sentences += _authorization(known, what, now, zone)
    return sentences


def _phase(known: Episode, now: datetime) -> str:
    phase, length = known.phase, span(now - known.row.since)
    part = f" ({plain(known.row.part)})" if known.row.part else ""
    time = f"{length} ago" if phase in MOMENTS else f"for {length}"
    return f"{IN_PHASE[phase]}{part} {time}{_came_from(phase, known.before)}."


def _came_from(phase: Phase, before: Phase | None) -> str:
    if before is None:
        return ""
    if phase is Phase.ON_HOLD:
        return f", out of {plain(before)}"
    if before is Phase.ON_HOLD:
        return ", back from a hold" if phase in IN_CARE else ""
    stepped_up = phase in WAY and before in WAY and WAY.index(phase) < WAY.index(before)
    return f", back from {plain(before)}" if stepped_up else ""


def _journey(journey: JourneyView) -> Iterator[str]:
    if journey.under_way is not None:
        yield f"Being carried out: {plain(journey.under_way)}."
    waiting = journey.parked + journey.stuck
    if waiting:
        yield f"In its journey {waiting} {'step waits' if waiting == 1 else 'steps wait'} for an operator."


def _hours(known: Episode) -> Iterator[str]:
    if known.weeks:
        met = sum(not week.shortfall_minutes for week in known.weeks)
        yield f"{met} of {counted(len(known.weeks), 'week')} met the hours."
        if short := known.weeks[-1].shortfall_minutes:
            yield f"The last was {hours(short)} short."
    if known.phase in IN_CARE - {Phase.ON_HOLD} and not known.seats.ahead:
        yield "No session is ahead."


def _screen(screen: ScreenRow, now: datetime) -> str:
    band = plain(screen.band_code) if screen.suicide_risk is None else _risk(screen.suicide_risk)
    result = band if screen.total is None else f"{screen.total}, {band}"
    before = "" if screen.previous_total is None else f" ({screen.previous_total} before)"
    return f"Last {plain(screen.instrument)} {result}, {span(now - screen.at)} ago{before}."


def _risk(found: str) -> str:
    return "no risk" if found == SuicideRisk.NONE else f"{plain(found)} risk"


def _plan(known: Episode, what: Sequence[Must], now: datetime, zone: str) -> str:
    plan = known.plan
    if plan is None or plan.signed_at is None:
        return f"No plan is signed{_due(what, TaskKind.PLAN_SIGNATURE, 'signature', now)}."
    said = f"Plan signed {day(local(plan.signed_at, zone).date())}"
    if plan.reviewed_at is not None:
        reviewed = day(local(plan.reviewed_at, zone).date())
        said += f", reviewed {reviewed} with {plan.goals_met} of {plan.goals} goals met"
    return f"{said}{_due(what, TaskKind.PLAN_REVIEW, 'review', now)}."


def _authorization(known: Episode, what: Sequence[Must], now: datetime, zone: str) -> Iterator[str]:
    today = local(now, zone).date()

    def telling(one: AuthorizationRow) -> tuple[bool, bool]:
        return one.covers_from <= today <= one.covers_to, one.state == AuthorizationState.APPROVED

    if not known.authorizations:
        return
    best = max(known.authorizations, key=telling)
    review = _due(what, TaskKind.AUTHORIZATION_REVIEW, "review", now)
    if best.covers_to < today:
        yield f"Authorization ended {day(best.covers_to)}{review}."
        return
    begins = f"from {day(best.covers_from)} " if best.covers_from > today else ""
    yield f"Authorization {plain(best.state)} {begins}to {day(best.covers_to)}, {best.units} units{review}."


def _due(what: Sequence[Must], kind: TaskKind, name: str, now: datetime) -> str:
    dates = [must.due_at for must in what if must.kind == kind]
    return f"; {name} due {due(min(dates), now)}" if dates else ""
