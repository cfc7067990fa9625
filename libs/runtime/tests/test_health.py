"""Readiness: wired, and every check passes."""

import asyncio

import pytest

from libs.runtime.tests.conftest import App
from stepwell_runtime import health as module


async def passes() -> bool:
    return True


async def fails() -> bool:
    return False


async def raises() -> bool:
    raise RuntimeError("postgresql://app:secret@host/db")


async def hangs() -> bool:
    await asyncio.Event().wait()
    return True


async def test_a_process_is_not_ready_before_it_is_wired(app: App) -> None:
    app.health.add("pool", passes)
    answer = await app.http.get("/ready")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "failing": ["starting"]})
    app.health.wired()
    answer = await app.http.get("/ready")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "failing": []})


async def test_every_check_that_fails_is_named_and_no_more_is_told(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHECK_TIMEOUT_S", 0.05)
    for name, check in (("pool", passes), ("schema", fails), ("broker", raises), ("catch-up", hangs)):
        app.health.add(name, check)
    app.health.wired()
    answer = await app.http.get("/ready")
    assert (answer.status_code, answer.json()["failing"]) == (503, ["schema", "broker", "catch-up"])
    assert "secret" not in answer.text
    assert (await app.http.get("/live")).status_code == 200


async def test_metrics_count_requests_by_template(app: App) -> None:
    await app.send("GET", "/v1/errors/conflict")
    await app.send("GET", "/v1/errors/conflict")
    await app.http.get("/live")
    labels = {"http_route": "/v1/errors/{kind}", "http_request_method": "GET", "http_response_status_code": "409"}
    assert app.registry.get_sample_value("http_server_request_duration_seconds_count", labels) == 2
    assert app.registry.get_sample_value("stepwell_problems_total", {"code": "session_full"}) == 2
    assert "/live" not in (await app.http.get("/metrics")).text
