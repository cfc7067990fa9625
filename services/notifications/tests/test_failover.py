"""Circuits of providers."""

from dataclasses import dataclass, field

import pytest
from prometheus_client import CollectorRegistry

from services.notifications.tests.texts_desk import MachineTime
from stepwell_kernel.errors import Bug
from stepwell_kernel.ids import new_id
from stepwell_notifications.channels.channel import Letter, Refused, Taken, TryLater
from stepwell_notifications.channels.failover import CLOSED, FAILURES, OPEN, REST_S, TRYING, Circuits
from stepwell_notifications.channels.providers import Providers
from stepwell_notifications.domain.wording import Wording
from stepwell_notifications.metrics import ProviderMetrics

AWAY = TryLater("sms_unavailable", went_out_perhaps=False)
IN_DOUBT = TryLater("sms_unavailable", went_out_perhaps=True)
LETTER = Letter(new_id(), "riverbend", "+12025550177", Wording("", "", "text"))


@dataclass
class Fake:
    """A provider that answers as it is told."""

    name: str
    answer: Taken | Refused | TryLater = AWAY
    asked: list[Letter] = field(default_factory=list)

    async def send(self, letter: Letter) -> Taken | Refused | TryLater:
        """Answer."""
        self.asked.append(letter)
        return self.answer


@dataclass
class Ways:
    """Two providers, their circuits and what the metrics show."""

    machine: MachineTime = field(default_factory=MachineTime)
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    alpha: Fake = field(default_factory=lambda: Fake("alpha"))
    bravo: Fake = field(default_factory=lambda: Fake("bravo", Taken("b")))

    def __post_init__(self) -> None:
        metrics = ProviderMetrics(self.registry)
        self.providers = Providers((self.alpha, self.bravo), Circuits(metrics, self.machine.now), metrics)

    def circuit(self, name: str) -> float | None:
        """What the metrics show."""
        return self.registry.get_sample_value("stepwell_provider_circuit", {"provider": name})

    def counted(self, name: str, outcome: str) -> float | None:
        """How many messages ended so."""
        labels = {"provider": name, "outcome": outcome}
        return self.registry.get_sample_value("stepwell_provider_outcomes_total", labels)


async def fail(ways: Ways, times: int) -> None:
    for _ in range(times):
        assert ways.providers.first(["alpha"]) == "alpha"
        await ways.providers.send("alpha", LETTER)


async def test_two_failures_change_nothing_the_third_lets_it_rest() -> None:
    ways = Ways()
    await fail(ways, FAILURES - 1)
    assert ways.providers.first(["alpha", "bravo"]) == "alpha"
    await ways.providers.send("alpha", LETTER)
    assert ways.providers.first(["alpha", "bravo"]) == "bravo"
    assert ways.providers.first(["alpha"]) is None
    assert (ways.circuit("alpha"), ways.counted("alpha", "later")) == (OPEN, FAILURES)


async def test_after_its_rest_one_message_tries_it() -> None:
    ways = Ways()
    await fail(ways, FAILURES)
    ways.machine.seconds += REST_S - 0.1
    assert ways.providers.first(["alpha"]) is None
    ways.machine.seconds += 0.1
    assert ways.providers.first(["alpha"]) == "alpha"
    assert ways.circuit("alpha") == TRYING
    assert ways.providers.first(["alpha"]) is None, "one at a time"
    await ways.providers.send("alpha", LETTER)
    assert ways.circuit("alpha") == OPEN
    ways.machine.seconds += REST_S
    assert ways.providers.first(["alpha"]) == "alpha"
    ways.alpha.answer = Taken("a")
    await ways.providers.send("alpha", LETTER)
    assert ways.circuit("alpha") == CLOSED
    assert ways.providers.first(["alpha"]) == ways.providers.first(["alpha", "bravo"]) == "alpha"


async def test_a_trial_of_which_nobody_hears_is_followed_by_another() -> None:
    ways = Ways()
    await fail(ways, FAILURES)
    for _ in range(2):
        ways.machine.seconds += REST_S
        assert ways.providers.first(["alpha"]) == "alpha"


async def test_a_refusal_is_an_answer_and_closes_the_circuit() -> None:
    ways = Ways()
    await fail(ways, FAILURES - 1)
    ways.alpha.answer = Refused("sms_refused")
    await ways.providers.send("alpha", LETTER)
    ways.alpha.answer = IN_DOUBT
    await fail(ways, FAILURES - 1)
    assert ways.providers.first(["alpha"]) == "alpha"
    assert (ways.counted("alpha", "refused"), ways.counted("alpha", "unknown")) == (1, FAILURES - 1)


def test_a_provider_that_only_the_rules_know_is_a_fault_of_the_set_up() -> None:
    with pytest.raises(Bug, match="provider_not_set_up"):
        Ways().providers.first(["alpha", "charlie"])
