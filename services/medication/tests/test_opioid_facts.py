"""What the house itself knows of opioids: drug tests, doses and injections, before naltrexone and in results."""

from datetime import timedelta
from typing import Any

import pytest

from services.medication.tests.practice import Practice, open_practice
from stepwell_kernel.codes import Role
from stepwell_testing.plugin import OpenEdge


async def collected(practice: Practice) -> str:
    """A test whose specimen was taken now."""
    episode = f"/v1/episodes/{practice.episode}/drug-tests"
    test_id: str = (await practice.call("POST", episode, {"reason": "for_cause"}, role=Role.NURSE)).json()["test_id"]
    taken = await practice.call("POST", f"/v1/drug-tests/{test_id}/collection", {}, role=Role.NURSE)
    assert taken.status_code == 201, taken.text
    return test_id


async def resulted(practice: Practice, test_id: str, stage: str = "presumptive", **panel: Any) -> str:
    """What the laboratory tells, and how it was judged; other than analytes are measures."""
    analytes = [{"analyte": name, "positive": shows} for name, shows in panel.items() if isinstance(shows, bool)]
    measures = {name: value for name, value in panel.items() if not isinstance(value, bool)}
    body = {"stage": stage, "panel": analytes} | measures
    answer = await practice.call("POST", f"/v1/drug-tests/{test_id}/results", body, role=Role.NURSE)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["result"])


async def naltrexone(practice: Practice, **other: Any) -> str:
    """How a start of naltrexone goes for a patient who tells of no opioid: the code, or `started`."""
    answer = await practice.start("naltrexone_oral", last_opioid="none", **other)
    return "started" if answer.status_code == 201 else str(answer.json()["code"])


@pytest.mark.parametrize("analyte", ["opiate", "oxycodone", "heroin_6_mam", "methadone", "buprenorphine", "fentanyl"])
@pytest.mark.parametrize("stage", ["presumptive", "definitive"])
async def test_a_drug_test_that_shows_an_opioid_stops_naltrexone(open_edge: OpenEdge, analyte: str, stage: str) -> None:
    """Label: contraindicated with a positive opioid test, whoever recorded it where."""
    practice = await open_practice(await open_edge("medication"))
    await resulted(practice, await collected(practice), stage, **{analyte: True, "cocaine": False})
    assert await naltrexone(practice) == "opioid_test_positive"
    assert await practice.rows("medication_order") == 0


@pytest.mark.parametrize(
    ("stage", "panel", "code"),
    [
        ("presumptive", {"cocaine": True}, "started"),
        ("presumptive", {"fentanyl": False}, "started"),
        ("presumptive", {"opiate": False}, "opioid_test_positive"),
        ("presumptive", {"fentanyl": False, "creatinine": "10", "specific_gravity": "1.002"}, "opioid_test_positive"),
    ],
    ids=["no opioid", "the opioid is gone", "another opioid was looked for", "a dilute specimen proves nothing"],
)
async def test_the_newest_reading_of_each_opioid_holds(
    open_edge: OpenEdge, stage: str, panel: dict[str, Any], code: str
) -> None:
    practice = await open_practice(await open_edge("medication"))
    if "cocaine" not in panel:
        await resulted(practice, await collected(practice), fentanyl=True)
    practice.edge.clock.pass_by(hours=1)
    await resulted(practice, await collected(practice), stage, **panel)
    assert await naltrexone(practice) == code


