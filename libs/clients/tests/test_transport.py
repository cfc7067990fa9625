"""Calls to a service that is slow, away, refusing or broken."""

import asyncio
import time
from datetime import UTC, datetime

import httpx2
import pytest
from opentelemetry.sdk.trace import TracerProvider

from libs.clients.tests.unruly import Behave, Unruly, hangs, problem, running_unruly, says, words
from stepwell_clients.intake import IntakeClient
from stepwell_clients.medication import MedicationClient
from stepwell_clients.notifications import NotificationsClient
from stepwell_clients.tokens import PersonToken
from stepwell_clients.transport import Transport
from stepwell_contracts.http.intake import ResolveContactPoint
from stepwell_contracts.http.medication import ObserveDose
from stepwell_devstack.ports import choose_port
from stepwell_kernel.codes import Role
from stepwell_kernel.errors import Bug, Conflict, FieldProblem, Forbidden, Invalid, NotFound, StepwellError, Unavailable
from stepwell_kernel.ids import new_id

NONE = says(200, {"messages": []})
DOSE = ObserveDose.model_validate({"amount_mg": "8"})


def transport(service: Unruly, http: httpx2.AsyncClient, deadline_s: float = 5.0) -> Transport:
    return Transport(http, service.url, "medication", PersonToken("the-token"), deadline_s)


def reader(service: Unruly, http: httpx2.AsyncClient, deadline_s: float = 5.0) -> NotificationsClient:
    return NotificationsClient(transport(service, http, deadline_s))


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_call_is_repeated_while_the_service_is_away(
    unruly: Unruly, http: httpx2.AsyncClient, status: int
) -> None:
    unruly.will(problem(status, "database_unavailable"), words(status, "no upstream"), NONE)
    assert (await reader(unruly, http).messages(new_id())).messages == ()
    assert len(unruly.asked) == 3


async def test_repeats_of_a_command_carry_the_same_key_and_body(unruly: Unruly, http: httpx2.AsyncClient) -> None:
    order = new_id()
    unruly.will(problem(503, "database_unavailable"), problem(409, "dose_taken"))
    with pytest.raises(Conflict):
        await MedicationClient(transport(unruly, http)).observe_dose(order, DOSE, key="key-1")
    first, second = unruly.asked
    assert (first.method, first.path) == ("POST", f"/v1/orders/{order}/doses")
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"] == "key-1"
    assert first.headers["authorization"] == "Bearer the-token"
    assert first.body == second.body == DOSE.model_dump_json().encode()


async def test_a_service_that_comes_up_late_is_reached(http: httpx2.AsyncClient) -> None:
    port = choose_port(0)
    call = asyncio.create_task(reader(Unruly(port), http).messages(new_id()))
    async with running_unruly(port) as service:
        service.will(NONE)
        assert (await call).messages == ()


async def test_a_service_that_is_away_for_good_is_unavailable_at_the_deadline(http: httpx2.AsyncClient) -> None:
    begun = time.monotonic()
    with pytest.raises(Unavailable) as refusal:
        await reader(Unruly(choose_port(0)), http, 0.4).messages(new_id())
    assert refusal.value.code == "medication_unavailable"
    assert time.monotonic() - begun < 3


async def test_a_service_that_hangs_is_left_at_the_deadline(unruly: Unruly, http: httpx2.AsyncClient) -> None:
    unruly.will(hangs())
    begun = time.monotonic()
    with pytest.raises(Unavailable):
        await reader(unruly, http, 0.4).messages(new_id())
    assert time.monotonic() - begun < 3
    assert len(unruly.asked) == 1


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        (problem(400, "body_malformed"), Invalid, "body_malformed"),
        (problem(401, "token_expired"), Forbidden, "token_expired"),
        (problem(403, "not_granted"), Forbidden, "not_granted"),
        (problem(404, "episode_not_found"), NotFound, "episode_not_found"),
        (problem(409, "session_full"), Conflict, "session_full"),
        (problem(413, "body_too_large"), Invalid, "body_too_large"),
        (problem(422, "cows_too_low"), Invalid, "cows_too_low"),
        (problem(500, "bug"), Bug, "bug"),
        (words(418, "teapot"), Bug, "status_418"),
        (words(404, "<html>"), NotFound, "status_404"),
        (says(200, {"messages": "Jane Roe"}), Bug, "answer_malformed"),
        (words(200, "Jane Roe"), Bug, "answer_malformed"),
    ],
)
async def test_a_refusal_is_raised_at_once_by_its_kind(
    unruly: Unruly, http: httpx2.AsyncClient, answer: Behave, error: type[StepwellError], code: str
) -> None:
    unruly.will(answer)
    with pytest.raises(error) as refusal:
        await reader(unruly, http).messages(new_id())
    assert refusal.value.code == code
    assert len(unruly.asked) == 1
    assert "Jane" not in f"{refusal.value!r} {refusal.value.__cause__!r} {refusal.value.detail}"


async def test_a_refusal_keeps_detail_and_fields(unruly: Unruly, http: httpx2.AsyncClient) -> None:
    fields = [{"path": "withdrawal.score", "problem": "is below 8", "rule": "bup-start-1"}]
    unruly.will(problem(422, "cows_too_low", fields=fields))
    with pytest.raises(Invalid) as refusal:
        await reader(unruly, http).messages(new_id())
    assert refusal.value.detail == "why"
    assert refusal.value.fields == (FieldProblem("withdrawal.score", "is below 8", "bup-start-1"),)


async def test_a_call_belongs_to_the_trace_it_was_made_in(unruly: Unruly, http: httpx2.AsyncClient) -> None:
    unruly.will(NONE)
    with TracerProvider().get_tracer("test").start_as_current_span("caller") as span:
        await reader(unruly, http).messages(new_id())
    (asked,) = unruly.asked
    context = span.get_span_context()
    assert asked.headers["traceparent"].startswith(f"00-{context.trace_id:032x}-{context.span_id:016x}-")


async def test_a_page_of_a_worklist_is_asked_for_by_facility_role_and_cursor(
    unruly: Unruly, http: httpx2.AsyncClient
) -> None:
    unruly.will(says(200, {"rows": [], "next_cursor": "c2"}))
    facility, before = new_id(), datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
    client = MedicationClient(transport(unruly, http))
    page = await client.worklist(facility, Role.NURSE, due_before=before, cursor="c1")
    assert page.next_cursor == "c2"
    (asked,) = unruly.asked
    assert asked.path == "/v1/worklist"
    expected = {"facility": str(facility), "role": "nurse", "due_before": "2026-03-02T17:00:00+00:00", "cursor": "c1"}
    assert asked.query == expected


async def test_a_question_with_a_body_has_no_key(unruly: Unruly, http: httpx2.AsyncClient) -> None:
    unruly.will(problem(404, "patient_not_found"))
    question = ResolveContactPoint.model_validate({"patient_id": str(new_id()), "purpose": "care", "channel": "email"})
    with pytest.raises(NotFound):
        await IntakeClient(transport(unruly, http)).resolve_contact_point("riverbend", question)
    (asked,) = unruly.asked
    assert (asked.method, asked.path) == ("POST", "/v1/contact-points/resolve")
    assert "idempotency-key" not in asked.headers
