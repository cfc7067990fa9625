"""Draw who gives a specimen on a local day of a facility."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from stepwell_contracts.activities import ActionResult
from stepwell_contracts.events.medication_facility import DrugTestsDrawn
from stepwell_contracts.events.medication_giving import DrugTestSelected
from stepwell_contracts.http.medication_tests import DrawMade
from stepwell_kernel.access import Resource
from stepwell_kernel.ids import new_id
from stepwell_kernel.medication_codes import DrugTestReason
from stepwell_medication.domain.access import DRAW_TESTS
from stepwell_medication.domain.draws import Candidate, DrawRule, chances, draw
from stepwell_medication.domain.drug_tests import DrugTest
from stepwell_medication.domain.episodes import Facility
from stepwell_medication.store.draws import draw_candidates, find_draw, insert_draw, tests_of_draw, was_drawn
from stepwell_medication.store.drug_test_rules import call_in_rule, draw_rules
from stepwell_medication.store.drug_tests import insert_test
from stepwell_medication.store.reference import find_facility
from stepwell_medication.usecases.note_uncollected import schedule_end_of_call_in
from stepwell_messaging.streams import lock_facility, lock_patients, patient_stream
from stepwell_postgres.transaction import Transaction

SEED_BYTES = 16


async def draw_for_today(tx: Transaction, facility_id: UUID) -> DrawMade:
    """Draw for the facility's present day, unless it was drawn for; the draw that stands is answered.

    Raises Unavailable (`facility_not_known_yet`).
    """
    facility = await find_facility(tx, facility_id)
    day = facility.day_of(tx.now)
    await select_drug_tests(tx, facility_id, day)
    stored = await find_draw(tx, facility_id, day)
    tests = await tests_of_draw(tx, stored["draw_id"])
    return DrawMade(draw_id=stored["draw_id"], day=day, pool=len(stored["pool"]), tests=tests)


async def select_drug_tests(tx: Transaction, facility_id: UUID, day: date) -> ActionResult:
    """Draw from all episodes in care with a new seed; a day is drawn for once.

    Raises Unavailable (`facility_not_known_yet`), Bug (`rule_missing`).
    """
    tx.authorize(DRAW_TESTS, Resource(tx.tenant, "facility", facility_id, facility_id))
    facility = await find_facility(tx, facility_id)
    if await was_drawn(tx, facility_id, day):
        return ActionResult(accepted=True, subject_id=facility_id)
    rules = await draw_rules(tx, facility.jurisdiction, day)
    candidates = await draw_candidates(tx, facility)
    pool = () if day in facility.holidays else chances(rules, candidates, day)
    seed = secrets.token_hex(SEED_BYTES)
    drawn = frozenset(draw(seed, pool))
    selected = [candidate for candidate in candidates if candidate.episode_id in drawn]
    await lock_patients(tx, [candidate.patient_id for candidate in selected])
    stream = await lock_facility(tx, facility_id)
    version = ",".join(sorted({f"{rule.rule_id}@{rule.version}" for rule in rules}))
    draw_id = new_id()
    if await insert_draw(
        tx, draw_id, facility_id, day, seed=seed, pool=pool, selected=sorted(drawn), rule_version=version
    ):
        call_in_by = tx.now + (await call_in_rule(tx, facility.jurisdiction, day)).window
        for candidate in selected:
            await _select(tx, draw_id, facility, day, call_in_by, candidate, rules)
        event = DrugTestsDrawn(
            draw_id=draw_id,
            facility_id=facility_id,
            day=day,
            pool=len(pool),
            selected=len(selected),
            rule_version=version,
        )
        tx.emit(stream, event)
    return ActionResult(accepted=True, subject_id=draw_id)


async def _select(
    tx: Transaction,
    draw_id: UUID,
    facility: Facility,
    day: date,
    call_in_by: datetime,
    candidate: Candidate,
    rules: Sequence[DrawRule],
) -> None:
    rule = next(rule for rule in rules if rule.fits(candidate.phase, candidate.week(day)))
    test = DrugTest(
        test_id=new_id(),
        facility_id=facility.facility_id,
        episode_id=candidate.episode_id,
        patient_id=candidate.patient_id,
        reason=DrugTestReason.RANDOM,
        day=day,
        call_in_by=call_in_by,
        draw_id=draw_id,
    )
    await insert_test(tx, test)
    await schedule_end_of_call_in(tx, test)
    event = DrugTestSelected(
        test_id=test.test_id,
        episode_id=test.episode_id,
        reason=test.reason,
        day=day,
        draw_id=draw_id,
        rule_version=f"{rule.rule_id}@{rule.version}",
    )
    tx.emit(patient_stream(tx, candidate.patient_id), event, episode_id=candidate.episode_id)
