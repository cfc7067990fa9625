"""Why a week falls short: for each unmet need, what stands against the session or visit that is nearest to possible."""

from collections.abc import Iterable, Iterator, Set as AbstractSet

from stepwell_kernel.scheduling_codes import PlanGap, Setting
from stepwell_scheduling.domain.planning.board import Board, Course
from stepwell_scheduling.domain.planning.grid import each, starts
from stepwell_scheduling.domain.planning.values import Gap, Need
from stepwell_scheduling.domain.sessions import VISITS

#: The first is told where it alone stands against one session; of several against the same session the last is told.
ORDER = (
    PlanGap.NOT_AVAILABLE,
    PlanGap.TIME_TAKEN,
    PlanGap.DAY_FULL,
    PlanGap.OVER_CEILING,
    PlanGap.NO_SEAT,
    PlanGap.NO_ROOM,
    PlanGap.NO_CLINICIAN,
)


def gaps_of(board: Board, course: Course) -> tuple[Gap, ...]:
    """What is missing to the needs of the week, and to the required minutes in the needs themselves."""
    gaps = [
        Gap(need.modality, _reason(board, course, need), course.missing(need))
        for need in course.week.needs
        if course.missing(need)
    ]
    too_little = course.week.required_minutes - sum(need.minutes for need in course.week.needs)
    if too_little > 0:
        gaps.append(Gap(None, PlanGap.PRESCRIBED_TOO_LITTLE, too_little))
    return tuple(gaps)


def _reason(board: Board, course: Course, need: Need) -> PlanGap:
    obstacles = [board.obstacles(course, offer) for offer in board.offers(course, need.modality)]
    if need.modality in VISITS:
        obstacles += _against_visits(board, course, need)
    return min(map(_told, obstacles), default=(0, 0, PlanGap.NO_SESSION))[-1]


def _told(obstacles: Iterable[PlanGap]) -> tuple[int, int, PlanGap]:
    """How near a session is to possible, and which of its obstacles is told."""
    places = [ORDER.index(one) for one in obstacles]
    return len(places), max(places), ORDER[max(places)]


def _against_visits(board: Board, course: Course, need: Need) -> Iterator[frozenset[PlanGap]]:
    """What stands against a visit at each half-hour."""
    minutes, settings = need.visit_minutes, course.week.settings
    possible = board.visit_starts(minutes) & board.grid.within([course.week.week])
    remote = _staffed(board, course, need, settings - {Setting.ON_SITE})
    clear = {
        PlanGap.NOT_AVAILABLE: starts(course.available, minutes),
        PlanGap.TIME_TAKEN: starts(~course.taken, minutes),
        PlanGap.DAY_FULL: ~course.full_days(minutes),
        PlanGap.OVER_CEILING: 0 if course.over_ceiling(minutes) else -1,
        PlanGap.NO_ROOM: remote | board.room_starts(minutes),
        PlanGap.NO_CLINICIAN: _staffed(board, course, need, settings),
    }
    for cell in each(possible):
        yield frozenset(reason for reason, cells in clear.items() if not cells >> cell & 1)


def _staffed(board: Board, course: Course, need: Need, settings: AbstractSet[Setting]) -> int:
    """The cells from which some clinician who can hold the visit in one of the settings is free."""
    found = 0
    for clinician in board.clinicians(course, need.modality):
        if clinician.settings & settings:
            found |= board.clinician_starts(clinician, need.visit_minutes)
    return found
