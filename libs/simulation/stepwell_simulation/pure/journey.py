"""One journey in memory: facts go in, obligations wake by their time, actions are handed to whoever answers them."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from stepwell_contracts.activities import ActionResult
from stepwell_contracts.base import Event
from stepwell_contracts.envelope import Envelope
from stepwell_contracts.journey import StartJourney
from stepwell_contracts.journey_policy import JourneyPolicy
from stepwell_kernel.codes import Phase
from stepwell_workflows.journey.decide import decide
from stepwell_workflows.journey.happenings import Fact, Happening, Outcome, PolicyRead, Woken
from stepwell_workflows.journey.state import Action, JourneyState, first_state

ACCEPTED = ActionResult(accepted=True)


class Journey:
    """A journey of which services tell; `decisions` counts how often it had to decide."""

    def __init__(self, start: StartJourney, policy: JourneyPolicy) -> None:
        self.policy = policy
        self.state: JourneyState = first_state(start)
        self.decisions = 0
        self._versions: dict[str, int] = {}
        self._facts = 0

    @property
    def is_owned(self) -> bool:
        """Whether the journey is closed, acts, or has something that wakes it; none of them means stuck."""
        if self.state.phase is Phase.CLOSED:
            return not self.state.obligations
        return bool(self.state.outstanding or self.state.obligations)

    def tell(self, event: Event, at: datetime) -> None:
        """A fact, in the stream of the service that owns it; ids count up from the episode's."""
        service = event.type.split(".")[1]
        version = self._versions[service] = self._versions.get(service, 0) + 1
        self._facts += 1
        envelope = Envelope(
            id=UUID(int=self.state.episode_id.int + self._facts),
            type=event.type,
            source=service,
            time=at,
            subject=str(self.state.patient_id),
            tenant=self.state.tenant,
            version=version,
            episode=self.state.episode_id,
        )
        self._decide(Fact(envelope, event), at)

    def wake(self, now: datetime) -> None:
        """Everything that is due by now."""
        for key in [key for key, one in sorted(self.state.obligations.items()) if one.wakes_at <= now]:
            self._decide(Woken(key), now)

    def actions(self, now: datetime) -> Iterator[Action]:
        """The actions one after the other, each accepted as it is handed out, until none is outstanding."""
        while self.state.outstanding:
            action = self.state.outstanding[0]
            self._decide(Outcome(action.index, ACCEPTED), now)
            yield action

    def _decide(self, happening: Happening, now: datetime) -> None:
        self.state, _ = decide(self.state, happening, now, self.policy)
        self.decisions += 1
        if self.state.policy_wanted:
            self._read_policy(now)

    def _read_policy(self, now: datetime) -> None:
        read = PolicyRead(self.policy, self.state.facility_id, self.state.program_id)
        self.state, _ = decide(self.state, read, now, self.policy)
        self.decisions += 1
