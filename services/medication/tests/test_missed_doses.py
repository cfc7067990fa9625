"""Missed days: each is told once, and then what its step says; after downtime and over a clock change too."""

from datetime import date, datetime, time, timedelta

import pytest

from services.medication.tests.dosing_window import HOME_ZONE, Window, open_window
from stepwell_kernel.codes import Role
from stepwell_kernel.local_time import resolve
from stepwell_medication.duties.note_missed_day import NoteMissedDay
from stepwell_medication.usecases.note_missed_day import NOTE_MISSED_DAY_DUTY
from stepwell_postgres.duties import Duty
from stepwell_testing.plugin import OpenEdge

USUAL, CHECK, ORDER, INDUCTION = "usual_dose", "nurse_check", "prescriber_order", "new_induction"


async def types_since(window: Window, count: int) -> list[str]:
    return (await window.edge.types())[count:]


async def test_a_course_of_methadone_with_missed_days(open_edge: OpenEdge) -> None:
    """One day: the usual dose; two: a nurse looks first."""
    window = await open_window(await open_edge("medication"))
    order_id = await window.start_methadone()
    told = len(await window.edge.types())
    await window.next_day(2)
    assert await types_since(window, told) == ["dose_missed"]
    assert (await window.dose(order_id, "80")).status_code == 201
    await window.next_day(3)
    assert (await window.dose(order_id, "80")).json()["code"] == "nurse_check_needed"
    assert (await window.dose(order_id, "40", checked=True)).status_code == 201
    assert (await window.dose(order_id, "40")).status_code == 201
    assert await window.missed() == [
        ("2026-03-12", 1, USUAL),
        ("2026-03-14", 1, USUAL),
        ("2026-03-15", 2, CHECK),
    ]


@pytest.mark.parametrize(("days", "suggested"), [(3, "40.00"), (4, "40.00")])
async def test_from_the_third_day_a_prescriber_decides(open_edge: OpenEdge, days: int, suggested: str) -> None:
    window = await open_window(await open_edge("medication"))
    order_id = await window.start_methadone(take_home_days=28)
    told = len(await window.edge.types())
    await window.next_day(days + 1)
    missed = ["dose_missed"] * (days - 3)
    assert await types_since(window, told) == ["dose_missed"] * 3 + ["dosing_held", "visit_needed", *missed]
    assert (await window.dose(order_id, "80", checked=True)).json()["code"] == "dosing_held"
    [hold] = (await window.queue())["holds"]
    assert (hold["reason"], hold["days_missed"], hold["step"], hold["suggested_mg"]) == (
        "missed_doses",
        days,
        ORDER,
        suggested,
    )
    assert await window.worklist(Role.PRESCRIBER) == [("dosing_hold", hold["hold_id"])]
    assert (await window.lift(hold["hold_id"])).json()["code"] == "daily_dose_missing"
    assert (await window.lift(hold["hold_id"], daily_mg="60")).json()["code"] == "decision_reason_missing"
    lifted = await window.lift(hold["hold_id"], daily_mg="40")
    assert (lifted.status_code, lifted.json()["daily_mg"]) == (200, "40")
    assert lifted.json()["take_homes_from"] == (window.today() + timedelta(days=14)).isoformat()
    assert (await window.lift(hold["hold_id"], daily_mg="40")).json()["code"] == "hold_lifted"
    assert (await window.dose(order_id, "40.01")).json()["code"] == "daily_dose_exceeded"
    assert (await window.dose(order_id, "40")).status_code == 201
    assert (await types_since(window, told))[-3:] == ["dosing_resumed", "order_changed", "dose_observed"]
    tomorrow = window.today() + timedelta(days=1)
    assert (await window.hand_out(order_id, tomorrow, 1)).json()["code"] == "take_homes_suspended"
    for _ in range(14):
        await window.next_day()
        assert (await window.dose(order_id, "40")).status_code == 201
    assert (await window.hand_out(order_id, window.today() + timedelta(days=1), 1)).status_code == 201


async def test_the_decided_dose_passes_the_gates_of_a_change(open_edge: OpenEdge) -> None:
    """QTc screening guideline for methadone: above 500 ms not without the prescriber's reason."""
    window = await open_window(await open_edge("medication"))
    await window.start_methadone()
    await window.next_day(4)
    [hold] = (await window.queue())["holds"]
    now = window.edge.clock.now().isoformat()
    checks = f"/v1/episodes/{window.episode_id}/checks"
    assert (await window.call("POST", checks, {"check": "qtc", "amount": "501", "taken_at": now})).status_code == 201
    told = len(await window.edge.types())
    assert (await window.lift(hold["hold_id"], daily_mg="40")).json()["code"] == "qtc_too_long"
    assert (await types_since(window, told), len((await window.queue())["holds"])) == ([], 1)
    override = {"rule_id": "methadone.qtc_stop", "reason": "cardiology agrees to half the dose"}
    lifted = await window.lift(hold["hold_id"], daily_mg="40", overrides=[override])
    assert [found["code"] for found in lifted.json()["findings"]] == ["qtc_too_long"]
    assert await types_since(window, told) == ["dosing_resumed", "order_changed"]
    decided = "select daily_mg::text from order_decision where kind = 'change' order by decided_at desc limit 1"
    assert await window.edge.value(decided) == "40.00"


