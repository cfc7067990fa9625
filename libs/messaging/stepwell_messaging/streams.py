"""Streams: the row of a patient or facility that a use case locks before it decides, and that numbers its events."""

from collections.abc import Iterable
from uuid import UUID

import asyncpg

from stepwell_kernel.errors import Unavailable
from stepwell_postgres.transaction import Stream, StreamKind, Transaction

LOCK_PATIENTS = """
insert into patient_stream (tenant_id, patient_id, version)
select $1, patient_id, 0 from unnest($2::uuid[]) as wanted (patient_id) order by patient_id
on conflict (tenant_id, patient_id) do update set version = patient_stream.version
returning patient_id, version
"""

LOCK_PATIENTS_AT_ONCE = """
select patient_id, version from patient_stream where tenant_id = $1 and patient_id = any($2) for update nowait
"""

LOCK_FACILITIES = """
insert into facility_stream (tenant_id, facility_id, version)
select $1, facility_id, 0 from unnest($2::uuid[]) as wanted (facility_id) order by facility_id
on conflict (tenant_id, facility_id) do update set version = facility_stream.version
returning facility_id, version
"""


def patient_stream(tx: Transaction, patient_id: UUID) -> Stream:
    """The stream of a patient in the transaction's tenant."""
    return Stream(tx.tenant, StreamKind.PATIENT, patient_id)


def facility_stream(tx: Transaction, facility_id: UUID) -> Stream:
    """The stream of a facility in the transaction's tenant."""
    return Stream(tx.tenant, StreamKind.FACILITY, facility_id)


async def lock_patient(tx: Transaction, patient_id: UUID) -> Stream:
    """Lock a patient's stream until the transaction ends; who comes second waits here."""
    await lock_patients(tx, (patient_id,))
    return patient_stream(tx, patient_id)


async def lock_patients(tx: Transaction, patient_ids: Iterable[UUID]) -> None:
    """Lock the streams of several patients, in the order of their ids, before any facility's."""
    wanted = {p for p in patient_ids if patient_stream(tx, p) not in tx.versions}
    if wanted:
        for row in await tx.connection.fetch(LOCK_PATIENTS, tx.tenant, sorted(wanted)):
            tx.versions[patient_stream(tx, row["patient_id"])] = row["version"]


async def lock_patients_at_once(tx: Transaction, patient_ids: Iterable[UUID]) -> None:
    """Lock streams of patients who have events, out of the order and without waiting, so that nobody waits in a circle.

    Raises Unavailable (`patients_busy`) while another transaction has one of them; the whole command is then repeated.
    """
    wanted = {p for p in patient_ids if patient_stream(tx, p) not in tx.versions}
    if wanted:
        try:
            rows = await tx.connection.fetch(LOCK_PATIENTS_AT_ONCE, tx.tenant, wanted)
        except asyncpg.LockNotAvailableError as error:
            raise Unavailable("patients_busy", "another command is at work on one of the patients") from error
        for row in rows:
            tx.versions[patient_stream(tx, row["patient_id"])] = row["version"]


async def lock_facility(tx: Transaction, facility_id: UUID) -> Stream:
    """Lock a facility's stream until the transaction ends."""
    stream = facility_stream(tx, facility_id)
    if stream not in tx.versions:
        for row in await tx.connection.fetch(LOCK_FACILITIES, tx.tenant, [facility_id]):
            tx.versions[stream] = row["version"]
    return stream
