"""What happens beside the courses of care, so that a demonstration shows all that the platform can tell."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType

from stepwell_simulation.living import (
    incidents_of_doses as doses,
    incidents_of_records as records,
    incidents_of_texts as texts,
    incidents_of_timetable as timetable,
)
from stepwell_simulation.living.planned import Planned, Step
from stepwell_simulation.profile import Stratum

#: By day of care.
INCIDENTS: Mapping[Stratum, tuple[tuple[float, str, Step], ...]] = MappingProxyType(
    {
        Stratum.COMPLETED: (
            (1, "consent_for_days", records.consent_for_days),
            (1, "small_group", timetable.join_small_group),
            (2, "wishes", texts.say_wishes),
            (3, "stop", texts.stop_texts),
            (3, "stranger", texts.stranger_in_danger),
            (4, "start", texts.start_texts),
            (5, "no_email", texts.leave_email),
            (6, "email", texts.take_email),
            (6, "move_seat", timetable.move_seat),
            (7, "give_seat_back", timetable.give_seat_back),
            (8, "other_sessions", timetable.change_sessions),
            (9, "other_series", timetable.change_series),
            (10, "stock", doses.keep_stock),
            (22, "amend", records.amend_attendance),
            (24, "disclose", records.disclose),
        ),
        Stratum.ON_METHADONE: (
            (1, "small_group", timetable.join_small_group),
            (5, "hold_doses", doses.hold_doses),
            (7, "leave_group", timetable.leave_small_group),
            (19.4, "seen_again", doses.see_after_missed_doses),
            (33, "end_order", doses.end_order),
        ),
        Stratum.ON_INJECTIONS: (
            (4, "small_group", timetable.join_small_group),
            (5, "test_refused", doses.refuse_test),
            (6, "test_for_cause", doses.test_for_cause),
            (9, "number_refused", texts.refuse_number),
        ),
        Stratum.IN_CRISIS: ((25, "words_of_crisis", texts.write_of_danger),),
        Stratum.WAITLISTED: ((26, "death", records.die_during_step_down),),
    }
)


def incidents_of(stratum: Stratum) -> Iterator[Planned]:
    """The incidents of a course that a demonstration shows."""
    for day, name, step in INCIDENTS.get(stratum, ()):
        yield Planned(timedelta(days=day), name, step)
