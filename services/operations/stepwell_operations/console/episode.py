"""All that events told of one episode, as its page needs it: read in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from stepwell_contracts.http.operations import (
    AuthorizationRow,
    CrisisRow,
    JourneyRow,
    OpenTask,
    PlanRow,
    ScreenRow,
    StreamSeen,
    WeekRow,
)
from stepwell_kernel.codes import Phase
from stepwell_operations.store.care import Seats, open_tasks, seats, weeks
from stepwell_operations.store.clinical import authorizations, latest_screens, plan_in_force
from stepwell_operations.store.crises import open_crises
from stepwell_operations.store.journeys import (
    JourneyDetail,
    Linked,
    linked_episodes,
    phase_before,
    phase_entries,
)
from stepwell_operations.store.timeline import events_applied, streams
from stepwell_postgres.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Episode:
    """An episode by its events; `before` is the phase from which it came to the present one."""

    row: JourneyRow
    detail: JourneyDetail
    entries: Mapping[Phase, datetime]
    before: Phase | None
    linked: Linked
    tasks: Sequence[OpenTask]
    weeks: Sequence[WeekRow]
    seats: Seats
    crises: Sequence[CrisisRow]
    screens: Sequence[ScreenRow]
    plan: PlanRow | None
    authorizations: Sequence[AuthorizationRow]
    streams: Sequence[StreamSeen]

    @property
    def phase(self) -> Phase:
        """Where it stands."""
        return Phase(self.row.phase)

    @property
    def mark(self) -> int:
        """What grows with each event about the patient."""
        return events_applied(self.streams)


async def read_episode(tx: Transaction, row: JourneyRow, detail: JourneyDetail) -> Episode:
    """The episode of a journey that the caller may see."""
    episode_id, patient_id = row.episode_id, detail.patient_id
    return Episode(
        row=row,
        detail=detail,
        entries=await phase_entries(tx, patient_id, episode_id),
        before=await phase_before(tx, patient_id, episode_id),
        linked=await linked_episodes(tx, episode_id),
        tasks=await open_tasks(tx, episode_id),
        weeks=await weeks(tx, episode_id),
        seats=await seats(tx, episode_id),
        crises=await open_crises(tx, episode_id=episode_id),
        screens=await latest_screens(tx, episode_id),
        plan=await plan_in_force(tx, episode_id),
        authorizations=await authorizations(tx, episode_id),
        streams=await streams(tx, patient_id),
    )
