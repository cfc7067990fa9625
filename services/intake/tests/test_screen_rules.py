"""The rule rows of instruments and crises say what their tables in the tests say."""

from datetime import date

import pytest

from services.intake.tests.instruments import AUDIT_C, C_SSRS, GAD_7, PHQ_9
from stepwell_intake.domain.c_ssrs import TriageRule
from stepwell_intake.domain.crisis import Setting
from stepwell_intake.domain.scales import ScaleRule
from stepwell_intake.store.screen_rules import disposition_rule, screen_rule, steps_rule
from stepwell_kernel.codes import CrisisDisposition, Instrument, Role
from stepwell_kernel.errors import Bug
from stepwell_testing.plugin import OpenEdge

DAY = date(2026, 3, 2)


async def test_every_instrument_has_its_rule(open_edge: OpenEdge) -> None:
    edge = await open_edge("intake")
    expected: dict[Instrument, ScaleRule | TriageRule] = {
        Instrument.PHQ_9: PHQ_9,
        Instrument.GAD_7: GAD_7,
        Instrument.AUDIT_C: AUDIT_C,
        Instrument.C_SSRS: C_SSRS,
    }
    async with edge.transactions(edge.person(Role.COUNSELOR)) as tx:
        assert {instrument: await screen_rule(tx, DAY, instrument) for instrument in Instrument} == expected


async def test_a_day_without_a_rule_is_a_fault(open_edge: OpenEdge) -> None:
    edge = await open_edge("intake")
    async with edge.transactions(edge.person(Role.COUNSELOR)) as tx:
        with pytest.raises(Bug, match="rule_missing"):
            await screen_rule(tx, date(2019, 12, 31), Instrument.PHQ_9)
        assert await screen_rule(tx, date(2020, 1, 1), Instrument.PHQ_9) == PHQ_9


async def test_the_steps_of_a_crisis_go_by_where_the_person_is(open_edge: OpenEdge) -> None:
    """C-SSRS triage, high risk: not left alone, or kept on the line with the location captured; 988, and 911."""
    edge = await open_edge("intake")
    async with edge.transactions(edge.person(Role.COUNSELOR)) as tx:
        rules = {setting: await steps_rule(tx, DAY, setting) for setting in Setting}
        disposition = await disposition_rule(tx, DAY)
    steps = {setting: [(step.code, step.contact) for step in rule.steps] for setting, rule in rules.items()}
    assert steps == {
        Setting.ON_SITE: [
            ("do_not_leave_alone", None),
            ("evaluate_now", None),
            ("fetch_second_staff", None),
            ("call_emergency_services_in_imminent_danger", "911"),
            ("offer_crisis_line", "988"),
            ("record_disposition", None),
        ],
        Setting.REMOTE: [
            ("keep_on_line", None),
            ("note_location", None),
            ("evaluate_now", None),
            ("fetch_second_staff_on_another_channel", None),
            ("call_emergency_services_in_imminent_danger", "911"),
            ("transfer_warmly_to_crisis_line", "988"),
            ("record_disposition", None),
        ],
    }
    assert disposition.note_needed_for == {CrisisDisposition.NO_CRISIS_FOUND}
