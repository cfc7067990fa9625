"""Rows of worklists that are about a patient."""

from stepwell_kernel.errors import Bug
from stepwell_simulation.living.cases import Case
from stepwell_simulation.living.office import Row


def patient_of(case: Case | None, row: Row) -> Case:
    """The patient of a row; a row of this kind without one is a bug."""
    if case is None:
        raise Bug("row_without_patient", f"a row {row.row.kind} names no episode")
    return case
