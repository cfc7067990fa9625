"""Drug tests: drawn or ordered, collected or not, resulted."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter

from stepwell_contracts.http.medication_tests import (
    CollectSpecimen,
    DrawChance,
    DrawDrugTests,
    DrawMade,
    DrawView,
    DrugTestList,
    DrugTestOrdered,
    DrugTestView,
    NotCollectedNoted,
    NoteNotCollected,
    OrderDrugTest,
    RecordResult,
    ResultRecorded,
    SpecimenCollected,
)
from stepwell_kernel.access import Resource
from stepwell_medication.domain.access import READ_DRAWS, READ_ORDERS
from stepwell_medication.store.draws import find_draw
from stepwell_medication.store.drug_tests import shown, tests_of_episode
from stepwell_medication.store.reference import find_episode
from stepwell_medication.usecases.collect_specimen import collect_specimen
from stepwell_medication.usecases.draw_drug_tests import draw_for_today
from stepwell_medication.usecases.note_uncollected import note_not_collected
from stepwell_medication.usecases.order_drug_test import order_drug_test
from stepwell_medication.usecases.record_drug_test_result import record_drug_test_result
from stepwell_postgres.idempotency import once
from stepwell_postgres.transaction import Transactions
from stepwell_runtime.http.auth import CurrentCaller, CurrentKey


def drug_tests_router(transactions: Transactions) -> APIRouter:
    """The routes of drug tests."""
    router = APIRouter(tags=["drug tests"])

    @router.post("/v1/facilities/{facility_id}/drug-test-draws", status_code=201)
    async def post_draw(facility_id: UUID, body: DrawDrugTests, caller: CurrentCaller, key: CurrentKey) -> DrawMade:
        del body
        async with transactions(caller) as tx:
            return await once(tx, key, DrawMade, lambda: draw_for_today(tx, facility_id))

    @router.get("/v1/facilities/{facility_id}/drug-test-draws/{day}")
    async def get_draw(facility_id: UUID, day: date, caller: CurrentCaller) -> DrawView:
        async with transactions(caller) as tx:
            tx.authorize(READ_DRAWS, Resource(tx.tenant, "facility", facility_id, facility_id))
            stored = await find_draw(tx, facility_id, day)
        pool = tuple(DrawChance.model_validate(one) for one in stored["pool"])
        return DrawView(**(dict(stored) | {"pool": pool, "selected": tuple(stored["selected"])}))

    @router.post("/v1/episodes/{episode_id}/drug-tests", status_code=201)
    async def post_test(
        episode_id: UUID, body: OrderDrugTest, caller: CurrentCaller, key: CurrentKey
    ) -> DrugTestOrdered:
        async with transactions(caller) as tx:
            return await once(tx, key, DrugTestOrdered, lambda: order_drug_test(tx, episode_id, body))

    @router.post("/v1/drug-tests/{test_id}/collection", status_code=201)
    async def post_collection(
        test_id: UUID, body: CollectSpecimen, caller: CurrentCaller, key: CurrentKey
    ) -> SpecimenCollected:
        async with transactions(caller) as tx:
            return await once(tx, key, SpecimenCollected, lambda: collect_specimen(tx, test_id, body))

    @router.post("/v1/drug-tests/{test_id}/not-collected", status_code=201)
    async def post_not_collected(
        test_id: UUID, body: NoteNotCollected, caller: CurrentCaller, key: CurrentKey
    ) -> NotCollectedNoted:
        async with transactions(caller) as tx:
            return await once(tx, key, NotCollectedNoted, lambda: note_not_collected(tx, test_id, body))

    @router.post("/v1/drug-tests/{test_id}/results", status_code=201)
    async def post_result(test_id: UUID, body: RecordResult, caller: CurrentCaller, key: CurrentKey) -> ResultRecorded:
        async with transactions(caller) as tx:
            return await once(tx, key, ResultRecorded, lambda: record_drug_test_result(tx, test_id, body))

    @router.get("/v1/episodes/{episode_id}/drug-tests")
    async def get_tests(episode_id: UUID, caller: CurrentCaller) -> DrugTestList:
        async with transactions(caller) as tx:
            episode = await find_episode(tx, episode_id)
            tx.authorize(READ_ORDERS, Resource(tx.tenant, "episode", episode_id, episode.facility_id))
            tests = await tests_of_episode(tx, episode_id)
        return DrugTestList(tests=tuple(DrugTestView(**shown(test)) for test in tests))

    return router
