"""The rows of the gates as they are stored, each against its table: a passing, a failing and a boundary case."""

from collections import Counter
from datetime import date

import pytest

from services.medication.tests.gate_rows import CASES, FILM, NOW, facts
from stepwell_kernel.codes import Role
from stepwell_kernel.medication_codes import Medicine, Severity
from stepwell_medication.domain.facts import Decision
from stepwell_medication.domain.gates import OrderRule, gate_findings
from stepwell_medication.store.rules import order_rules
from stepwell_testing.edge import ServiceEdge
from stepwell_testing.plugin import OpenEdge

#: Severities as their sources have them; what is not named here only tells.
HARD_STOPS = {
    "methadone.program",
    "moud.consent_refused",
    "acamprosate.renal_stop",
    "naltrexone.opioid_free_untold",
    "naltrexone.opioid_free",
    "naltrexone.opioid_test",
    "naltrexone.challenge",
    "naltrexone.withdrawal",
    "disulfiram.alcohol_untold",
    "disulfiram.alcohol",
}
STOPS = {
    "order.duplicate",
    "moud.indication_mild",
    "methadone.guardian",
    "pdmp.fresh",
    "pdmp.fresh_dose",
    "pdmp.recent",
    "bup_start.methadone_mg",
    "bup_start.high_dose",
    "bup.over_32",
    "methadone_start.first_day",
    "naltrexone.pregnancy",
    "moud.detox_in_pregnancy",
    "naltrexone.liver",
    "bup_combo.liver",
    "bup_xr.liver",
    "methadone.qtc_stop",
    "acamprosate.renal_missing",
    "disulfiram.safety",
    "sublocade.prepared",
    "brixadi.prepared",
}


async def rules_in_force(edge: ServiceEdge) -> dict[Medicine, dict[str, OrderRule]]:
    """Every row by medicine and id, of starts and changes."""
    async with edge.transactions(edge.person(Role.PRESCRIBER)) as tx:
        return {
            medicine: {
                rule.rule_id: rule
                for decision in Decision
                for rule in await order_rules(tx, medicine, decision, NOW.date())
            }
            for medicine in Medicine
        }


async def test_every_row_finds_what_it_must_and_nothing_else(open_edge: OpenEdge) -> None:
    rules = await rules_in_force(await open_edge("medication"))
    wrong = []
    for case in CASES:
        rule = rules[case.facts.medicine][case.rule_id]
        found = gate_findings([rule], case.facts)
        if bool(found) is not case.finds or any(f.code != rule.code for f in found):
            wrong.append((case, found))
    assert not wrong


async def test_every_row_has_a_case_on_either_side(open_edge: OpenEdge) -> None:
    edge = await open_edge("medication")
    stored = {row["rule_id"] for row in await edge.rows("select rule_id from order_rule")}
    either = {case.rule_id for case in CASES if case.finds} & {case.rule_id for case in CASES if not case.finds}
    assert either | {"bup_start.follow_up"} == stored
    assert min(Counter(case.rule_id for case in CASES if case.rule_id in either).values()) >= 3


async def test_what_stops_and_what_only_tells(open_edge: OpenEdge) -> None:
    edge = await open_edge("medication")
    rows = await edge.rows("select rule_id, severity, source from order_rule")
    assert {row["rule_id"] for row in rows if row["severity"] == Severity.HARD_STOP} == HARD_STOPS
    assert {row["rule_id"] for row in rows if row["severity"] == Severity.STOP_OVERRIDE} == STOPS
    assert all(len(row["source"]) > 4 for row in rows)


async def test_pregnancy_never_stops_methadone_or_buprenorphine(open_edge: OpenEdge) -> None:
    """ASAM 2020: methadone or buprenorphine is the standard of care in pregnancy."""
    edge = await open_edge("medication")
    rows = await edge.rows("select medicines from order_rule where code = 'pregnant' and 'start' = any(decisions)")
    assert {medicine for row in rows for medicine in row["medicines"]} == {"naltrexone_xr", "naltrexone_oral"}


@pytest.mark.parametrize(
    ("column", "day", "is_in_force"),
    [
        ("effective_to", date(2026, 3, 3), True),
        ("effective_to", date(2026, 3, 2), False),
        ("effective_from", date(2026, 3, 2), True),
        ("effective_from", date(2026, 3, 3), False),
    ],
)
async def test_a_row_holds_from_its_first_day_to_the_day_before_its_end(
    open_edge: OpenEdge, column: str, day: date, *, is_in_force: bool
) -> None:
    edge = await open_edge("medication")
    await edge.rows(f"update order_rule set {column} = $1 where rule_id = 'bup.over_24'", day)
    assert ("bup.over_24" in (await rules_in_force(edge))[FILM]) is is_in_force


async def test_of_two_versions_the_newer_holds(open_edge: OpenEdge) -> None:
    edge = await open_edge("medication")
    await edge.rows(
        "insert into order_rule (rule_id, version, place, asks, medicines, decisions, severity, code, amounts,"
        "                        effective_from, source)"
        "select rule_id, '2', place, asks, medicines, decisions, severity, code, numrange(28, 32), $1, source "
        "from order_rule where rule_id = 'bup.over_24'",
        date(2026, 1, 1),
    )
    rule = (await rules_in_force(edge))[FILM]["bup.over_24"]
    assert (rule.version, gate_findings([rule], facts(FILM, daily_mg="27"))) == ("2", ())
