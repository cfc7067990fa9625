"""The client of medication."""

from datetime import date, datetime
from uuid import UUID

from stepwell_clients.transport import Transport, path_of
from stepwell_clients.worklist import read_worklist
from stepwell_contracts.http.common import Worklist
from stepwell_contracts.http.medication import DoseNoted, ObserveDose, OrderPlaced, OrderView, StartOrder
from stepwell_contracts.http.medication_giving import (
    DispenseTakeHome,
    DosingQueue,
    HoldDosing,
    HoldLifted,
    HoldPlaced,
    LiftHold,
    LimitOverridden,
    OverrideLimit,
    TakeHomeHandedOut,
)
from stepwell_contracts.http.medication_injections import GiveInjection, InjectionCourse, InjectionNoted
from stepwell_contracts.http.medication_orders import (
    ChangedOrder,
    ChangeOrder,
    CheckMonitoring,
    CheckRecorded,
    Checks,
    EndOrder,
    EpisodeOrders,
    ListMedicines,
    MedicinesListed,
    MonitoringNoted,
    OrderOver,
    OtherMedicines,
    RecordCheck,
)
from stepwell_contracts.http.medication_stock import (
    CountStock,
    DiscrepancyReported,
    Ledger,
    ReceiveLot,
    ReportDiscrepancy,
    ReturnStock,
    StockNoted,
    StockView,
    WasteStock,
)
from stepwell_contracts.http.medication_tests import (
    CollectSpecimen,
    DrawDrugTests,
    DrawMade,
    DrawView,
    DrugTestList,
    DrugTestOrdered,
    NotCollectedNoted,
    NoteNotCollected,
    OrderDrugTest,
    RecordResult,
    ResultRecorded,
    SpecimenCollected,
)
from stepwell_kernel.codes import Role


