"""Where a visit of one patient fits best."""

from datetime import date, timedelta

from stepwell_kernel.local_time import local_at
from stepwell_kernel.scheduling_codes import Setting
from stepwell_scheduling.domain.planning.board import Board, Course
from stepwell_scheduling.domain.planning.grid import first, starts
from stepwell_scheduling.domain.planning.values import Need, Problem, Visit

#: A visit on site goes before one by video, that before one by telephone.
SETTINGS = (Setting.ON_SITE, Setting.VIDEO, Setting.TELEPHONE)


def best_visit(board: Board, course: Course, need: Need, within: int = -1) -> Visit | None:
    """The best time, which begins in one of the cells `within`.

    On site if it can be, with whom the patient knows, on a day that does not have the modality yet and on which the
    patient comes anyway, and early.
    """
    minutes = need.visit_minutes
    free = course.available & ~course.taken & ~course.full_days(minutes)
    possible = starts(free, minutes) & board.visit_starts(minutes) & within
    other_days = ~course.days_with(need.modality)
    good_days = other_days & course.days_attended()
    for setting in SETTINGS:
        if setting not in course.week.settings:
            continue
        held = possible & board.room_starts(minutes) if setting is Setting.ON_SITE else possible
        for clinician in board.clinicians(course, need.modality):
            if setting in clinician.settings:
                times = held & board.clinician_starts(clinician, minutes)
                if times:
                    return board.visit_at(
                        need, clinician, setting, first(times & good_days or times & other_days or times)
                    )
    return None


def nearest_visit(problem: Problem, target_day: date) -> Visit | None:
    """The first free time for the one need of the one patient, on the day nearest to the target, of two the earlier."""
    board = Board(problem)
    (course,) = board.courses
    (need,) = course.week.needs
    midnights = board.grid.midnights
    days = [local_at(midnight + timedelta(hours=12), problem.zone).date() for midnight in midnights[:-1]]
    for number in sorted(range(len(days)), key=lambda day: (abs(days[day] - target_day), days[day])):
        visit = best_visit(board, course, need, board.grid.days([number]))
        if visit is not None:
            return visit
    return None