async def test_a_decision_is_about_the_days_that_were_missed_then(open_edge: OpenEdge) -> None:
    """Lifted after the third day, the patient still does not come: the fourth needs a decision of its own."""
    window = await open_window(await open_edge("medication"))
    order_id = await window.start_methadone()
    await window.change(order_id, daily_mg="120")
    await window.next_day(4)
    [first] = (await window.queue())["holds"]
    assert first["suggested_mg"] == "60.00"
    assert (await window.lift(first["hold_id"], daily_mg="60")).status_code == 200
    await window.next_day()
    [second] = (await window.queue())["holds"]
    assert (second["days_missed"], second["suggested_mg"]) == (4, "40.00")
    assert (await window.lift(second["hold_id"], daily_mg="40")).status_code == 200
    assert (await window.dose(order_id, "40")).status_code == 201
    assert (await window.edge.types()).count("visit_needed") == 1


async def test_from_the_fifth_day_there_is_only_a_new_induction(open_edge: OpenEdge) -> None:
    window = await open_window(await open_edge("medication"))
    order_id = await window.start_methadone()
    told = len(await window.edge.types())
    await window.next_day(9)
    assert await types_since(window, told) == [
        *["dose_missed"] * 3,
        "dosing_held",
        "visit_needed",
        *["dose_missed"] * 2,
        "order_ended",
    ]
    assert [step for _, _, step in await window.missed()] == [USUAL, CHECK, ORDER, ORDER, INDUCTION]
    assert (await window.dose(order_id, "80", checked=True)).json()["code"] == "new_induction_needed"
    [hold] = (await window.queue())["holds"]
    assert hold["step"] == INDUCTION
    anew = await window.order()
    assert (await window.dose(anew, "30")).json()["code"] == "dosing_held"
    assert (await window.lift(hold["hold_id"], daily_mg="30")).json()["code"] == "daily_dose_not_asked_for"
    assert (await window.lift(hold["hold_id"])).status_code == 200
    assert (await window.dose(anew, "30.01")).json()["code"] == "first_dose_exceeded"
    assert (await window.dose(anew, "30")).status_code == 201
    assert (await window.dose(anew, "20.01")).json()["code"] == "day_cap_exceeded"
    assert (await window.dose(anew, "20")).status_code == 201


async def test_at_the_window_the_days_count_before_the_duty_has_told_them(open_edge: OpenEdge) -> None:
    """The duty runs an hour after midnight; until then, and while it is down, a dose is judged the same way."""
    window = await open_window(await open_edge("medication"))
    order_id = await window.start_methadone()
    for days, code in ((3, "nurse_check_needed"), (4, "prescriber_order_needed"), (6, "new_induction_needed")):
        window.edge.clock.instant = resolve(datetime(2026, 3, 11 + days, 12), HOME_ZONE)
        assert (await window.dose(order_id, "80")).json()["code"] == code
    assert await window.missed() == []


async def test_after_downtime_each_day_is_told_once_in_order(open_edge: OpenEdge) -> None:
    window = await open_window(await open_edge("medication"))
    order_id = await window.start_methadone()
    window.edge.clock.pass_by(days=3)
    assert (await window.dose(order_id, "80", checked=True)).status_code == 201
    window.edge.clock.pass_by(days=20)
    await window.run_due()
    await window.run_due()
    assert await window.missed() == [
        ("2026-03-12", 1, USUAL),
        ("2026-03-13", 2, CHECK),
        ("2026-03-15", 1, USUAL),
        ("2026-03-16", 2, CHECK),
        ("2026-03-17", 3, ORDER),
        ("2026-03-18", 4, ORDER),
        ("2026-03-19", 5, INDUCTION),
    ]
    assert (await window.edge.types()).count("order_ended") == 1
    assert (await window.edge.types()).count("dosing_held") == 1
    assert await window.edge.value("select count(*) from duty where state <> 'done'") == 0


async def test_days_told_late_do_not_hold_who_has_been_dosed_since(open_edge: OpenEdge) -> None:
    window = await open_window(await open_edge("medication"))
    order_id = await window.start_methadone()
    window.edge.clock.pass_by(days=4)
    await window.run_due()
    [hold] = (await window.queue())["holds"]
    await window.lift(hold["hold_id"], daily_mg="40")
    await window.edge.rows("delete from missed_day")
    await window.edge.rows("update duty set state = 'due' where key = $1", f"{order_id}/2026-03-14")
    assert (await window.dose(order_id, "40")).status_code == 201
    before = len(await window.edge.types())
    await window.run_due()
    assert await types_since(window, before) == ["dose_missed"]
    assert (await window.queue())["holds"] == []


