"""A process as it is started: roles, readiness, its end; and what leaves it about the people in its requests."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from stepwell_devstack.ports import choose_port
from stepwell_devstack.secrets import load_or_make
from stepwell_testing.eventually import eventually

ROOT = Path(__file__).parents[3]
MARK = "Jane-Roe-F11.20"
TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"


@dataclass
class Clinic:
    """A process of these tests."""

    process: asyncio.subprocess.Process
    http: httpx2.AsyncClient
    folder: Path

    async def ready(self) -> httpx2.Response:
        async def look() -> httpx2.Response | None:
            try:
                answer: httpx2.Response = await self.http.get("/ready")
            except httpx2.TransportError:
                return None
            return answer

        # The first process after an installation compiles all that it imports.
        found: httpx2.Response | None = await eventually(look, until=lambda answer: answer is not None, within_s=30)
        assert found is not None
        return found

    async def ended(self) -> int:
        async with asyncio.timeout(15):
            return await self.process.wait()

    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "log").read_text().splitlines()]

    def spans(self) -> list[dict[str, Any]]:
        return [
            json.loads(line)
            for file in (self.folder / "spans").glob("clinic-*.jsonl")
            for line in file.read_text().splitlines()
        ]


@asynccontextmanager
async def clinic(folder: Path, *roles: str, changed: Mapping[str, str | None] | None = None) -> AsyncIterator[Clinic]:
    port = choose_port(0)
    environment = {
        "PATH": os.defpath,
        "STEPWELL_KAFKA_BROKERS": "127.0.0.1:1",
        "STEPWELL_TEMPORAL_ADDRESS": "127.0.0.1:1",
        "STEPWELL_ISSUER": "http://127.0.0.1:1",
        "STEPWELL_KEYS": str(load_or_make(folder / "secrets").keys_file),
        "STEPWELL_SPANS": str(folder / "spans"),
        "STEPWELL_CLINIC_PORT": str(port),
        "STEPWELL_CLINIC_SECRET": MARK,
        **(changed or {}),
    }
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "libs.runtime.tests.clinic_process", *roles),
            stderr=log,
            cwd=ROOT,
            env={name: value for name, value in environment.items() if value is not None},
        )
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            yield Clinic(process, http, folder)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_it_serves_until_it_is_told_to_stop_and_closes_in_reverse(tmp_path: Path) -> None:
    async with clinic(tmp_path, "api") as one:
        assert (await one.ready()).json() == {"ready": True, "failing": []}
        assert (await one.http.get("/live")).status_code == 200
        one.process.send_signal(signal.SIGTERM)
        assert await one.ended() == 0
    assert [line["part"] for line in one.log() if line["event"] == "closed"] == ["second", "first"]
    assert all(line["level"] == "info" for line in one.log())


async def test_it_is_not_ready_while_a_check_fails(tmp_path: Path) -> None:
    async with clinic(tmp_path, "api", "unready") as one:
        answer = await one.ready()
        assert (answer.status_code, answer.json()) == (503, {"ready": False, "failing": ["schema"]})
        assert (await one.http.get("/live")).status_code == 200


async def test_a_task_that_fails_ends_it_and_is_named(tmp_path: Path) -> None:
    async with clinic(tmp_path, "failing") as one:
        assert await one.ended() == 1
    (told,) = [line for line in one.log() if line["event"] == "task_ended"]
    assert (told["task"], told["error"], told["level"]) == ("failing", "RuntimeError", "error")
    assert told["at"][-1].startswith("tests/clinic_process.py:")
    assert "Jane" not in (tmp_path / "log").read_text()
    assert [line["part"] for line in one.log() if line["event"] == "closed"] == ["second", "first"]


async def test_a_crash_in_native_code_leaves_its_place_behind(tmp_path: Path) -> None:
    async with clinic(tmp_path, "api") as one:
        await one.ready()
        one.process.send_signal(signal.SIGSEGV)
        assert await one.ended() == -signal.SIGSEGV
    told = (tmp_path / "log").read_text()
    assert "Fatal Python error: Segmentation fault" in told
    assert "stepwell_runtime/process.py" in told


async def test_an_unknown_role_is_refused(tmp_path: Path) -> None:
    async with clinic(tmp_path, "api", "cook") as one:
        assert await one.ended() == 2
    assert "unknown role cook; known: api, failing, unready" in (tmp_path / "log").read_text()


@pytest.mark.parametrize(
    ("name", "value"),
    [("STEPWELL_ISSUER", None), ("STEPWELL_KEYS", None), ("STEPWELL_CLINIC_PORT", "70000")],
)
async def test_a_wrong_setting_is_named_at_the_start(tmp_path: Path, name: str, value: str | None) -> None:
    async with clinic(tmp_path, "api", changed={name: value}) as one:
        assert await one.ended() == 1
    told = (tmp_path / "log").read_text()
    assert name.rpartition("_")[2].lower() in told
    assert "validation error" in told


async def test_nothing_about_a_person_leaves_in_spans_logs_and_metrics(tmp_path: Path) -> None:
    async with clinic(tmp_path, "api") as one:
        await one.ready()
        headers = {"traceparent": f"00-{TRACE}-{PARENT}-01", "X-Mark": MARK, "Idempotency-Key": MARK}
        crash = await one.http.get(f"/v1/crash/{MARK}", params={"name": MARK}, headers=headers)
        await one.http.get(f"/v1/{MARK}", headers=headers)
        await one.http.post(f"/v1/episodes/{MARK}/assessments", json={"note": MARK, MARK: 1}, headers=headers)
        await one.http.get("/v1/caller", headers={"Authorization": f"Bearer {MARK}", "traceparent": MARK})
        metrics = (await one.http.get("/metrics")).text
        one.process.send_signal(signal.SIGTERM)
        assert await one.ended() == 0
    assert (crash.status_code, crash.json()["trace_id"]) == (500, TRACE)
    spans = {span["name"]: span for span in one.spans()}
    assert set(spans) == {
        "GET /v1/crash/{patient}",
        "GET unknown",
        "POST /v1/episodes/{episode}/assessments",
        "GET /v1/caller",
    }
    crashed = spans["GET /v1/crash/{patient}"]
    assert (crashed["trace_id"], crashed["parent_id"], crashed["failed"]) == (TRACE, PARENT, True)
    assert crashed["attributes"] == {
        "http.request.method": "GET",
        "http.route": "/v1/crash/{patient}",
        "http.response.status_code": 500,
        "error.type": "RuntimeError",
    }
    assert spans["GET /v1/caller"]["parent_id"] is None
    assert not spans["GET unknown"]["failed"]
    assert 'http_route="/v1/crash/{patient}"' in metrics
    assert 'stepwell_problems_total{code="bug"} 1.0' in metrics
    (raised,) = [line for line in one.log() if line["event"] == "request_raised"]
    assert (raised["trace_id"], raised["error"]) == (TRACE, "RuntimeError")
    told = [metrics, (tmp_path / "log").read_text(), json.dumps(one.spans())]
    assert not any("Roe" in text or "F11.20" in text for text in told)
