"""What is taken and what is left while a plan is made."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from stepwell_kernel.codes import AgeBand, Modality
from stepwell_kernel.scheduling_codes import PlanGap, Setting
from stepwell_scheduling.domain.planning.grid import Grid, starts
from stepwell_scheduling.domain.planning.values import Clinician, Need, Offer, PatientWeek, Problem, Span, Visit


class Course:
    """The week of one patient as it fills."""

    def __init__(self, week: PatientWeek, grid: Grid, day_minutes: int) -> None:
        self.week = week
        self.seats: list[Offer] = []
        self.visits: list[Visit] = []
        self.familiar = set(week.familiar)
        self.available = grid.within(week.available) & grid.within([week.week])
        self.taken = grid.touched(week.taken)
        self._grid = grid
        self._day_minutes = day_minutes
        self._held = {kept.session_id for kept in week.kept}
        self._minutes: Counter[Modality] = Counter()
        self._days: Counter[int] = Counter()
        self._days_with: set[tuple[int, Modality]] = set()
        for span in week.taken:
            self._days[grid.day_of(span)] += span.minutes
        for kept in week.kept:
            self._minutes[kept.modality] += kept.span.minutes
            self._days_with.add((grid.day_of(kept.span), kept.modality))

    @property
    def planned_minutes(self) -> int:
        """Minutes of the week so far, those kept among them."""
        return self._minutes.total()

    def has(self, modality: Modality) -> bool:
        """Whether the week has anything of the modality."""
        return self._minutes[modality] > 0

    def missing(self, need: Need) -> int:
        """Minutes of the need that are not planned."""
        return max(need.minutes - self._minutes[need.modality], 0)

    def shortfall(self) -> int:
        """Minutes that are missing to those required."""
        return max(self.week.required_minutes - self.planned_minutes, 0)

    def sits_in(self, offer: Offer) -> bool:
        """Whether the patient has a seat in the session."""
        return offer.session_id in self._held

    def over_ceiling(self, minutes: int) -> bool:
        """Whether so many minutes more are above what the level of care allows in a week."""
        ceiling = self.week.ceiling_minutes
        return ceiling is not None and self.planned_minutes + minutes > ceiling

    def day_is_full(self, span: Span) -> bool:
        """Whether the span is too much for its day."""
        return self._days[self._grid.day_of(span)] + span.minutes > self._day_minutes

    def full_days(self, minutes: int) -> int:
        """The cells of the days for which so many minutes more are too much."""
        days = range(len(self._grid.midnights) - 1)
        return self._grid.days(day for day in days if self._days[day] + minutes > self._day_minutes)

    def days_attended(self) -> int:
        """The cells of the days on which the patient comes."""
        return self._grid.days(day for day, minutes in self._days.items() if minutes)

    def days_with(self, modality: Modality) -> int:
        """The cells of the days that have the modality already."""
        return self._grid.days(day for day, had in self._days_with if had is modality)

    def has_on_day(self, offer: Offer) -> bool:
        """Whether the day of the session has its modality already."""
        return (self._grid.day_of(offer.span), offer.modality) in self._days_with

    def sit(self, offer: Offer) -> None:
        """Take a seat."""
        self.seats.append(offer)
        self._held.add(offer.session_id)
        self.familiar |= {offer.group_id, offer.clinician_id}
        self._attend(offer.modality, offer.span)

    def visit(self, visit: Visit) -> None:
        """Make a visit."""
        self.visits.append(visit)
        self.familiar.add(visit.clinician_id)
        self._attend(visit.modality, visit.span)

    def _attend(self, modality: Modality, span: Span) -> None:
        day = self._grid.day_of(span)
        self._minutes[modality] += span.minutes
        self._days[day] += span.minutes
        self._days_with.add((day, modality))
        self.taken |= self._grid.touched([span])


class Board:
    """Seats, clinicians and rooms of the facility as they are given away."""

    def __init__(self, problem: Problem) -> None:
        spans = (*(week.week for week in problem.patients), *problem.visit_hours, *(o.span for o in problem.offers))
        begin = min((span.starts_at for span in spans), default=problem.not_before)
        end = max((span.ends_at for span in spans), default=problem.not_before)
        self.grid = Grid.over(begin, end, problem.zone)
        self.courses = [Course(week, self.grid, problem.day_minutes) for week in problem.patients]
        self._problem = problem
        self._cells = {offer.session_id: self.grid.touched([offer.span]) for offer in problem.offers}
        self._free_seats = {offer.session_id: offer.free_seats for offer in problem.offers}
        self._seated = {offer.session_id: set(offer.seated) for offer in problem.offers}
        self._bands: dict[UUID, AgeBand | None] = {offer.session_id: offer.age_band for offer in problem.offers}
        self._clinicians = {one.clinician_id: ~self.grid.touched(one.taken) for one in problem.clinicians}
        self._visits: Counter[UUID] = Counter()
        self._rooms = {room.room_id: ~self.grid.touched(room.taken) for room in problem.rooms}
        ahead = self.grid.within([Span(max(problem.not_before, self.grid.origin), self.grid.midnights[-1])])
        self._open = self.grid.within(problem.visit_hours) & ahead
        self._offers: defaultdict[tuple[UUID, Modality], list[Offer]] = defaultdict(list)
        for offer in sorted(problem.offers, key=lambda one: (one.span.starts_at, one.session_id)):
            self._offers[offer.program_id, offer.modality].append(offer)

    def offers(self, course: Course, modality: Modality) -> Iterator[Offer]:
        """The sessions that are meant for the patient, whether there is a place or not, by start."""
        week = course.week
        begin = max(week.week.starts_at, self._problem.not_before)
        for offer in self._offers[week.program_id, modality]:
            if (
                begin <= offer.span.starts_at < week.week.ends_at
                and offer.setting in week.settings
                and (not week.languages or offer.language in week.languages)
                and self._bands[offer.session_id] in (None, week.age_band)
                and not course.sits_in(offer)
            ):
                yield offer

    def obstacles(self, course: Course, offer: Offer) -> frozenset[PlanGap]:
        """All that stands against a seat in the session."""
        cells = self._cells[offer.session_id]
        apart = self._problem.apart.get(course.week.patient_id, frozenset())
        against = {
            PlanGap.NO_SEAT: self._free_seats[offer.session_id] < 1 or bool(apart & self._seated[offer.session_id]),
            PlanGap.OVER_CEILING: course.over_ceiling(offer.span.minutes),
            PlanGap.DAY_FULL: course.day_is_full(offer.span),
            PlanGap.TIME_TAKEN: bool(cells & course.taken),
            PlanGap.NOT_AVAILABLE: bool(cells & ~course.available) or offer.session_id in course.week.given_back,
        }
        return frozenset(reason for reason, stands in against.items() if stands)

    def choices(self, course: Course, modality: Modality) -> Iterator[Offer]:
        """The sessions in which the patient can have a seat."""
        return (offer for offer in self.offers(course, modality) if not self.obstacles(course, offer))

    def seat(self, course: Course, offer: Offer) -> None:
        """Give the patient a seat in the session."""
        self._free_seats[offer.session_id] -= 1
        self._seated[offer.session_id].add(course.week.patient_id)
        if offer.modality is Modality.GROUP_THERAPY:
            self._bands[offer.session_id] = course.week.age_band
        course.sit(offer)

    def clinicians(self, course: Course, modality: Modality) -> Sequence[Clinician]:
        """Who can hold a visit of the modality with the patient: the preferred and the known first, then the idlest."""
        week = course.week
        able = (
            one
            for one in self._problem.clinicians
            if modality in one.modalities and (not week.languages or one.languages & week.languages)
        )
        return sorted(
            able,
            key=lambda one: (
                one.clinician_id != week.preferred_clinician,
                one.clinician_id not in course.familiar,
                self._visits[one.clinician_id],
                one.clinician_id,
            ),
        )

    def visit_starts(self, minutes: int) -> int:
        """The half-hours from which so many minutes lie within the hours of visits."""
        return starts(self._open, minutes) & self.grid.half_hours

    def clinician_starts(self, clinician: Clinician, minutes: int) -> int:
        """The cells from which the clinician is free for a visit and the turnover after it."""
        return starts(self._clinicians[clinician.clinician_id], minutes + self._problem.turnover_minutes)

    def room_starts(self, minutes: int) -> int:
        """The cells from which some room is free for a visit and the turnover after it."""
        found = 0
        for free in self._rooms.values():
            found |= starts(free, minutes + self._problem.turnover_minutes)
        return found

    def visit_at(self, need: Need, clinician: Clinician, setting: Setting, cell: int) -> Visit:
        """A visit that begins at a cell at which the clinician is free; on site, in the first room that is free too."""
        begin = self.grid.instant(cell)
        length = need.visit_minutes + self._problem.turnover_minutes
        rooms = (room_id for room_id, free in self._rooms.items() if starts(free, length) >> cell & 1)
        return Visit(
            modality=need.modality,
            clinician_id=clinician.clinician_id,
            room_id=next(rooms) if setting is Setting.ON_SITE else None,
            setting=setting,
            span=Span(begin, begin + timedelta(minutes=need.visit_minutes)),
        )

    def make_visit(self, course: Course, visit: Visit) -> None:
        """Give the patient the visit: clinician and room are taken for it and its turnover."""
        until = visit.span.ends_at + timedelta(minutes=self._problem.turnover_minutes)
        cells = self.grid.touched([Span(visit.span.starts_at, until)])
        self._clinicians[visit.clinician_id] &= ~cells
        self._visits[visit.clinician_id] += 1
        if visit.room_id is not None:
            self._rooms[visit.room_id] &= ~cells
        course.visit(visit)
