"""Interactions: every stored pair against its source, and what they mean over HTTP."""

from collections.abc import Mapping

import pytest

from services.medication.tests.practice import Practice, open_practice
from stepwell_kernel.codes import Role
from stepwell_kernel.medication_codes import Medicine, Protocol, Severity
from stepwell_medication.domain.interactions import Taken, interaction_findings
from stepwell_medication.store.interactions import interaction_rules, taken
from stepwell_testing.edge import ServiceEdge
from stepwell_testing.plugin import OpenEdge

HARD, STOP, WARN, HIGH = Severity.HARD_STOP, Severity.STOP_OVERRIDE, Severity.WARN, "high warning"

#: The pairs as labels and guidelines have them: the two sides, how strongly, and days since a depot where it counts.
PAIRS: Mapping[str, tuple[str, str, str]] = {
    "naltrexone_opioid": ("naltrexone_oral", "oxycodone", HARD),
    "naltrexone_buprenorphine": ("naltrexone_xr", "buprenorphine", HARD),
    "depot_opioid": ("methadone", "naltrexone_xr", HARD),
    "depot_buprenorphine": ("buprenorphine_sl", "naltrexone_xr", HARD),
    "waning_depot_opioid": ("methadone", "naltrexone_xr", STOP),
    "waning_depot_buprenorphine": ("sublocade", "naltrexone_xr", STOP),
    "methadone_buprenorphine": ("buprenorphine_naloxone_sl", "methadone", STOP),
    "moud_benzodiazepine": ("methadone", "alprazolam", HIGH),
    "moud_z_drug": ("buprenorphine_sl", "zolpidem", HIGH),
    "moud_gabapentinoid": ("sublocade", "gabapentin", HIGH),
    "moud_alcohol": ("brixadi_monthly", "alcohol", HIGH),
    "moud_depressant": ("methadone", "carisoprodol", HIGH),
    "moud_cyp3a4_inhibitor": ("buprenorphine_naloxone_sl", "clarithromycin", WARN),
    "methadone_cyp3a4_inducer": ("methadone", "carbamazepine", HIGH),
    "methadone_cyp2b6_inducer": ("methadone", "efavirenz", HIGH),
    "buprenorphine_cyp3a4_inducer": ("brixadi_weekly", "rifampin", WARN),
    "methadone_qt": ("methadone", "ondansetron", WARN),
    "methadone_maoi": ("methadone", "phenelzine", WARN),
    "methadone_serotonergic": ("methadone", "linezolid", WARN),
    "disulfiram_metronidazole": ("disulfiram", "metronidazole", HARD),
    "disulfiram_elixir": ("disulfiram", "alcohol_elixir", HARD),
    "disulfiram_protease_inhibitor": ("disulfiram", "ritonavir_liquid", HARD),
    "disulfiram_warfarin": ("disulfiram", "warfarin", WARN),
    "disulfiram_phenytoin": ("disulfiram", "phenytoin", WARN),
    "disulfiram_isoniazid": ("disulfiram", "isoniazid", WARN),
    "loperamide": ("buprenorphine_sl", "loperamide_high_dose", WARN),
    "kratom": ("acamprosate", "kratom", WARN),
    "tianeptine": ("naltrexone_oral", "tianeptine", WARN),
}


async def find(
    edge: ServiceEdge, medicine: str, other: str, days: int | None = None, protocol: Protocol = Protocol.STANDARD
) -> dict[str, str]:
    """What the stored rules find for a pair: how strongly, by rule."""
    async with edge.transactions(edge.person(Role.PRESCRIBER)) as tx:
        ordered, second = await taken(tx, [medicine, other], tx.now.date())
        rules = await interaction_rules(tx, tx.now.date())
    found = interaction_findings(rules, ordered, [Taken(second.code, second.classes, days)], protocol)
    return {f.rule_id.removeprefix("interaction."): HIGH if f.is_high else f.severity for f in found}


async def test_every_row_finds_its_pair_as_strongly_as_its_source_has_it(open_edge: OpenEdge) -> None:
    edge = await open_edge("medication")
    stored = {
        row["rule_id"].removeprefix("interaction."): row
        for row in await edge.rows("select rule_id, days_after, source from interaction_rule")
    }
    assert stored.keys() == PAIRS.keys()
    for rule_id, (medicine, other, severity) in PAIRS.items():
        after = stored[rule_id]["days_after"]
        assert (await find(edge, medicine, other, after.lower if after else None))[rule_id] == severity, rule_id
        assert stored[rule_id]["source"], rule_id


