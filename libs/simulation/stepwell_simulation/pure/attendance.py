"""Sessions of a patient in care: who came, what was entered, wrong entries that are put right, the tally of a week."""

from datetime import date, datetime, timedelta

from stepwell_contracts.events.scheduling import AttendanceResumed, SessionMissed, WeekClosed
from stepwell_contracts.events.scheduling_care import AttendanceAmended
from stepwell_kernel.codes import AttendanceState, Modality, Phase
from stepwell_kernel.local_time import local_at
from stepwell_simulation.conduct import MISSED, THERE, Attended, habit_of
from stepwell_simulation.pure.patient import IN_CARE, Patient
from stepwell_simulation.pure.places import STEP_DOWN_MINUTES, TREATMENT_MINUTES, Meeting, meetings_after

WEEK = timedelta(weeks=1)


def begin_sessions(patient: Patient) -> None:
    """Sessions by the program and place that the patient is in from now on; those of an earlier one are given up."""
    patient.seats += 1
    _await_session(patient, patient.seats)


def _await_session(patient: Patient, seats: int) -> None:
    stepped_down = patient.phase is Phase.STEP_DOWN
    starts_at, meeting = next(meetings_after(patient.place, patient.now, stepped_down=stepped_down))

    def hold() -> None:
        if patient.seats == seats and patient.phase in IN_CARE:
            _hold(patient, starts_at, meeting)
            _await_session(patient, seats)

    patient.at(starts_at + timedelta(minutes=meeting.minutes), hold)


def _hold(patient: Patient, starts_at: datetime, meeting: Meeting) -> None:
    """The session ends; what became of the seat is entered some time later, now and then wrongly at first."""
    name = starts_at.isoformat()
    attended = patient.conduct.session(name, patient.day)
    tally = patient.attendance
    tally.sessions += 1
    if attended.state in THERE:
        tally.attended += 1
    elif attended.state in MISSED:
        tally.no_shows += 1
    wrong = patient.conduct.is_entered_wrongly(name)
    noted = attended.mistaken() if wrong else attended
    noted_at = patient.now + habit_of("attendance").delay(patient.profile.draws.of("noted", name))
    patient.at(noted_at, lambda: _enter(patient, starts_at, meeting, noted))
    if wrong:
        tally.wrong += 1
        right_at = noted_at + patient.conduct.noticed_after(name)
        patient.at(right_at, lambda: _enter(patient, starts_at, meeting, attended))


def _enter(patient: Patient, starts_at: datetime, meeting: Meeting, noted: Attended) -> None:
    """An entry, or its correction; in a week that is closed already it amends the tally."""
    if patient.phase is Phase.CLOSED:
        return
    tally, day = patient.attendance, local_at(starts_at, patient.place.zone).date()
    former, tally.minutes[day] = tally.minutes.get(day, 0), round(meeting.minutes * noted.share)
    booking_id = patient.id_of("booking", starts_at)
    if noted.state in MISSED:
        tally.missing = True
        patient.tell(SessionMissed(booking_id=booking_id, episode_id=patient.episode_id, starts_at=starts_at))
    elif noted.state in THERE and tally.missing:
        tally.missing = False
        patient.tell(AttendanceResumed(booking_id=booking_id, episode_id=patient.episode_id, starts_at=starts_at))
    if tally.closed_to is not None and day < tally.closed_to:
        _amend(patient, starts_at, day, noted.state, former)


def _amend(patient: Patient, starts_at: datetime, day: date, state: AttendanceState, former: int) -> None:
    tally, origin = patient.attendance, patient.journey.state.weeks_from
    if origin is None:
        return
    week = first_day_of_week(origin, day)
    required, minutes = required_minutes(patient.phase), _attended(patient, week)
    patient.tell(
        AttendanceAmended(
            booking_id=patient.id_of("booking", starts_at),
            episode_id=patient.episode_id,
            session_id=patient.id_of("session", starts_at),
            modality=Modality.GROUP_THERAPY,
            state=state,
            minutes=tally.minutes[day],
            former_minutes=former,
            week_starts_on=week,
            required_minutes=required,
            attended_minutes=minutes,
            shortfall_minutes=max(required - minutes, 0),
        )
    )


def close_week(patient: Patient, starts_on: date) -> None:
    """The tally of a week as it was entered so far."""
    required, minutes = required_minutes(patient.phase), _attended(patient, starts_on)
    patient.attendance.closed_to = starts_on + WEEK
    patient.tell(
        WeekClosed(
            episode_id=patient.episode_id,
            week_starts_on=starts_on,
            required_minutes=required,
            attended_minutes=minutes,
            shortfall_minutes=max(required - minutes, 0),
        )
    )


def _attended(patient: Patient, starts_on: date) -> int:
    minutes = patient.attendance.minutes
    return sum(minutes.get(starts_on + timedelta(days=day), 0) for day in range(7))


def first_day_of_week(origin: date, day: date) -> date:
    """The first day of the week in which a day lies; weeks of an episode are counted from a day of its own."""
    return origin + (day - origin) // WEEK * WEEK


def required_minutes(phase: Phase) -> int:
    """Minutes a week that the program of a phase prescribes."""
    return STEP_DOWN_MINUTES if phase is Phase.STEP_DOWN else TREATMENT_MINUTES
