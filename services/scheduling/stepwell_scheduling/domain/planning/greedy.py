"""The greedy planner: the hardest patient first, seats of the timetable before visits, nothing taken back."""

from stepwell_kernel.codes import Modality
from stepwell_scheduling.domain.planning.board import Board, Course
from stepwell_scheduling.domain.planning.reasons import gaps_of
from stepwell_scheduling.domain.planning.values import Need, Offer, Plan, Problem, WeekPlan
from stepwell_scheduling.domain.planning.visits import best_visit
from stepwell_scheduling.domain.sessions import VISITS


class GreedyPlanner:
    """Fills each need with the best session or visit that is left.

    Patients with the fewest sessions to choose from come first. All seats are given before any visit is made, since a
    session cannot move and a visit can; meetings that fill a week up to its required minutes come last.
    """

    def plan(self, problem: Problem) -> Plan:
        """A plan that breaks no hard rule; the same for the same problem."""
        board = Board(problem)
        hardest_first = sorted(board.courses, key=lambda course: (_choices(board, course), course.week.episode_id))
        for course in hardest_first:
            for need in course.week.needs:
                _take_seats(board, course, need)
        for course in hardest_first:
            for need in course.week.needs:
                if need.modality in VISITS:
                    _make_visits(board, course, need)
        for course in hardest_first:
            _fill_up(board, course)
        return Plan(tuple(_week_plan(board, course) for course in board.courses))


def _choices(board: Board, course: Course) -> int:
    """How many sessions the patient can choose from."""
    return sum(1 for need in course.week.needs for _ in board.choices(course, need.modality))


def _take_seats(board: Board, course: Course, need: Need) -> None:
    while missing := course.missing(need):
        if not _take_seat(board, course, need.modality, missing):
            return


def _fill_up(board: Board, course: Course) -> None:
    fills = course.week.fills
    while fills and (missing := course.shortfall()):
        if not _take_seat(board, course, fills, missing):
            return


def _take_seat(board: Board, course: Course, modality: Modality, missing: int) -> bool:
    """Give the patient a seat in the best meeting of the modality; False when there is none."""
    choices = board.choices(course, modality)
    best = min(choices, key=lambda offer: _worth(course, missing, offer), default=None)
    if best is not None:
        board.seat(course, best)
    return best is not None


def _worth(course: Course, missing: int, offer: Offer) -> tuple[object, ...]:
    """What makes one session better than another, the smallest best.

    The group and clinician of before, a day that does not have the modality yet, no more minutes than are missing, and
    early in the week.
    """
    return (
        offer.group_id not in course.familiar,
        offer.clinician_id != course.week.preferred_clinician,
        offer.clinician_id not in course.familiar,
        course.has_on_day(offer),
        max(offer.span.minutes - missing, 0),
        offer.span.starts_at,
        offer.session_id,
    )


def _make_visits(board: Board, course: Course, need: Need) -> None:
    while course.missing(need) and not course.over_ceiling(need.visit_minutes):
        visit = best_visit(board, course, need)
        if visit is None:
            return
        board.make_visit(course, visit)


def _week_plan(board: Board, course: Course) -> WeekPlan:
    return WeekPlan(
        episode_id=course.week.episode_id,
        seats=tuple(course.seats),
        visits=tuple(course.visits),
        planned_minutes=course.planned_minutes,
        gaps=gaps_of(board, course),
        missing=tuple(need.modality for need in course.week.needs if not course.has(need.modality)),
    )