async def test_a_definitive_result_goes_before_the_presumptive_one_of_its_specimen(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"))
    test_id = await collected(practice)
    await resulted(practice, test_id, opiate=True)
    await resulted(practice, test_id, "definitive", opiate=False)
    assert await naltrexone(practice) == "started"
    (stored,) = await practice.edge.rows("select inputs -> 'checks' ->> 'opioid_test' as result_id from order_decision")
    definitive = await practice.edge.value("select result_id from drug_test_result where is_definitive")
    assert stored["result_id"] == str(definitive)


@pytest.mark.parametrize(("hours", "code"), [(1, "opioid_test_positive"), (-1, "started")], ids=["before", "after"])
async def test_a_recorded_check_and_a_drug_test_are_one_record(open_edge: OpenEdge, hours: int, code: str) -> None:
    practice = await open_practice(await open_edge("medication"))
    taken_at = practice.ago(hours=hours)
    await resulted(practice, await collected(practice), fentanyl=True)
    practice.edge.clock.pass_by(hours=2)
    await practice.checked("opioid_test", result="negative", taken_at=taken_at)
    assert await naltrexone(practice) == code


@pytest.mark.parametrize(("hours", "code"), [(167, "opioid_free_too_short"), (168, "started")])
async def test_naltrexone_waits_after_what_was_given_here(open_edge: OpenEdge, hours: int, code: str) -> None:
    """Label: opioid-free for 7 days at least; a dose of the house counts though nobody tells of it."""
    practice = await open_practice(await open_edge("medication"))
    order_id = await practice.started("methadone")
    dose = await practice.call("POST", f"/v1/orders/{order_id}/doses", {"amount_mg": "30"}, role=Role.NURSE)
    assert dose.status_code == 201, dose.text
    await practice.end(order_id)
    practice.edge.clock.pass_by(hours=hours)
    assert await naltrexone(practice) == code


async def test_a_score_that_is_stated_with_naltrexone_counts(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"))
    for score, code in ((5, "in_withdrawal"), (4, "started")):
        withdrawal = {"score": score, "taken_at": practice.ago(minutes=1)}
        assert await naltrexone(practice, withdrawal=withdrawal) == code


async def test_of_a_stated_and_a_recorded_score_the_newer_holds(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"))
    await practice.checked("withdrawal_score", amount="6", taken_at=practice.ago(minutes=2))
    stated = {"score": 12, "taken_at": practice.ago(minutes=30)}
    assert (await practice.start(withdrawal=stated)).json()["code"] == "withdrawal_score_below_limit"
    assert (await practice.start(withdrawal=stated | {"taken_at": practice.ago(minutes=2)})).status_code == 201


@pytest.mark.parametrize("generic", ["naltrexone", "naltrexone_xr"])
async def test_naltrexone_from_elsewhere_stops_an_opioid(open_edge: OpenEdge, generic: str) -> None:
    practice = await open_practice(await open_edge("medication"))
    await practice.list_medicines(generic)
    assert (await practice.start()).json()["code"] == "precipitated_withdrawal"
    assert (await practice.start("methadone")).json()["code"] == "precipitated_withdrawal"


async def test_a_medicine_whose_order_ends_before_the_result_was_prescribed(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"))
    order_id = await practice.started("methadone")
    practice.edge.clock.pass_by(days=2)
    test_id = await collected(practice)
    practice.edge.clock.pass_by(days=1)
    await practice.end(order_id)
    assert await resulted(practice, test_id, methadone=True) == "expected_positive"


async def test_an_order_after_the_specimen_explains_nothing(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"))
    test_id = await collected(practice)
    practice.edge.clock.pass_by(hours=1)
    await practice.started("methadone")
    assert await resulted(practice, test_id, methadone=True) == "unexpected_positive"


@pytest.mark.parametrize(
    ("medicine", "days", "result"),
    [
        ("buprenorphine_sl", 7, "expected_residual"),
        ("buprenorphine_sl", 8, "unexpected_positive"),
        ("sublocade", 8, "expected_residual"),
        ("sublocade", 180, "expected_residual"),
        ("sublocade", 181, "unexpected_positive"),
    ],
)
async def test_a_depot_shows_longer_than_what_is_taken_by_mouth(
    open_edge: OpenEdge, medicine: str, days: int, result: str
) -> None:
    practice = await open_practice(await open_edge("medication"))
    await practice.checked("transmucosal_test_dose", result="tolerated")
    await practice.end(await practice.started(medicine))
    practice.edge.clock.pass_by(days=days)
    assert await resulted(practice, await collected(practice), buprenorphine=True) == result


async def test_methadone_is_observed_every_day_whatever_is_ordered(open_edge: OpenEdge) -> None:
    """42 CFR 8.12: a dose is observed or a take-home; without it no missed day would be noticed."""
    practice = await open_practice(await open_edge("medication"))
    refused = await practice.start("methadone", observed_daily=False)
    assert (refused.json()["code"], refused.json()["fields"][0]["path"]) == ("order_terms_invalid", "observed_daily")
    assert (await practice.start("methadone", observed_daily=True)).status_code == 201
    assert (await practice.start("acamprosate", observed_daily=False)).json()["code"] == "creatinine_clearance_missing"


async def test_a_dose_of_a_program_is_not_a_prescription(open_edge: OpenEdge) -> None:
    """The monitoring program is asked every 90 days for methadone, before each change for what is prescribed."""
    practice = await open_practice(await open_edge("medication"))
    order_id = await practice.started("methadone", daily_mg="30")
    practice.edge.clock.instant += timedelta(days=89)
    assert (await practice.change(order_id, daily_mg="35")).status_code == 201
    practice.edge.clock.instant += timedelta(days=2)
    assert (await practice.change(order_id, daily_mg="40")).json()["code"] == "monitoring_check_stale"
