"""Everybody who acts in the simulated network is somebody whom the local issuer knows, with that role, there."""

from collections.abc import Iterator
from uuid import UUID

from stepwell_devstack.issuer.staff import StaffMember, staff_member
from stepwell_kernel.codes import Role
from stepwell_simulation import harborlight, network
from stepwell_simulation.living.houses import HOUSES
from stepwell_simulation.living.openings import openings
from stepwell_simulation.living.summary import OPERATORS


def known(staff_id: UUID) -> StaffMember:
    member = staff_member(str(staff_id))
    assert member is not None, f"nobody has the id {staff_id}"
    return member


def may_act(member: StaffMember, role: str, tenant: str, facility_id: UUID) -> bool:
    return (
        role in member.roles
        and member.tenant == tenant
        and (member.facilities is None or facility_id in member.facilities)
    )


def acting() -> Iterator[tuple[UUID, Role, str, UUID]]:
    """Who does the work of each role at each facility."""
    for house in HOUSES.values():
        for role, staff_id in house.staff.items():
            yield staff_id, role, house.tenant, house.facility_id


def test_whoever_works_at_a_facility_may_do_so() -> None:
    people = list(acting())
    assert len({staff_id for staff_id, *_ in people}) > 5
    wrong = [one for one in people if not may_act(known(one[0]), one[1], one[2], one[3])]
    assert wrong == []


def test_every_facility_has_somebody_who_supervises() -> None:
    assert all(Role.SUPERVISOR in house.staff for house in HOUSES.values())


def test_facilities_are_opened_by_administrators_of_their_own_organisation() -> None:
    tenants = {harborlight.NORTH: harborlight.TENANT} | {house.facility_id: house.tenant for house in HOUSES.values()}
    for opening in openings():
        administrator = known(opening.administrator)
        assert may_act(administrator, "administrator", tenants[opening.facility_id], opening.facility_id)


def test_each_organisation_has_somebody_who_reads_its_report() -> None:
    readers = [known(operator) for operator in OPERATORS]
    assert {reader.tenant for reader in readers} == {network.TENANT, harborlight.TENANT}
    assert all("operations" in reader.roles and reader.facilities is None for reader in readers)
