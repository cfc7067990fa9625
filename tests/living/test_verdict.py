"""The verdict on the lived platform, asked for as a user would: clean, then with one fault at a time put into it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from stepwell_contracts.events import EVENT_TYPES
from stepwell_simulation.profile import Stratum
from stepwell_simulation.verify.handled import HANDLED
from tests.conftest import Whole
from tests.ledgers import CONSUMERS, published, rows
from tests.living.lived import Lived

pytestmark = pytest.mark.timeout(600)

#: The wide stories prove every type; `make demo` asks for all of them, on a machine that has nothing else to do.
MISSED_ON_A_SLOW_MACHINE = 2
REFERRAL = "stepwell.intake.referral_received.v1"

TAKE_INBOX = "delete from inbox i where consumer = 'medication' and event_id = $1 returning to_jsonb(i)::text as row"
GIVE_INBOX = "insert into inbox select * from jsonb_populate_record(null::inbox, $1::jsonb)"
TAKE_EPISODE = "delete from ref_episode e where episode_id = $1 returning to_jsonb(e)::text as row"
GIVE_EPISODE = "insert into ref_episode select * from jsonb_populate_record(null::ref_episode, $1::jsonb)"
TAKE_PHASE = "update journey set phase = 'screening' where episode_id = $1 and phase = 'aftercare'"
GIVE_PHASE = "update journey set phase = 'aftercare' where episode_id = $1"


@dataclass(frozen=True)
class Answer:
    """How the program ended, and what it said."""

    status: int
    said: str
    complained: str

    @property
    def document(self) -> dict[str, Any]:
        """The answer as JSON."""
        document: dict[str, Any] = json.loads(self.said)
        return document

    @property
    def findings(self) -> set[tuple[str, str, str]]:
        """Kind, subject and detail of each finding."""
        return {(one["kind"], one["subject"], one["detail"]) for one in self.document["findings"]}


async def verify(home: Path, *options: str) -> Answer:
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "stepwell_simulation.verify", "--home", str(home), *options),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complained = await program.communicate()
    return Answer(program.returncode or 0, said.decode(), complained.decode())


async def referral_of(whole: Whole, episode_id: UUID) -> UUID:
    (referral,) = [
        envelope.id
        for _, _, envelope in await published(whole.inside)
        if envelope.type == REFERRAL and envelope.episode == episode_id
    ]
    return referral


@asynccontextmanager
async def forgotten(whole: Whole, episode_id: UUID, referral: UUID) -> AsyncIterator[None]:
    """Medication has neither the referral in its inbox nor what it made of it, for as long as the block."""
    platform = whole.inside
    (inbox,) = await rows(platform, "medication", TAKE_INBOX, referral)
    (episode,) = await rows(platform, "medication", TAKE_EPISODE, episode_id)
    try:
        yield
    finally:
        await rows(platform, "medication", GIVE_INBOX, inbox["row"])
        await rows(platform, "medication", GIVE_EPISODE, episode["row"])


@asynccontextmanager
async def told_wrong(whole: Whole, episode_id: UUID) -> AsyncIterator[None]:
    """Operations has an episode in another phase, for as long as the block."""
    await rows(whole.inside, "operations", TAKE_PHASE, episode_id)
    try:
        yield
    finally:
        await rows(whole.inside, "operations", GIVE_PHASE, episode_id)


async def test_the_run_is_clean_and_tells_of_the_whole_registry(lived: Lived) -> None:
    answer = await verify(lived.inside.home.folder, "--json", "--wait", "60")
    assert (answer.findings, answer.complained) == (set(), "")
    document = answer.document
    looked_at: dict[str, int] = document["looked_at"]
    assert len(set(EVENT_TYPES) - set(document["events"])) <= MISSED_ON_A_SLOW_MACHINE
    assert looked_at["records"] >= looked_at["events"] == sum(document["events"].values())
    assert looked_at["events"] <= len(await published(lived.inside))
    assert looked_at["episodes"] == looked_at["journeys"] == document["events"][REFERRAL]
    assert looked_at["episodes"] >= len(lived.cases)


async def test_an_event_that_a_consumer_has_lost_is_named(lived: Lived) -> None:
    episode_id = lived.case(Stratum.COMPLETED).episode_id
    referral = await referral_of(lived, episode_id)
    async with forgotten(lived, episode_id, referral):
        answer = await verify(lived.inside.home.folder, "--json", "--wait", "5")
    assert answer.status == 1
    assert answer.findings == {
        ("lost", f"{REFERRAL} {referral}", "medication has not applied it"),
        ("lost", f"episode {episode_id}", "medication does not know it"),
    }


async def test_a_phase_that_disagrees_is_named(lived: Lived) -> None:
    episode_id = lived.case(Stratum.COMPLETED).episode_id
    async with told_wrong(lived, episode_id):
        answer = await verify(lived.inside.home.folder, "--wait", "5")
    assert answer.status == 1
    lines = [line.strip() for line in answer.said.splitlines()]
    assert f"disagreement: episode {episode_id}: phase aftercare in intake, screening in operations" in lines
    assert lines[-1].startswith("the run is not clean: ")
    assert lines[-1].endswith("1 disagreement")


async def test_the_faults_were_taken_out_again(lived: Lived) -> None:
    answer = await verify(lived.inside.home.folder, "--json")
    assert answer.findings == set()


async def test_without_a_platform_the_program_says_so(tmp_path: Path) -> None:
    answer = await verify(tmp_path)
    assert (answer.status, answer.said) == (3, "")
    assert "no platform runs here" in answer.complained


def test_the_verdict_knows_which_types_each_consumer_handles() -> None:
    handled: Sequence[tuple[str, frozenset[str]]] = sorted((name, types) for name, (_, types) in CONSUMERS.items())
    assert sorted(HANDLED.items()) == handled
