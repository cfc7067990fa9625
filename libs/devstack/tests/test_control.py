"""The control interface over HTTP, with a real supervisor, a real child process and a real clock file."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio

from stepwell_devstack.clock_file import ClockFile
from stepwell_devstack.control import control_app
from stepwell_devstack.loopback import serve_http
from stepwell_devstack.supervisor import Part, PartState, Supervisor
from stepwell_kernel.clock import Segment

TOKEN = "a token"


class Child:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    async def wait(self) -> int:
        return await self._process.wait()

    async def stop(self) -> None:
        self._process.kill()
        await self._process.wait()


class Silent:
    def part_changed(self, name: str, state: PartState) -> None:
        pass

    def step_done(self, name: str, seconds: float) -> None:
        pass


@dataclass(frozen=True)
class Control:
    http: httpx2.AsyncClient
    clock: ClockFile
    nudged: list[Segment] = field(default_factory=list)


@pytest_asyncio.fixture(loop_scope="session")
async def control(tmp_path: Path) -> AsyncIterator[Control]:
    async def spawn() -> Child:
        return Child(await asyncio.create_subprocess_exec(sys.executable, "-c", "import time; time.sleep(600)"))

    async def is_ready() -> bool:
        return True

    supervisor = Supervisor([Part("intake", "http://127.0.0.1:8401", spawn, is_ready)], Silent())
    clock = ClockFile(tmp_path / "clock.jsonl")
    nudged: list[Segment] = []

    async def nudge(segment: Segment) -> int:
        nudged.append(segment)
        return 7

    await supervisor.start()
    try:
        async with (
            serve_http(control_app(supervisor, clock, nudge, TOKEN), 0) as port,
            httpx2.AsyncClient(
                base_url=f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {TOKEN}"}
            ) as http,
        ):
            yield Control(http, clock, nudged)
    finally:
        await supervisor.stop()


async def test_parts_are_listed(control: Control) -> None:
    parts = (await control.http.get("/parts")).json()["parts"]
    assert isinstance(parts["intake"].pop("pid"), int)
    assert parts == {
        "intake": {"state": "ready", "restarts": 0, "ended_with": None, "address": "http://127.0.0.1:8401"}
    }


async def test_a_killed_part_comes_back(control: Control) -> None:
    before = (await control.http.get("/parts")).json()["parts"]["intake"]["pid"]
    killed = await control.http.post("/parts/intake/kill")
    assert (killed.status_code, killed.json()) == (202, {"pid": before})

    async with asyncio.timeout(20):
        while True:
            now = (await control.http.get("/parts")).json()["parts"]["intake"]
            if now["state"] == "ready" and now["restarts"] == 1:
                break
    assert now["pid"] not in {None, before}
    assert now["ended_with"] == -signal.SIGKILL


async def test_an_unknown_part_is_a_404(control: Control) -> None:
    answer = await control.http.post("/parts/billing/kill")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_part")


async def test_the_clock_is_wall_time_until_it_is_scaled(control: Control) -> None:
    clock = (await control.http.get("/clock")).json()
    assert (clock["factor"], clock["segments"]) == (1.0, [])
    assert clock["wall"] == clock["domain"]


async def test_scaling_the_clock_appends_a_segment_ahead_and_nudges(control: Control) -> None:
    answer = await control.http.post("/clock", json={"factor": 43200})
    assert answer.status_code == 200
    (segment,) = control.clock.segments()
    assert segment.factor == 43200.0
    assert segment.wall_from - datetime.now(UTC) > timedelta(seconds=2)
    assert answer.json() == {
        "segment": {
            "wall_from": segment.wall_from.isoformat(),
            "domain_from": segment.domain_from.isoformat(),
            "factor": 43200.0,
        },
        "nudged": 7,
    }
    assert control.nudged == [segment]
    shown = (await control.http.get("/clock")).json()
    assert shown["segments"] == [answer.json()["segment"]]
    assert shown["factor"] == 1.0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "malformed_json"),
        (b"[]", "factor_missing"),
        (b"{}", "factor_missing"),
        (b'{"factor": "fast"}', "factor_missing"),
        (b'{"factor": true}', "factor_missing"),
        (b'{"factor": 2, "from": "now"}', "factor_missing"),
        (b'{"factor": -1}', "factor_out_of_range"),
        (b'{"factor": 1e9}', "factor_out_of_range"),
        (b'{"factor": NaN}', "factor_out_of_range"),
        (b" " * 2000, "body_too_large"),
    ],
)
async def test_a_wrong_factor_changes_nothing(control: Control, body: bytes, code: str) -> None:
    answer = await control.http.post("/clock", content=body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert control.clock.segments() == ()
    assert control.nudged == []


@pytest.mark.parametrize("authorization", ["", "Bearer another", f"Basic {TOKEN}", f"Bearer {TOKEN}x", TOKEN])
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/parts"), ("GET", "/clock"), ("POST", "/clock"), ("POST", "/parts/intake/kill")],
)
async def test_nothing_is_answered_without_the_token(
    control: Control, authorization: str, method: str, path: str
) -> None:
    answer = await control.http.request(method, path, headers={"Authorization": authorization})
    assert answer.status_code == 401
    assert answer.json()["code"] == "token_required"


async def test_another_host_name_is_refused(control: Control) -> None:
    answer = await control.http.get("/parts", headers={"host": "rebound.example.org"})
    assert answer.status_code == 400
