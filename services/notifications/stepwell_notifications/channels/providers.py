"""The providers of all channels, by name, with what this process knows of each."""

from collections.abc import Iterable, Sequence

from stepwell_kernel.errors import Bug
from stepwell_notifications.channels.channel import Letter, Provider, Refused, Taken, TryLater
from stepwell_notifications.channels.failover import Circuits
from stepwell_notifications.metrics import ProviderMetrics

#: Nobody takes messages just now.
RESTING = "providers_resting"


class Providers:
    """Hands letters to providers and learns from their answers which of them to ask."""

    def __init__(self, providers: Iterable[Provider], circuits: Circuits, metrics: ProviderMetrics) -> None:
        self._providers = {provider.name: provider for provider in providers}
        self._circuits = circuits
        self._metrics = metrics

    def first(self, names: Sequence[str]) -> str | None:
        """The first of these that takes messages now; Bug (`provider_not_set_up`) when only the rules know one."""
        if unknown := [name for name in names if name not in self._providers]:
            raise Bug("provider_not_set_up", f"the rules name providers that are not set up: {', '.join(unknown)}")
        return self._circuits.first(names)

    async def send(self, name: str, letter: Letter) -> Taken | Refused | TryLater:
        """Hand a letter to one provider."""
        outcome = await self._providers[name].send(letter)
        if isinstance(outcome, TryLater):
            self._circuits.failed(name)
        else:
            self._circuits.worked(name)
        self._metrics.outcomes.labels(name, _outcome(outcome)).inc()
        return outcome


def _outcome(outcome: Taken | Refused | TryLater) -> str:
    match outcome:
        case Taken():
            return "taken"
        case Refused():
            return "refused"
        case TryLater(went_out_perhaps=True):
            return "unknown"
        case TryLater():
            return "later"