class MedicationClient:
    """Calls of medication's API; every command takes its key."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def start_order(self, body: StartOrder, *, key: str) -> OrderPlaced:
        """Start medication."""
        return await self._transport.send("POST", "/v1/orders", body, OrderPlaced, key=key)

    async def change_order(self, order_id: UUID, body: ChangeOrder, *, key: str) -> ChangedOrder:
        """Order another dose, or other take-home days."""
        return await self._transport.send(
            "POST", path_of("/v1/orders/{}/change", order_id), body, ChangedOrder, key=key
        )

    async def end_order(self, order_id: UUID, body: EndOrder, *, key: str) -> OrderOver:
        """End an order."""
        return await self._transport.send("POST", path_of("/v1/orders/{}/end", order_id), body, OrderOver, key=key)

    async def orders(self, episode_id: UUID) -> EpisodeOrders:
        """The orders of an episode with what stands against them."""
        return await self._transport.get(path_of("/v1/episodes/{}/orders", episode_id), EpisodeOrders)

    async def record_check(self, episode_id: UUID, body: RecordCheck, *, key: str) -> CheckRecorded:
        """Record something that the gates of an order ask for."""
        path = path_of("/v1/episodes/{}/checks", episode_id)
        return await self._transport.send("POST", path, body, CheckRecorded, key=key)

    async def checks(self, episode_id: UUID) -> Checks:
        """The checks of an episode."""
        return await self._transport.get(path_of("/v1/episodes/{}/checks", episode_id), Checks)

    async def check_monitoring(self, episode_id: UUID, body: CheckMonitoring, *, key: str) -> MonitoringNoted:
        """Note a query of the prescription drug monitoring program."""
        path = path_of("/v1/episodes/{}/monitoring-checks", episode_id)
        return await self._transport.send("POST", path, body, MonitoringNoted, key=key)

    async def list_medicines(self, episode_id: UUID, body: ListMedicines, *, key: str) -> MedicinesListed:
        """Everything else that the patient takes; replaces the former list."""
        path = path_of("/v1/episodes/{}/other-medicines", episode_id)
        return await self._transport.send("PUT", path, body, MedicinesListed, key=key)

    async def other_medicines(self, episode_id: UUID) -> OtherMedicines:
        """What else the patient takes."""
        return await self._transport.get(path_of("/v1/episodes/{}/other-medicines", episode_id), OtherMedicines)

    async def observe_dose(self, order_id: UUID, body: ObserveDose, *, key: str) -> DoseNoted:
        """A dose taken under observation."""
        path = path_of("/v1/orders/{}/doses", order_id)
        return await self._transport.send("POST", path, body, DoseNoted, key=key)

    async def dispense_take_home(self, order_id: UUID, body: DispenseTakeHome, *, key: str) -> TakeHomeHandedOut:
        """Doses handed out for days in a row."""
        path = path_of("/v1/orders/{}/take-homes", order_id)
        return await self._transport.send("POST", path, body, TakeHomeHandedOut, key=key)

    async def override_limit(self, order_id: UUID, body: OverrideLimit, *, key: str) -> LimitOverridden:
        """A prescriber's reason to go beyond a limit of an order's first days."""
        path = path_of("/v1/orders/{}/limit-overrides", order_id)
        return await self._transport.send("POST", path, body, LimitOverridden, key=key)

    async def hold_dosing(self, episode_id: UUID, body: HoldDosing, *, key: str) -> HoldPlaced:
        """Let the patient get no dose, at any facility."""
        path = path_of("/v1/episodes/{}/dosing-holds", episode_id)
        return await self._transport.send("POST", path, body, HoldPlaced, key=key)

    async def lift_hold(self, hold_id: UUID, body: LiftHold, *, key: str) -> HoldLifted:
        """Let dosing go on."""
        path = path_of("/v1/dosing-holds/{}/lift", hold_id)
        return await self._transport.send("POST", path, body, HoldLifted, key=key)

    async def dosing_queue(self, facility_id: UUID) -> DosingQueue:
        """Who is due under observation today, and who is held."""
        return await self._transport.get(path_of("/v1/facilities/{}/dosing-queue", facility_id), DosingQueue)

    async def order(self, order_id: UUID) -> OrderView:
        """An order with its doses."""
        return await self._transport.get(path_of("/v1/orders/{}", order_id), OrderView)

    async def give_injection(self, order_id: UUID, body: GiveInjection, *, key: str) -> InjectionNoted:
        """An injection that was given."""
        path = path_of("/v1/orders/{}/injections", order_id)
        return await self._transport.send("POST", path, body, InjectionNoted, key=key)

    async def injections(self, order_id: UUID) -> InjectionCourse:
        """The injections of an order, and the one that it waits for."""
        return await self._transport.get(path_of("/v1/orders/{}/injections", order_id), InjectionCourse)

    async def receive_lot(self, facility_id: UUID, body: ReceiveLot, *, key: str) -> StockNoted:
        """A delivery."""
        path = path_of("/v1/facilities/{}/lots", facility_id)
        return await self._transport.send("POST", path, body, StockNoted, key=key)

    async def waste_stock(self, lot_id: UUID, body: WasteStock, *, key: str) -> StockNoted:
        """Stock that was destroyed."""
        return await self._transport.send("POST", path_of("/v1/lots/{}/waste", lot_id), body, StockNoted, key=key)

    async def return_stock(self, lot_id: UUID, body: ReturnStock, *, key: str) -> StockNoted:
        """Stock that went back."""
        return await self._transport.send("POST", path_of("/v1/lots/{}/returns", lot_id), body, StockNoted, key=key)

    async def count_stock(self, lot_id: UUID, body: CountStock, *, key: str) -> StockNoted:
        """What is there by count."""
        return await self._transport.send("POST", path_of("/v1/lots/{}/counts", lot_id), body, StockNoted, key=key)

    async def report_discrepancy(self, entry_id: UUID, body: ReportDiscrepancy, *, key: str) -> DiscrepancyReported:
        """That a difference was reported."""
        path = path_of("/v1/stock-entries/{}/reports", entry_id)
        return await self._transport.send("POST", path, body, DiscrepancyReported, key=key)

    async def stock(self, facility_id: UUID) -> StockView:
        """The lots of a facility that are not used up."""
        return await self._transport.get(path_of("/v1/facilities/{}/stock", facility_id), StockView)

    async def ledger(self, lot_id: UUID, *, after: int = 0) -> Ledger:
        """Entries of a lot's ledger after a number."""
        path = path_of("/v1/lots/{}/ledger", lot_id)
        return await self._transport.get(path, Ledger, query={"after": str(after)})

    async def draw_drug_tests(self, facility_id: UUID, *, key: str) -> DrawMade:
        """Draw for the facility's present day."""
        path = path_of("/v1/facilities/{}/drug-test-draws", facility_id)
        return await self._transport.send("POST", path, DrawDrugTests(), DrawMade, key=key)

    async def draw(self, facility_id: UUID, day: date) -> DrawView:
        """A day's draw with seed and pool."""
        return await self._transport.get(
            path_of("/v1/facilities/{}/drug-test-draws/{}", facility_id, day.isoformat()), DrawView
        )

    async def order_drug_test(self, episode_id: UUID, body: OrderDrugTest, *, key: str) -> DrugTestOrdered:
        """Ask for a test that was not drawn."""
        path = path_of("/v1/episodes/{}/drug-tests", episode_id)
        return await self._transport.send("POST", path, body, DrugTestOrdered, key=key)

    async def drug_tests(self, episode_id: UUID) -> DrugTestList:
        """All drug tests of an episode."""
        return await self._transport.get(path_of("/v1/episodes/{}/drug-tests", episode_id), DrugTestList)

    async def collect_specimen(self, test_id: UUID, body: CollectSpecimen, *, key: str) -> SpecimenCollected:
        """A specimen was taken."""
        path = path_of("/v1/drug-tests/{}/collection", test_id)
        return await self._transport.send("POST", path, body, SpecimenCollected, key=key)

    async def note_not_collected(self, test_id: UUID, body: NoteNotCollected, *, key: str) -> NotCollectedNoted:
        """There is no specimen."""
        path = path_of("/v1/drug-tests/{}/not-collected", test_id)
        return await self._transport.send("POST", path, body, NotCollectedNoted, key=key)

    async def record_drug_test_result(self, test_id: UUID, body: RecordResult, *, key: str) -> ResultRecorded:
        """What the laboratory tells."""
        path = path_of("/v1/drug-tests/{}/results", test_id)
        return await self._transport.send("POST", path, body, ResultRecorded, key=key)

    async def worklist(
        self, facility_id: UUID, role: Role | None, *, due_before: datetime | None = None, cursor: str | None = None
    ) -> Worklist:
        """What waits for people of a role, the earliest due first."""
        return await read_worklist(self._transport, facility_id, role, due_before, cursor)
