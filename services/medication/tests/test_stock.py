"""Stock over HTTP, on PostgreSQL: deliveries, waste, returns, counts and what is reported about them."""

from datetime import date
from typing import Any

import asyncpg
import pytest

from services.medication.tests.pharmacy import FILM, NURSE, SYRINGE, WITNESS, open_pharmacy
from stepwell_contracts.events.medication_facility import StockDiscrepancyFound, StockEntered
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_kernel.medication_codes import Medicine, StockMovement, StockReport
from stepwell_medication.domain.stock import ReportRule
from stepwell_medication.store.stock import custody_rule
from stepwell_medication.store.stock_reports import report_rule
from stepwell_testing.edge import OTHER_TENANT
from stepwell_testing.plugin import OpenEdge

LIQUID = {"medicine": "methadone", "lot_code": "M-1", "expires_on": "2027-01-31"}


async def test_a_lot_goes_through_the_ledger(open_edge: OpenEdge) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    received = await pharmacy.receive("240")
    assert (received.status_code, received.json()["balance_mg"]) == (201, "240")
    lot_id = received.json()["lot_id"]
    witness = {"witness_id": str(WITNESS)}
    wasted = await pharmacy.post(f"/v1/lots/{lot_id}/waste", {"quantity_mg": "16", "reason": "damaged"} | witness)
    returned = await pharmacy.post(f"/v1/lots/{lot_id}/returns", {"quantity_mg": "24"})
    counted = await pharmacy.post(f"/v1/lots/{lot_id}/counts", {"counted_mg": "200"})
    assert [answer.status_code for answer in (wasted, returned, counted)] == [201, 201, 201]
    assert await pharmacy.ledger(lot_id) == [
        (1, "received", "240.00", "240.00"),
        (2, "wasted", "-16.00", "224.00"),
        (3, "returned", "-24.00", "200.00"),
        (4, "counted", "0.00", "200.00"),
    ]
    events = [StockEntered.model_validate_json(body) for body in await pharmacy.events("stock_entered")]
    assert [event.movement for event in events] == ["received", "wasted", "returned", "counted"]
    assert (events[1].facility_id, str(events[1].quantity_mg), str(events[1].balance_mg)) == (
        pharmacy.facility,
        "-16",
        "224.00",
    )
    assert {event.key for event in await pharmacy.edge.outbox()} == {str(pharmacy.facility)}
    (lot,) = (await pharmacy.get(f"/v1/facilities/{pharmacy.facility}/stock")).json()["lots"]
    assert (lot["lot_id"], lot["balance_mg"], lot["use_by"], lot["is_named"]) == (lot_id, "200.00", "2027-01-31", False)


async def test_a_command_has_its_effect_once(open_edge: OpenEdge) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    path, body = f"/v1/facilities/{pharmacy.facility}/lots", FILM | {"quantity_mg": "80"}
    first = await pharmacy.post(path, body, key="k")
    assert (await pharmacy.post(path, body, key="k")).content == first.content
    lot_id = first.json()["lot_id"]
    for name, sent in {
        "waste": {"quantity_mg": "8", "reason": "spilled", "witness_id": str(WITNESS)},
        "returns": {"quantity_mg": "8"},
        "counts": {"counted_mg": "60"},
    }.items():
        told = [await pharmacy.post(f"/v1/lots/{lot_id}/{name}", sent, key=name) for _ in range(2)]
        assert told[0].content == told[1].content
    assert [entry[0] for entry in await pharmacy.ledger(lot_id)] == [1, 2, 3, 4]


async def test_a_lot_that_is_delivered_again_is_the_same_lot(open_edge: OpenEdge) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    lot_id = await pharmacy.lot("80")
    assert await pharmacy.lot("40") == lot_id
    assert [entry[3] for entry in await pharmacy.ledger(lot_id)] == ["80.00", "120.00"]
    assert (await pharmacy.receive("8", expires_on="2027-02-28")).json()["code"] == "lot_mismatch"
    assert await pharmacy.lot("40", unit_mg="2") != lot_id


