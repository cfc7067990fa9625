"""A platform on which the stratified cohort has lived to the thirtieth day of aftercare, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from stepwell_contracts.http.operations import JourneyView
from stepwell_contracts.http.operations_network import Report
from stepwell_simulation import harborlight, network
from stepwell_simulation.living.cases import Case
from stepwell_simulation.living.run import Network, Standing, Until
from stepwell_simulation.living.simulate import Plan, simulate
from stepwell_simulation.living.summary import summary
from stepwell_simulation.platform import Person
from stepwell_simulation.profile import Stratum
from stepwell_simulation.story import Story, sign_in
from stepwell_testing.eventually import eventually
from tests.conftest import Whole

#: As `make demo` has it.
PLAN = Plan(patients=8, seed=1, day_s=0.5, until=Until.AFTERCARE_30)


@dataclass(frozen=True)
class Lived(Whole):
    """The platform, who lived on it, and the report at the end of their run."""

    network: Network
    report: Report

    @property
    def cases(self) -> Sequence[Case]:
        """All courses of care, that of a patient who came back as one more."""
        return self.network.courses

    def case(self, stratum: Stratum, course: int = 1) -> Case:
        """The patient who shows a stratum."""
        (found,) = (case for case in self.cases if (case.profile.stratum, case.course) == (stratum, course))
        return found

    async def operator(self, case: Case) -> Person:
        """Who looks after the operations of the organisation in which a patient is treated."""
        operator_id = network.OPERATOR if case.house.tenant == network.TENANT else harborlight.OPERATOR
        return await self.outside.person(operator_id)

    async def journey(self, stratum: Stratum, course: int = 1) -> JourneyView:
        """The journey of who shows a stratum, as operations tells it."""
        case = self.case(stratum, course)
        return await (await self.operator(case)).operations.journey(case.episode_id)

    async def referred(self) -> Story:
        """A patient who was just referred to Riverbend, where sessions are planned, and whom operations knows."""
        story = Story(self.outside, await sign_in(self.outside), _not_told, await self.outside.time())
        await story.refer()
        operator = await self.outside.person(network.OPERATOR)

        async def known() -> Sequence[UUID]:
            return [row.episode_id for row in (await operator.operations.journeys()).journeys]

        await eventually(known, until=lambda episodes: story.episode_id in episodes)
        return story


async def live(whole: Whole) -> Lived:
    """Let the cohort live, and the platform come to rest; the clock runs in real time again afterwards."""
    lived = await simulate(whole.outside, PLAN, _unwatched)
    operator = await whole.outside.person(network.OPERATOR)
    await eventually(operator.operations.status, until=lambda now: all(part.ready for part in now.parts), within_s=60)
    return Lived(whole.inside, whole.supervisor, whole.outside, lived, await summary(whole.outside))


def names(journey: JourneyView) -> Sequence[str]:
    """The types of a journey's events without service and version, by domain time."""
    return [entry.type for entry in journey.timeline]


def phases(journey: JourneyView) -> Sequence[str]:
    """The phases of a journey in their order; those inside of treatment are one."""
    told = [entry.facts for entry in journey.timeline if entry.type == "episode_phase_changed"]
    return [facts["phase"] for facts in told if facts["phase"] != facts.get("previous")]


def episode_ids(cases: Sequence[Case]) -> Sequence[UUID]:
    """The episodes of courses."""
    return [case.episode_id for case in cases]


def _unwatched(standing: Standing) -> None:
    """Nobody watches the run."""


def _not_told(line: str) -> None:
    """Nobody listens to the story."""