async def test_every_substance_of_a_class_meets_every_medicine_of_the_other(open_edge: OpenEdge) -> None:
    """No row is forgotten because a substance has another class besides, or the order of the two is turned."""
    edge = await open_edge("medication")
    members: dict[str, set[str]] = {}
    for row in await edge.rows("select substance, class from medicine_class"):
        members.setdefault(row["class"], set()).add(row["substance"])
    async with edge.transactions(edge.person(Role.PRESCRIBER)) as tx:
        rules = await interaction_rules(tx, tx.now.date())
        known = {t.code: t for t in await taken(tx, sorted(set().union(*members.values())), tx.now.date())}
    met = 0
    for rule in rules:
        for first, second in ((rule.first, rule.second), (rule.second, rule.first)):
            for medicine in members[first] & set(Medicine):
                for other in members[second]:
                    second_one = Taken(other, known[other].classes, rule.least_days)
                    found = interaction_findings(rules, known[medicine], [second_one], Protocol.STANDARD)
                    assert rule.rule_id in {f.rule_id for f in found}, (rule.rule_id, medicine, other)
                    met += 1
    assert met > len(rules)


@pytest.mark.parametrize(
    ("medicine", "other", "days", "protocol", "found"),
    [
        ("methadone", "azithromycin", None, Protocol.STANDARD, {}),
        ("buprenorphine_naloxone_sl", "azithromycin", None, Protocol.STANDARD, {}),
        ("methadone", "naloxone", None, Protocol.STANDARD, {}),
        ("naltrexone_xr", "alprazolam", None, Protocol.STANDARD, {}),
        ("acamprosate", "oxycodone", None, Protocol.STANDARD, {}),
        ("disulfiram", "ritonavir", None, Protocol.STANDARD, {}),
        ("buprenorphine_sl", "citalopram", None, Protocol.STANDARD, {}),
        ("buprenorphine_sl", "loperamide", None, Protocol.STANDARD, {}),
        ("buprenorphine_sl", "never_heard_of", None, Protocol.STANDARD, {}),
        ("buprenorphine_sl", "methadone", None, Protocol.LOW_DOSE, {}),
        ("buprenorphine_sl", "methadone", None, Protocol.HIGH_DOSE, {"methadone_buprenorphine": STOP}),
        ("methadone", "naltrexone_xr", 28, Protocol.STANDARD, {"depot_opioid": HARD}),
        ("methadone", "naltrexone_xr", 29, Protocol.STANDARD, {"waning_depot_opioid": STOP}),
        ("methadone", "naltrexone_xr", 35, Protocol.STANDARD, {"waning_depot_opioid": STOP}),
        ("methadone", "naltrexone_xr", 36, Protocol.STANDARD, {}),
    ],
)
async def test_what_a_pair_finds_beside_its_row(
    open_edge: OpenEdge, medicine: str, other: str, days: int | None, protocol: Protocol, found: dict[str, str]
) -> None:
    assert await find(await open_edge("medication"), medicine, other, days, protocol) == found


async def naltrexone(practice: Practice) -> str:
    """An order of naltrexone for somebody who takes no opioids."""
    return await practice.started("naltrexone_oral", last_opioid="none")


async def test_a_benzodiazepine_never_withholds_medication(open_edge: OpenEdge) -> None:
    """FDA, September 2017: benzodiazepines are a high warning and no reason to withhold treatment."""
    practice = await open_practice(await open_edge("medication"))
    await practice.list_medicines("alprazolam", "gabapentin", "alcohol")
    overlap = {"rule_id": "interaction.methadone_buprenorphine", "reason": "moved over within a week"}
    for answer in (await practice.start(), await practice.start("methadone", overrides=[overlap])):
        assert answer.status_code == 201
        told = {(f["code"], f["other"]) for f in answer.json()["findings"] if f["is_high"]}
        assert told == {("sedation", "alprazolam"), ("sedation", "gabapentin"), ("sedation", "alcohol")}


@pytest.mark.parametrize(
    ("listed", "medicine", "code"),
    [
        ("oxycodone", "naltrexone_oral", "precipitated_withdrawal"),
        ("metronidazole", "disulfiram", "disulfiram_reaction"),
        ("ritonavir_liquid", "disulfiram", "disulfiram_reaction"),
    ],
)
async def test_a_hard_interaction_stops_a_start_until_the_list_is_another(
    open_edge: OpenEdge, listed: str, medicine: str, code: str
) -> None:
    practice = await open_practice(await open_edge("medication"))
    await practice.checked("alcohol_free", since=practice.ago(hours=48))
    await practice.list_medicines(listed)
    refused = await practice.start(medicine, last_opioid="none")
    assert (refused.status_code, refused.json()["code"]) == (409, code)
    rule = refused.json()["fields"][0]["rule"].split("@")[0]
    again = await practice.start(medicine, last_opioid="none", overrides=[{"rule_id": rule, "reason": "I know better"}])
    assert again.json()["code"] == code
    await practice.list_medicines()
    assert (await practice.start(medicine, last_opioid="none")).status_code == 201


