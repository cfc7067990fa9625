"""Injections over HTTP, on PostgreSQL: windows, overrides, lots."""

from datetime import date
from typing import Any

import pytest

from services.medication.tests.domain.injection_rows import RULES, VISITS
from services.medication.tests.pharmacy import NURSE, SYRINGE, Pharmacy, open_pharmacy
from stepwell_contracts.events.medication_giving import InjectionGiven
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_medication.store.injection_rules import injection_rules, visit_rule
from stepwell_testing.edge import OTHER_TENANT
from stepwell_testing.plugin import OpenEdge

TODAY = date(2026, 3, 2)


async def course(pharmacy: Pharmacy, order_id: str) -> Any:
    """The injections of an order as the API shows them."""
    return (await pharmacy.get(f"/v1/orders/{order_id}/injections")).json()


async def test_an_injection_has_its_effect_once(open_edge: OpenEdge) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    order_id = await pharmacy.order("sublocade")
    lot_id = await pharmacy.lot("600", SYRINGE)
    given = [await pharmacy.inject(order_id, 300, lot_id=lot_id, new_start=True, key="i") for _ in range(2)]
    assert given[0].status_code == 201, given[0].json()
    assert given[0].content == given[1].content
    noted = given[0].json()
    assert (noted["timing"], noted["dose_number"], noted["next_due_on"], noted["late_after"]) == (
        "first",
        1,
        "2026-03-30",
        "2026-04-13",
    )
    (event,) = [InjectionGiven.model_validate_json(body) for body in await pharmacy.events("injection_given")]
    assert (str(event.order_id), event.given_on, event.timing) == (order_id, TODAY, "first")
    assert (event.next_due_on, event.late_after) == (date(2026, 3, 30), date(2026, 4, 13))
    assert await pharmacy.ledger(lot_id) == [
        (1, "received", "600.00", "600.00"),
        (2, "dispensed", "-300.00", "300.00"),
    ]
    assert [b for b in await pharmacy.events("stock_entered") if b"dispensed" in b] == []
    assert [view["amount_mg"] for view in (await course(pharmacy, order_id))["injections"]] == ["300.00"]
    subject = "select subject_id from stock_entry where movement = 'dispensed'"
    assert str(await pharmacy.edge.value(subject)) == noted["injection_id"]


@pytest.mark.parametrize(
    ("medicine", "amount_mg", "last", "tries"),
    [
        ("sublocade", 300, "2026-01-05", {"2026-01-30": "injection_too_early", "2026-01-31": "on_time"}),
        ("sublocade", 300, "2026-01-05", {"2026-02-16": "on_time"}),
        ("sublocade", 300, "2026-01-05", {"2026-02-17": "late"}),
        ("sublocade", 300, "2026-01-05", {"2026-03-03": "restart_assessment"}),
        ("naltrexone_xr", 380, "2026-03-02", {"2026-03-26": "injection_early", "2026-03-27": "on_time"}),
        ("naltrexone_xr", 380, "2026-03-02", {"2026-04-06": "on_time"}),
        ("naltrexone_xr", 380, "2026-03-02", {"2026-04-13": "late"}),
        ("naltrexone_xr", 380, "2026-03-02", {"2026-04-14": "reverify_opioid_free"}),
        ("brixadi_monthly", 96, "2026-02-16", {"2026-03-08": "injection_early", "2026-03-09": "on_time"}),
    ],
)
async def test_an_injection_lies_in_its_window(
    open_edge: OpenEdge, medicine: str, amount_mg: int, last: str, tries: dict[str, str]
) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    pharmacy.at(f"{last}T17:00")
    order_id = await pharmacy.order(medicine)
    assert (await pharmacy.inject(order_id, amount_mg)).status_code == 201
    for day, outcome in tries.items():
        pharmacy.at(f"{day}T17:00")
        answer = (await pharmacy.inject(order_id, amount_mg, side="left")).json()
        assert answer.get("timing", answer.get("code")) == outcome