@pytest.mark.parametrize(
    ("lot", "other", "status", "code"),
    [
        (FILM, {"quantity_mg": "81"}, 422, "units_not_whole"),
        (FILM, {"quantity_mg": "0"}, 422, "request_invalid"),
        (FILM, {"lot_code": "lower case"}, 422, "request_invalid"),
        (FILM, {"expires_on": "2026-03-01"}, 409, "lot_expired"),
        (FILM, {"expires_on": "2026-03-02"}, 201, None),
        (FILM, {"witness_id": str(NURSE)}, 403, "witness_is_self"),
        (FILM, {"witness_id": str(new_id())}, 422, "witness_unknown"),
        (FILM, {"episode_id": str(new_id())}, 422, "named_use_not_allowed"),
        (SYRINGE, {"quantity_mg": "300", "episode_id": str(new_id())}, 503, "episode_not_known_yet"),
        (SYRINGE, {"quantity_mg": "200", "unit_mg": "200"}, 422, "unit_not_made"),
        (LIQUID, {"quantity_mg": "9999.5"}, 422, "witness_missing"),
        (LIQUID, {"quantity_mg": "9999.5", "witness_id": str(WITNESS)}, 201, None),
    ],
)
async def test_a_delivery_that_may_not_be_changes_nothing(
    open_edge: OpenEdge, lot: dict[str, str], other: dict[str, Any], status: int, code: str | None
) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    answer = await pharmacy.receive("80", lot | other)
    assert (answer.status_code, answer.json().get("code")) == (status, code)
    if code is not None:
        assert await pharmacy.edge.value("select count(*) from lot") == 0
        assert await pharmacy.edge.outbox() == []