async def test_agonists_overlap_only_by_a_low_dose_start_or_with_a_reason(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"))
    await practice.started("methadone", daily_mg="40")
    refused = await practice.start("buprenorphine_sl")
    assert (refused.status_code, refused.json()["code"]) == (409, "agonists_overlap")
    reason = {"rule_id": "interaction.methadone_buprenorphine", "reason": "methadone ends tomorrow"}
    order_id = await practice.started("buprenorphine_sl", overrides=[reason])
    await practice.end(order_id)
    assert (await practice.start("buprenorphine_sl", protocol="low_dose", withdrawal=None)).status_code == 201
    assert (await practice.start("naltrexone_oral", last_opioid="none")).json()["code"] == "precipitated_withdrawal"


async def test_a_depot_acts_on_after_its_order_has_ended(open_edge: OpenEdge) -> None:
    """Label of extended-release naltrexone: blockade for about 28 days after the last injection."""
    practice = await open_practice(await open_edge("medication"))
    depot = await practice.started("naltrexone_xr", last_opioid="none")
    body = {"amount_mg": "380", "site": "buttock", "side": "left", "reversal_agent_discussed": True}
    given = await practice.call("POST", f"/v1/orders/{depot}/injections", body)
    assert given.status_code == 201, given.text
    assert (await practice.start()).json()["code"] == "precipitated_withdrawal"
    await practice.end(depot)
    found = []
    for days in (28, 1, 6, 1):
        practice.edge.clock.pass_by(days=days)
        await practice.ask_monitoring(minutes=1)
        found.append((await practice.start()).json().get("code"))
    assert found == ["opioid_blockade", "opioid_blockade_wanes", "opioid_blockade_wanes", None]


async def test_a_list_replaces_the_former_one_and_tells_what_it_means(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"))
    order_id = await naltrexone(practice)
    assert (await practice.list_medicines("metformin", "ibuprofen")).json()["interactions"] == []
    listed = await practice.list_medicines("oxycodone", "zanthine", key="list")
    assert (await practice.list_medicines("oxycodone", "zanthine", key="list")).content == listed.content
    (interaction,) = listed.json()["interactions"]
    assert (interaction["order_id"], interaction["other"], interaction["severity"]) == (order_id, "oxycodone", HARD)
    assert listed.json()["not_known"] == ["zanthine"]
    seen = await practice.call("GET", f"/v1/episodes/{practice.episode}/other-medicines", role=Role.NURSE)
    assert seen.json()["substances"] == ["oxycodone", "zanthine"]
    types = await practice.edge.types()
    assert types[-2:] == ["other_medicines_listed", "other_medicines_listed"]
    (order,) = (await practice.call("GET", f"/v1/episodes/{practice.episode}/orders")).json()["rows"]
    assert ("precipitated_withdrawal", "oxycodone") in [(f["code"], f["other"]) for f in order["findings"]]
    assert "interaction" in await practice.waiting(Role.PRESCRIBER)
    await practice.list_medicines("metformin")
    assert "interaction" not in await practice.waiting(Role.PRESCRIBER)
    (order,) = (await practice.call("GET", f"/v1/episodes/{practice.episode}/orders")).json()["rows"]
    assert "oxycodone" not in [f["other"] for f in order["findings"]]


async def test_a_change_looks_at_the_list_anew(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"))
    order_id = await practice.started(daily_mg="8")
    await practice.list_medicines("clarithromycin")
    changed = await practice.change(order_id, daily_mg="12")
    assert ("level_rises", "clarithromycin") in [(f["code"], f["other"]) for f in changed.json()["findings"]]


@pytest.mark.parametrize(
    ("substances", "status", "code"),
    [
        (["alprazolam", "alprazolam"], 422, "substance_repeated"),
        (["Alprazolam 2 mg"], 422, "request_invalid"),
        (["x" * 61], 422, "request_invalid"),
        ([f"substance_{number}" for number in range(101)], 422, "request_invalid"),
        ([f"substance_{number}" for number in range(100)], 200, None),
        ([], 200, None),
    ],
)
async def test_a_list_that_may_not_be_is_refused_by_name(
    open_edge: OpenEdge, substances: list[str], status: int, code: str | None
) -> None:
    practice = await open_practice(await open_edge("medication"), monitored=False)
    answer = await practice.list_medicines(*substances)
    assert (answer.status_code, answer.json().get("code")) == (status, code)
    assert await practice.rows("medicine_list") == (1 if code is None else 0)


async def test_a_patient_is_one_over_all_episodes_and_facilities(open_edge: OpenEdge) -> None:
    practice = await open_practice(await open_edge("medication"))
    await practice.list_medicines("oxycodone")
    elsewhere = await practice.elsewhere()
    assert (await elsewhere.start("naltrexone_oral", last_opioid="none")).json()["code"] == "precipitated_withdrawal"
    await practice.list_medicines()
    await practice.started("methadone", daily_mg="40")
    assert (await elsewhere.start("buprenorphine_sl")).json()["code"] == "agonists_overlap"
    assert (await elsewhere.start("methadone", daily_mg="40")).json()["code"] == "order_active_elsewhere"
    reason = {"rule_id": "order.duplicate", "reason": "moves over today"}
    assert (await elsewhere.start("methadone", daily_mg="40", overrides=[reason])).status_code == 201
    listed = await elsewhere.list_medicines("alprazolam")
    assert [found["code"] for found in listed.json()["interactions"]] == ["sedation", "sedation"]