@pytest.mark.parametrize(
    ("at", "code"),
    [("2026-03-28T03:59:59", "injection_too_early"), ("2026-03-28T04:00:00", None)],
    ids=["the last second of day 25", "the first second of day 26"],
)
async def test_days_are_those_of_the_facility_over_a_clock_change(
    open_edge: OpenEdge, at: str, code: str | None
) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    order_id = await pharmacy.order("sublocade")
    await pharmacy.inject(order_id, 300)
    pharmacy.at(at)
    assert (await pharmacy.inject(order_id, 300)).json().get("code") == code


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"amount_mg": "200"}, 409, "strength_not_allowed"),
        ({"amount_mg": "100"}, 409, "strength_too_soon"),
        ({"amount_mg": "0"}, 422, "request_invalid"),
        ({"site": "knee"}, 422, "request_invalid"),
        ({"lot_id": str(new_id())}, 404, "lot_not_found"),
        ({"overrides": [{"rule_id": "injection.early", "reason": "travels"}]}, 409, "override_without_finding"),
        (
            {"opioid_free": {"tested_at": "2026-03-03T00:00Z", "urine_negative": True, "challenge_passed": True}},
            422,
            "test_in_the_future",
        ),
    ],
)
async def test_an_injection_that_may_not_be_changes_nothing(
    open_edge: OpenEdge, body: dict[str, Any], status: int, code: str
) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    order_id = await pharmacy.order("sublocade")
    before = await pharmacy.edge.types()
    due = (await course(pharmacy, order_id))["due"]
    answer = await pharmacy.inject(order_id, 300, **body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await pharmacy.edge.types() == before
    assert await course(pharmacy, order_id) == {"order_id": order_id, "injections": [], "due": due}


async def test_only_what_is_injected_is(open_edge: OpenEdge) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    override = {"rule_id": "acamprosate.renal_missing", "reason": "drawn this morning"}
    order_id = await pharmacy.order("acamprosate", overrides=[override])
    assert (await pharmacy.inject(order_id, 300)).json()["code"] == "not_injected"
    assert (await course(pharmacy, order_id))["due"] is None


async def test_a_prescriber_overrides_with_a_reason_that_stays(open_edge: OpenEdge) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    order_id = await pharmacy.order("naltrexone_xr")
    await pharmacy.inject(order_id, 380)
    pharmacy.edge.clock.pass_by(days=23)
    early: dict[str, Any] = {
        "side": "left",
        "overrides": [{"rule_id": "injection.early", "reason": "travels for two weeks"}],
    }
    refused = await pharmacy.inject(order_id, 380, **early)
    assert (refused.status_code, refused.json()["code"]) == (409, "injection_early")
    assert refused.json()["fields"][0]["rule"] == "injection.early@1"
    given = await pharmacy.inject(order_id, 380, role=Role.PRESCRIBER, **early)
    assert (given.status_code, given.json()["timing"]) == (201, "early")
    assert [finding["code"] for finding in given.json()["findings"]] == ["injection_early"]
    stored = await pharmacy.edge.rows("select rule_id, rule_version, severity, reason from injection_finding")
    assert [tuple(row) for row in stored] == [("injection.early", "1", "STOP_OVERRIDE", "travels for two weeks")]


async def test_warnings_are_told_and_stored(open_edge: OpenEdge) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    order_id = await pharmacy.order("naltrexone_xr")
    await pharmacy.inject(order_id, 380)
    pharmacy.edge.clock.pass_by(days=40)
    given = await pharmacy.inject(order_id, 380, reversal_agent_discussed=False)
    codes = ["injection_late", "same_site", "reversal_agent_not_discussed"]
    assert (given.status_code, [finding["code"] for finding in given.json()["findings"]]) == (201, codes)
    rows = await pharmacy.edge.rows("select code, severity, reason from injection_finding order by code")
    assert [tuple(row) for row in rows] == [(code, "WARN", None) for code in sorted(codes)]


async def test_naltrexone_goes_on_after_its_window_with_test_and_challenge(open_edge: OpenEdge) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    order_id = await pharmacy.order("naltrexone_xr")
    await pharmacy.inject(order_id, 380)
    pharmacy.edge.clock.pass_by(days=43)
    tested = {"tested_at": pharmacy.edge.clock.now().isoformat(), "urine_negative": True, "challenge_passed": False}
    refused = await pharmacy.inject(order_id, 380, side="left", opioid_free=tested)
    assert refused.json()["code"] == "reverify_opioid_free"
    given = await pharmacy.inject(order_id, 380, side="left", opioid_free=tested | {"challenge_passed": True})
    assert (given.json()["timing"], given.json()["dose_number"]) == ("restart", 1)


async def test_a_weekly_start_has_an_extra_dose_in_its_first_week(open_edge: OpenEdge) -> None:
    """Brixadi label: 16 mg, then 8 mg within 3 days and at least 24 hours later, then weekly from the first."""
    pharmacy = await open_pharmacy(await open_edge("medication"))
    order_id = await pharmacy.order("brixadi_weekly")
    first = (await pharmacy.inject(order_id, 16, new_start=True)).json()
    assert (first["next_due_on"], first["late_after"]) == ("2026-03-03", "2026-03-05")
    pharmacy.edge.clock.pass_by(hours=23, minutes=59)
    assert (await pharmacy.inject(order_id, 8, side="left")).json()["code"] == "injection_too_early"
    pharmacy.edge.clock.pass_by(minutes=1)
    extra = (await pharmacy.inject(order_id, 8, side="left")).json()
    assert (extra["timing"], extra["next_due_on"], extra["late_after"]) == ("on_time", "2026-03-09", "2026-03-11")


async def test_a_course_goes_on_under_a_new_order(open_edge: OpenEdge) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    former = await pharmacy.order("sublocade")
    await pharmacy.inject(former, 300)
    pharmacy.edge.clock.pass_by(days=10)
    ended = await pharmacy.post(f"/v1/orders/{former}/end", {"reason": "switched"}, role=Role.PRESCRIBER)
    assert ended.status_code == 201
    assert (await pharmacy.inject(former, 300)).json()["code"] == "order_ended"
    order_id = await pharmacy.order("sublocade")
    due = (await course(pharmacy, order_id))["due"]
    assert (due["due_on"], due["late_after"]) == ("2026-03-30", "2026-04-13")
    assert (await pharmacy.inject(order_id, 300)).json()["code"] == "injection_too_early"
    pharmacy.edge.clock.pass_by(days=18)
    assert (await pharmacy.inject(order_id, 300, side="left")).json()["dose_number"] == 2


async def test_another_depot_waits_for_the_window_of_the_former(open_edge: OpenEdge) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    former = await pharmacy.order("brixadi_weekly")
    await pharmacy.inject(former, 24)
    await pharmacy.post(f"/v1/orders/{former}/end", {"reason": "switched"}, role=Role.PRESCRIBER)
    order_id = await pharmacy.order("brixadi_monthly")
    assert (await course(pharmacy, order_id))["due"]["due_on"] == "2026-03-09"
    pharmacy.edge.clock.pass_by(days=4)
    assert (await pharmacy.inject(order_id, 96)).json()["code"] == "other_depot_active"
    pharmacy.edge.clock.pass_by(days=1)
    assert (await pharmacy.inject(order_id, 96)).json()["timing"] == "first"


@pytest.mark.parametrize(
    ("lot", "code"),
    [
        (SYRINGE | {"expires_on": "2026-03-02"}, "lot_expired"),
        (SYRINGE | {"unit_mg": "100"}, "lot_mismatch"),
        (SYRINGE | {"medicine": "brixadi_monthly", "unit_mg": "96"}, "lot_mismatch"),
    ],
    ids=["expired", "another strength", "another medicine"],
)
async def test_a_lot_that_is_not_what_is_given_is_refused(open_edge: OpenEdge, lot: dict[str, str], code: str) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    order_id = await pharmacy.order("sublocade")
    lot_id = await pharmacy.lot(lot["unit_mg"], lot)
    pharmacy.edge.clock.pass_by(days=1)
    assert (await pharmacy.inject(order_id, 300, lot_id=lot_id)).json()["code"] == code
    assert len(await pharmacy.ledger(lot_id)) == 1
    assert (await course(pharmacy, order_id))["injections"] == []


async def test_the_last_syringe_is_given_once(open_edge: OpenEdge) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    order_id = await pharmacy.order("brixadi_monthly")
    lot_id = await pharmacy.lot("96", SYRINGE | {"medicine": "brixadi_monthly", "unit_mg": "96"})
    assert (await pharmacy.inject(order_id, 96, lot_id=lot_id)).status_code == 201
    pharmacy.edge.clock.pass_by(days=28)
    assert (await pharmacy.inject(order_id, 96, side="left", lot_id=lot_id)).json()["code"] == "stock_short"


async def test_what_a_pharmacy_delivers_for_a_patient_is_theirs_for_45_days(open_edge: OpenEdge) -> None:
    """21 CFR 1306.07(f)(5)."""
    pharmacy = await open_pharmacy(await open_edge("medication"))
    order_id = await pharmacy.order("sublocade")
    lot_id = await pharmacy.lot("600", SYRINGE, episode_id=str(pharmacy.episode))
    (lot,) = (await pharmacy.get(f"/v1/facilities/{pharmacy.facility}/stock")).json()["lots"]
    assert (lot["is_named"], lot["use_by"]) == (True, "2026-04-16")
    pharmacy.at("2026-04-16T17:00")
    assert (await pharmacy.inject(order_id, 300, lot_id=lot_id)).status_code == 201
    pharmacy.at("2026-05-14T17:00")
    assert (await pharmacy.inject(order_id, 300, lot_id=lot_id)).json()["code"] == "lot_expired"


async def test_a_hold_stops_injections_too(open_edge: OpenEdge) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    order_id = await pharmacy.order("sublocade")
    held = await pharmacy.post(f"/v1/episodes/{pharmacy.episode}/dosing-holds", {"reason": "sedated"})
    assert (await pharmacy.inject(order_id, 300)).json()["code"] == "dosing_held"
    lifted = await pharmacy.post(f"/v1/dosing-holds/{held.json()['hold_id']}/lift", {}, role=Role.PRESCRIBER)
    assert lifted.status_code == 200, lifted.json()
    assert (await pharmacy.inject(order_id, 300)).status_code == 201


async def test_what_the_patient_takes_by_then_counts_for_an_injection(open_edge: OpenEdge) -> None:
    """What an interaction of the order was overridden with stands; what never goes together stops the needle."""
    pharmacy = await open_pharmacy(await open_edge("medication"))
    path = f"/v1/episodes/{pharmacy.episode}/other-medicines"
    order_id = await pharmacy.order("sublocade")

    async def takes(*substances: str) -> None:
        token, body = pharmacy.app.person(NURSE, Role.NURSE), {"substances": substances}
        listed = await pharmacy.app.call("PUT", path, body, token=token, key=str(new_id()))
        assert listed.status_code == 200, listed.text

    await takes("naltrexone", "diazepam")
    assert (await pharmacy.inject(order_id, 300)).json()["code"] == "precipitated_withdrawal"
    await takes("methadone", "diazepam", "lorazepam")
    assert (await pharmacy.inject(order_id, 300)).json()["code"] == "agonists_overlap"
    assert await pharmacy.edge.value("select count(*) from injection") == 0
    assert "interaction" in [kind for kind, _ in await pharmacy.waiting(Role.PRESCRIBER)]
    pharmacy.edge.clock.pass_by(minutes=5)
    override = {"rule_id": "interaction.methadone_buprenorphine", "reason": "methadone ends today"}
    assert (await pharmacy.inject(order_id, 300, overrides=[override])).json()["code"] == "agonists_overlap"
    given = await pharmacy.inject(order_id, 300, overrides=[override], role=Role.PRESCRIBER)
    assert "interaction" not in [kind for kind, _ in await pharmacy.waiting(Role.PRESCRIBER)]
    assert [(found["code"], found["other"]) for found in given.json()["findings"]] == [
        ("agonists_overlap", "methadone"),
        ("sedation", "diazepam"),
        ("sedation", "lorazepam"),
    ]
    assert await pharmacy.edge.value("select count(*) from injection_finding where severity = 'WARN'") == 2


async def test_an_overlap_that_was_overridden_with_the_order_is_told_at_its_injections(open_edge: OpenEdge) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    path = f"/v1/episodes/{pharmacy.episode}/other-medicines"
    token, body = pharmacy.app.person(NURSE, Role.NURSE), {"substances": ["methadone"]}
    assert (await pharmacy.app.call("PUT", path, body, token=token, key="list")).status_code == 200
    override = {"rule_id": "interaction.methadone_buprenorphine", "reason": "last dose was yesterday"}
    order_id = await pharmacy.order("sublocade", overrides=[override])
    given = await pharmacy.inject(order_id, 300)
    assert [found["code"] for found in given.json()["findings"]] == ["agonists_overlap"]


async def test_injections_are_given_by_those_who_may(open_edge: OpenEdge) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    order_id = await pharmacy.order("sublocade")
    path = f"/v1/orders/{order_id}/injections"
    body = {"amount_mg": "300", "site": "thigh", "side": "left"}
    assert (await pharmacy.post(path, body, role=Role.SUPERVISOR)).json()["code"] == "not_granted"
    assert (await pharmacy.post(path, body, facilities=(new_id(),))).json()["code"] == "facility_out_of_scope"
    assert (await pharmacy.post(path, body, tenant=OTHER_TENANT)).json()["code"] == "order_not_found"


async def test_the_rows_are_those_of_the_tests(open_edge: OpenEdge) -> None:
    edge = await open_edge("medication")
    async with edge.transactions(edge.person(Role.NURSE)) as tx:
        for medicine, rules in RULES.items():
            stored = await injection_rules(tx, medicine, TODAY)
            assert stored is not None
            assert (stored.window, stored.start, stored.findings) == (rules.window, rules.start, rules.findings)
            assert set(stored.strengths) == set(rules.strengths)
            assert set(stored.sites) == set(rules.sites)
            assert await visit_rule(tx, medicine, TODAY) == VISITS[medicine]
        assert await injection_rules(tx, "methadone", TODAY) is None
