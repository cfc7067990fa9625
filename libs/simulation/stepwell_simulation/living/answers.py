"""Every row of a worklist that the staff of the simulation know how to answer, by service and kind."""

from collections.abc import Mapping
from types import MappingProxyType

from stepwell_kernel.codes import TaskKind
from stepwell_simulation.living import before_care
from stepwell_simulation.living.attendance import SEATS
from stepwell_simulation.living.doses import DOSES
from stepwell_simulation.living.drug_tests import DRUG_TESTS
from stepwell_simulation.living.ending import follow_up
from stepwell_simulation.living.in_care import IN_CARE
from stepwell_simulation.living.injections import INJECTIONS
from stepwell_simulation.living.medication import ORDERS
from stepwell_simulation.living.office import Answer
from stepwell_simulation.living.paging import PAGES

INTAKE: Mapping[str, Answer] = MappingProxyType(
    {
        **IN_CARE,
        TaskKind.REFERRAL_CONTACT: before_care.reach,
        TaskKind.INTAKE_ASSESSMENT: before_care.assess,
        TaskKind.ADMISSION_DECISION: before_care.decide,
        TaskKind.WAITLIST_REVIEW: before_care.end_wait,
        TaskKind.AFTERCARE_CHECK: follow_up,
    }
)

MEDICATION: Mapping[str, Answer] = MappingProxyType({**ORDERS, **DOSES, **INJECTIONS, **DRUG_TESTS})

ANSWERS: Mapping[str, Mapping[str, Answer]] = MappingProxyType(
    {"intake": INTAKE, "scheduling": SEATS, "medication": MEDICATION, "notifications": PAGES}
)
