"""Whether the services agree: phases, tasks, seats, stock, messages."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields
from uuid import UUID

from stepwell_contracts.journey import WORKFLOW_ID_PREFIX
from stepwell_kernel.codes import Phase, TaskKind
from stepwell_simulation.verify.evidence import TRUTH, Care, Evidence, Standing
from stepwell_simulation.verify.findings import Finding, Kind

JOURNEY = "the journey"
BOOKED = "booked"


def check_standings(evidence: Evidence) -> Iterator[Finding]:
    """Everybody who keeps an episode has it where intake has it."""
    keepers = dict(evidence.care.standings)
    truth = keepers.pop(TRUTH, {})
    for keeper, standings in keepers.items():
        for episode_id in truth.keys() - standings.keys():
            yield Finding(Kind.LOST, f"episode {episode_id}", f"{keeper} does not know it")
    keepers[JOURNEY] = _told_by_journeys(evidence)
    for keeper, standings in keepers.items():
        for episode_id, standing in standings.items():
            if episode_id in truth:
                yield from _compare(episode_id, truth[episode_id], keeper, standing)
            else:
                yield Finding(Kind.LOST, f"episode {episode_id}", f"{keeper} knows it, {TRUTH} does not")


def check_tasks(care: Care) -> Iterator[Finding]:
    """Open care tasks are the same in intake and operations; a closed episode has none but for late facts."""
    for task_id, task in care.tasks.items():
        standing = care.episodes.get(task.episode_id)
        if standing and standing.phase == Phase.CLOSED and task.kind != TaskKind.LATE_FACT:
            yield Finding(Kind.DISAGREEMENT, f"task {task_id}", f"open ({task.kind}), its episode is closed")
    for task_id in care.tasks.keys() - care.told_tasks:
        yield Finding(Kind.DISAGREEMENT, f"task {task_id}", "open in intake, not in operations")
    for task_id in care.told_tasks - care.tasks.keys():
        yield Finding(Kind.DISAGREEMENT, f"task {task_id}", "open in operations, not in intake")


def check_seats(evidence: Evidence) -> Iterator[Finding]:
    """Sessions count the seats that bookings hold; an episode has one in a session; a closed one has none ahead."""
    care = evidence.care
    for session in care.sessions:
        subject = f"session {session.session_id}"
        if session.taken != session.held:
            detail = f"{session.taken} seats taken, {session.held} held by bookings"
            yield Finding(Kind.DISAGREEMENT, subject, detail, stands=True)
        if session.held > session.capacity:
            yield Finding(Kind.DOUBLED, subject, f"{session.held} bookings hold {session.capacity} seats")
    booked = {booking_id: one for booking_id, one in care.bookings.items() if one.state == BOOKED}
    for (session_id, episode_id), times in Counter((b.session_id, b.episode_id) for b in booked.values()).items():
        if times > 1:
            yield Finding(Kind.DOUBLED, f"episode {episode_id}", f"{times} seats in session {session_id}")
    for booking_id, booking in booked.items():
        standing = care.episodes.get(booking.episode_id)
        if standing and standing.phase == Phase.CLOSED and booking.starts_at > evidence.now:
            yield Finding(Kind.DISAGREEMENT, f"booking {booking_id}", "it lies ahead, its episode is closed")
    told = {booking_id for booking_id, state in care.told_bookings.items() if state == BOOKED}
    for booking_id in booked.keys() ^ told:
        has_it = "scheduling" if booking_id in booked else "operations"
        yield Finding(Kind.DISAGREEMENT, f"booking {booking_id}", f"it stands in {has_it} only")


def check_stock(care: Care) -> Iterator[Finding]:
    """A lot's entries count from 1 without a gap, and its balance is their sum."""
    for lot in care.lots:
        if not lot.entries == lot.rows == lot.last:
            detail = f"{lot.entries} entries counted, {lot.rows} there, the last has the number {lot.last}"
            yield Finding(Kind.LOST, f"lot {lot.lot_id}", detail, stands=True)
        if lot.total_mg != lot.balance_mg:
            detail = f"the balance is {lot.balance_mg} mg, the sum {lot.total_mg} mg"
            yield Finding(Kind.DISAGREEMENT, f"lot {lot.lot_id}", detail, stands=True)


def check_messages(care: Care) -> Iterator[Finding]:
    """No message went out twice, and each has had an end by the time at which it is of no use."""
    for subject in care.repeated:
        yield Finding(Kind.DOUBLED, subject, "it was sent more than once")
    for subject in care.overdue:
        yield Finding(Kind.STUCK, subject, "neither sent nor lapsed, and of no use any more")


def _told_by_journeys(evidence: Evidence) -> Mapping[UUID, Standing]:
    """A workflow that has ended is compared by its end alone."""
    return {
        UUID(one.id.removeprefix(WORKFLOW_ID_PREFIX)): Standing(
            one.journey.phase, one.journey.facility_id, one.journey.part, one.journey.program_id
        )
        for one in evidence.workflows
        if one.journey is not None
    }


def _compare(episode_id: UUID, truth: Standing, keeper: str, standing: Standing) -> Iterator[Finding]:
    for name in (field.name for field in fields(Standing)):
        expected, found = getattr(truth, name), getattr(standing, name)
        if found is not None and found != expected:
            what = name.removesuffix("_id")
            detail = f"{what} {expected} in {TRUTH}, {found} in {keeper}"
            yield Finding(Kind.DISAGREEMENT, f"episode {episode_id}", detail)