@pytest.mark.parametrize(
    ("name", "body", "status", "code"),
    [
        ("waste", {"quantity_mg": "8", "reason": "expired"}, 422, "witness_missing"),
        ("waste", {"quantity_mg": "8", "reason": "expired", "witness_id": str(NURSE)}, 403, "witness_is_self"),
        ("waste", {"quantity_mg": "81", "reason": "expired", "witness_id": str(WITNESS)}, 409, "stock_short"),
        ("waste", {"quantity_mg": "8", "reason": "lost"}, 422, "request_invalid"),
        ("returns", {"quantity_mg": "80.01"}, 409, "stock_short"),
        ("counts", {"counted_mg": "-1"}, 422, "request_invalid"),
    ],
)
async def test_a_movement_that_may_not_be_changes_nothing(
    open_edge: OpenEdge, name: str, body: dict[str, str], status: int, code: str
) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    lot_id = await pharmacy.lot("80")
    answer = await pharmacy.post(f"/v1/lots/{lot_id}/{name}", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert [entry[3] for entry in await pharmacy.ledger(lot_id)] == ["80.00"]
    assert await pharmacy.edge.types() == ["stock_entered"]


async def test_what_is_left_of_an_expired_lot_can_be_destroyed(open_edge: OpenEdge) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    lot_id = await pharmacy.lot("80", expires_on="2026-03-02")
    pharmacy.edge.clock.pass_by(days=1)
    body = {"quantity_mg": "80", "reason": "expired", "witness_id": str(WITNESS)}
    assert (await pharmacy.post(f"/v1/lots/{lot_id}/waste", body)).json()["balance_mg"] == "0.00"
    path = f"/v1/facilities/{pharmacy.facility}/stock"
    assert (await pharmacy.get(path)).json()["lots"] == []
    assert [lot["lot_id"] for lot in (await pharmacy.get(path, params={"empty": "true"})).json()["lots"]] == [lot_id]


@pytest.mark.parametrize(("counted", "difference"), [("72", "-8.00"), ("88", "8.00")])
async def test_a_count_that_differs_is_told_and_reported(open_edge: OpenEdge, counted: str, difference: str) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    lot_id = await pharmacy.lot("80")
    found = (await pharmacy.post(f"/v1/lots/{lot_id}/counts", {"counted_mg": counted})).json()
    assert found["quantity_mg"] in {difference, difference.removesuffix(".00")}
    (event,) = [
        StockDiscrepancyFound.model_validate_json(body) for body in await pharmacy.events("stock_discrepancy_found")
    ]
    assert (str(event.entry_id), str(event.expected_mg), str(event.counted_mg)) == (found["entry_id"], "80.00", counted)
    assert await pharmacy.waiting(Role.SUPERVISOR) == [("stock_compliance", found["entry_id"])]
    path = f"/v1/stock-entries/{found['entry_id']}/reports"
    refused = await pharmacy.post(path, {"step": "loss_form"}, role=Role.SUPERVISOR)
    assert refused.json()["code"] == "report_not_due"
    told = [
        await pharmacy.post(path, {"step": "compliance", "is_loss": True}, role=Role.SUPERVISOR, key="r")
        for _ in range(2)
    ]
    assert told[0].content == told[1].content
    assert told[0].json()["loss_form_due_at"] == "2026-04-17T04:00:00Z"
    again = await pharmacy.post(path, {"step": "compliance"}, role=Role.SUPERVISOR)
    assert again.json()["code"] == "already_reported"
    assert await pharmacy.waiting(Role.SUPERVISOR) == [("stock_loss_form", found["entry_id"])]
    assert (await pharmacy.post(path, {"step": "loss_form"}, role=Role.SUPERVISOR)).status_code == 201
    assert await pharmacy.waiting(Role.SUPERVISOR) == []


@pytest.mark.parametrize(
    ("lot", "is_loss"),
    [
        (FILM, False),
        ({"medicine": "acamprosate", "lot_code": "A-1", "unit_mg": "333", "expires_on": "2027-01-31"}, True),
    ],
    ids=["no loss", "not controlled"],
)
async def test_a_form_is_for_a_loss_of_a_controlled_medicine(
    open_edge: OpenEdge, lot: dict[str, str], *, is_loss: bool
) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    lot_id = await pharmacy.lot("3330" if is_loss else "80", lot)
    found = (await pharmacy.post(f"/v1/lots/{lot_id}/counts", {"counted_mg": "0"})).json()
    path = f"/v1/stock-entries/{found['entry_id']}/reports"
    answer = await pharmacy.post(path, {"step": "compliance", "is_loss": is_loss}, role=Role.SUPERVISOR)
    assert (answer.status_code, answer.json()["loss_form_due_at"]) == (201, None)
    assert await pharmacy.waiting(Role.SUPERVISOR) == []


async def test_stock_is_for_those_who_keep_it(open_edge: OpenEdge) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    lot_id = await pharmacy.lot("80")
    count = {"counted_mg": "72"}
    path = f"/v1/lots/{lot_id}/counts"
    assert (await pharmacy.post(path, count, role=Role.PRESCRIBER)).json()["code"] == "not_granted"
    assert (await pharmacy.post(path, count, facilities=(new_id(),))).json()["code"] == "facility_out_of_scope"
    assert (await pharmacy.post(path, count, tenant=OTHER_TENANT)).json()["code"] == "lot_not_found"
    found = (await pharmacy.post(path, count)).json()
    report = f"/v1/stock-entries/{found['entry_id']}/reports"
    assert (await pharmacy.post(report, {"step": "compliance"})).json()["code"] == "not_granted"
    unknown = f"/v1/stock-entries/{new_id()}/reports"
    answer = await pharmacy.post(unknown, {"step": "compliance"}, role=Role.SUPERVISOR)
    assert (answer.status_code, answer.json()["code"]) == (404, "discrepancy_not_found")


async def test_a_ledger_is_read_page_by_page(open_edge: OpenEdge) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    lot_id = await pharmacy.lot("80")
    await pharmacy.post(f"/v1/lots/{lot_id}/counts", {"counted_mg": "80"})
    page = (await pharmacy.get(f"/v1/lots/{lot_id}/ledger", params={"after": "1"})).json()
    assert ([entry["number"] for entry in page["entries"]], page["next_after"]) == ([2], None)


@pytest.mark.parametrize(
    "statement",
    [
        "update stock_entry set quantity_mg = quantity_mg + 1",
        "delete from stock_entry",
        "delete from lot",
        "update lot set expires_on = '2030-01-01'",
    ],
)
async def test_the_application_cannot_rewrite_the_ledger(open_edge: OpenEdge, statement: str) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    await pharmacy.lot("80")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with pharmacy.edge.transactions(pharmacy.edge.person(Role.NURSE)) as tx:
            await tx.connection.execute(statement)


@pytest.mark.parametrize(
    ("number", "before_mg", "quantity_mg", "balance_mg", "error"),
    [
        (3, "80", "8", "88", asyncpg.ForeignKeyViolationError),
        (2, "88", "8", "96", asyncpg.ForeignKeyViolationError),
        (2, "80", "8", "80", asyncpg.CheckViolationError),
        (2, "80", "-88", "-8", asyncpg.CheckViolationError),
        (1, "0", "8", "8", asyncpg.UniqueViolationError),
    ],
    ids=["a gap", "another balance before", "a wrong sum", "below nothing", "a second beginning"],
)
async def test_the_ledger_takes_only_what_follows(
    open_edge: OpenEdge, number: int, before_mg: str, quantity_mg: str, balance_mg: str, error: type[Exception]
) -> None:
    pharmacy = await open_pharmacy(await open_edge("medication"))
    await pharmacy.lot("80")
    columns = (
        "entry_id, tenant_id, lot_id, movement, entered_by, entered_at, number, before_mg, quantity_mg, balance_mg"
    )
    with pytest.raises(error):
        await pharmacy.edge.rows(
            f"""insert into stock_entry ({columns})
                select gen_random_uuid(), tenant_id, lot_id, 'counted', entered_by, entered_at, $1, $2::text::numeric,
                       $3::text::numeric, $4::text::numeric
                from stock_entry""",
            number,
            before_mg,
            quantity_mg,
            balance_mg,
        )


async def test_every_medicine_has_its_custody_and_every_report_its_time(open_edge: OpenEdge) -> None:
    edge = await open_edge("medication")
    async with edge.transactions(edge.person(Role.NURSE)) as tx:
        rules = {medicine: await custody_rule(tx, medicine, date(2026, 3, 2)) for medicine in Medicine}
        reports = [await report_rule(tx, step, date(2026, 3, 2)) for step in StockReport]
    two_people = frozenset({StockMovement.WASTED})
    assert rules[Medicine.METHADONE].witnessed == two_people | {StockMovement.RECEIVED, StockMovement.RETURNED}
    for medicine in (Medicine.BUPRENORPHINE_SL, Medicine.BUPRENORPHINE_NALOXONE_SL):
        assert (rules[medicine].witnessed, rules[medicine].single_dose) == (two_people, False)
    for medicine in (Medicine.SUBLOCADE, Medicine.BRIXADI_WEEKLY, Medicine.BRIXADI_MONTHLY):
        assert (rules[medicine].witnessed, rules[medicine].named_use_days) == (two_people, 45)
    for medicine in (Medicine.NALTREXONE_XR, Medicine.NALTREXONE_ORAL, Medicine.ACAMPROSATE, Medicine.DISULFIRAM):
        assert rules[medicine].witnessed == frozenset()
    assert {medicine for medicine, rule in rules.items() if rule.single_dose} == {
        Medicine.SUBLOCADE,
        Medicine.BRIXADI_WEEKLY,
        Medicine.BRIXADI_MONTHLY,
        Medicine.NALTREXONE_XR,
    }
    assert reports == [
        ReportRule("stock.report", "1", StockReport.COMPLIANCE, 1, business_days=True),
        ReportRule("stock.loss_form", "1", StockReport.LOSS_FORM, 45, business_days=False),
    ]