async def test_a_duty_that_runs_twice_tells_once(open_edge: OpenEdge) -> None:
    window = await open_window(await open_edge("medication"))
    order_id = await window.start_methadone()
    await window.next_day(2)
    before = await window.edge.types()
    [row] = await window.edge.rows("select * from duty where key = $1", f"{order_id}/2026-03-12")
    duty = Duty(
        row["kind"], row["key"], row["tenant_id"], row["due_at"], {"order_id": order_id, "day": "2026-03-12"}, 0
    )
    with pytest.raises(Exception, match="duty_no_longer_due"):
        await NoteMissedDay(window.edge.transactions)(duty)
    assert await window.edge.types() == before
    assert duty.kind == NOTE_MISSED_DAY_DUTY


async def test_a_missed_day_is_told_an_hour_after_its_local_end_over_a_clock_change(open_edge: OpenEdge) -> None:
    """On 8 March clocks go forward at 2:00, on 1 November back: the hour after midnight exists on both days."""
    for day, told_at in ((date(2026, 3, 7), "2026-03-08T06:00"), (date(2026, 10, 31), "2026-11-01T05:00")):
        window = await open_window(await open_edge("medication"))
        window.edge.clock.instant = resolve(datetime.combine(day - timedelta(days=1), time(12)), HOME_ZONE)
        order_id = await window.order()
        assert (await window.dose(order_id, "20")).status_code == 201
        due = await window.edge.value("select due_at from duty where key = $1", f"{order_id}/{day.isoformat()}")
        assert due == datetime.fromisoformat(f"{told_at}+00:00")
        window.edge.clock.instant = due - timedelta(seconds=1)
        assert await window.run_due() == 0
        window.edge.clock.instant = due
        assert await window.run_due() == 1
        assert await window.missed() == [(day.isoformat(), 1, USUAL)]


async def test_what_is_taken_at_home_is_not_missed(open_edge: OpenEdge) -> None:
    """A take-home covers its days, buprenorphine is prescribed for home after its first dose, and an order may end."""
    window = await open_window(await open_edge("medication"))
    order_id = await window.start_methadone(take_home_days=28)
    assert (await window.hand_out(order_id, window.today() + timedelta(days=1), 6)).status_code == 201
    switch = [{"rule_id": "interaction.methadone_buprenorphine", "reason": "switch"}]
    at_home = await window.order("buprenorphine_naloxone_sl", overrides=switch)
    assert (await window.dose(at_home, "4")).status_code == 201
    await window.next_day(7)
    assert await window.missed() == []
    ended = await window.call("POST", f"/v1/orders/{order_id}/end", {"reason": "patient_choice"}, role=Role.PRESCRIBER)
    assert ended.status_code in {200, 201}
    await window.next_day(3)
    assert await window.missed() == []
    assert await window.edge.value("select count(*) from duty where state = 'due'") == 0


async def test_buprenorphine_under_daily_observation_has_a_table_of_its_own(open_edge: OpenEdge) -> None:
    """BC College of Pharmacists 2024: same dose up to 5 days, up to 3 after a return to opioids with a check."""
    window = await open_window(await open_edge("medication"))
    order_id = await window.order("buprenorphine_naloxone_sl", observed_daily=True, daily_mg="16")
    for amount in ("8", "12", "16"):
        assert (await window.dose(order_id, amount)).status_code == 201
        await window.next_day()
    await window.next_day(3)
    assert (await window.dose(order_id, "16")).json()["code"] == "opioid_return_not_stated"
    assert (await window.dose(order_id, "16", returned_to_opioids=True)).json()["code"] == "nurse_check_needed"
    assert (await window.dose(order_id, "16", returned_to_opioids=True, checked=True)).status_code == 201
    await window.next_day(5)
    refused = await window.dose(order_id, "16", returned_to_opioids=True, checked=True)
    assert refused.json()["code"] == "new_induction_needed"
    await window.next_day()
    assert (await window.dose(order_id, "16", returned_to_opioids=False)).status_code == 201
    await window.next_day(7)
    assert (await window.edge.types())[-3:] == ["dose_missed", "order_ended", "visit_needed"]
    assert (await window.dose(order_id, "16", returned_to_opioids=False)).json()["code"] == "new_induction_needed"


async def test_a_low_dose_start_pauses_at_its_last_dose(open_edge: OpenEdge) -> None:
    """J Addict Med 2022: from two missed doses the prescriber decides; the last dose is suggested."""
    window = await open_window(await open_edge("medication"))
    order_id = await window.order("buprenorphine_sl", protocol="low_dose", observed_daily=True)
    for amount in ("0.5", "1", "2"):
        assert (await window.dose(order_id, amount)).status_code == 201
        await window.next_day()
    await window.next_day(2)
    [hold] = (await window.queue())["holds"]
    assert (hold["days_missed"], hold["suggested_mg"]) == (2, "2.00")
    await window.ask_monitoring_program(window.episode_id)
    assert (await window.lift(hold["hold_id"], daily_mg="2")).json()["take_homes_from"] is None
    assert (await window.dose(order_id, "4")).json()["code"] == "daily_dose_exceeded"
    assert (await window.dose(order_id, "2")).status_code == 201
