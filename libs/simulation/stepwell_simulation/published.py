"""Published figures of intensive outpatient care, as they were published: shares in percent, spans in days.

TEDS (SAMHSA) counts episodes of treatment, not people. Its length of stay runs to the last contact where that is known,
in single days to about thirty and in bins after that, so medians can be used and averages of the codes cannot. Half of
its wait times are missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from stepwell_kernel.codes import DischargeReason
from stepwell_simulation.profile import Drug

DISCHARGES_2004 = "TEDS-D 2004, table 2.5 and 4.11, intensive outpatient, 114,440 discharges"
ADMISSIONS_2021 = "TEDS-A 2021 codebook, all services, 1,482,543 admissions"
FUNNEL = "Subst Abuse Treat Prev Policy 9:41, 2014"
NO_SHOWS = "Molfenter 2013 (PMC3962267), after improvement"
TEXTS = "study of reminders by text message (Hanze)"


@dataclass(frozen=True, slots=True)
class Stay:
    """Why care ends: the share of discharges, the median stay in days, and what a log-normal stay is drawn with.

    The spread comes from the published mean and median of adults with 9 to 11 years of schooling; a mixture drawn so
    has a median of 39.5 days where 41 are published, and a mean of 72 where it is 74.
    """

    share: float
    median_days: float
    mu: float
    sigma: float


#: TEDS-D 2004. Its "other" holds death and incarceration too.
STAYS: Mapping[DischargeReason, Stay] = MappingProxyType(
    {
        DischargeReason.COMPLETED: Stay(37.7, 50, 3.912, 0.98),
        DischargeReason.TRANSFERRED: Stay(17.9, 42, 3.738, 1.23),
        DischargeReason.DROPPED_OUT: Stay(23.2, 26, 3.258, 1.21),
        DischargeReason.TERMINATED_BY_FACILITY: Stay(14.0, 36, 3.584, 1.00),
        DischargeReason.OTHER: Stay(7.2, 36, 3.584, 1.08),
    }
)
MEDIAN_STAY_DAYS = 41.0

#: What the mixture of these stays keeps in care after so many days, computed from its parameters.
RETAINED: Mapping[int, float] = MappingProxyType({7: 93.5, 14: 82.0, 30: 60.0, 90: 23.0})

#: TEDS-D 2023, all services, a sample of 150,000: the three reasons that 2004 counts as one, of which a share of a
#: whole is known only here.
OTHER_ENDS: Mapping[DischargeReason, float] = MappingProxyType(
    {DischargeReason.OTHER: 4.7, DischargeReason.INCARCERATED: 1.1, DischargeReason.DEATH: 0.3}
)

#: TEDS-A 2021, days from the request to the admission: first and last day of each bin.
WAIT_DAYS: Mapping[tuple[int, int | None], float] = MappingProxyType(
    {(0, 0): 70.9, (1, 7): 18.0, (8, 14): 4.7, (15, 30): 3.8, (31, None): 2.5}
)

#: TEDS-A 2021; schools and employers are what these leave of a hundred.
REFERRED_BY: Mapping[str, float] = MappingProxyType(
    {
        "individual": 47.0,
        "justice": 24.7,
        "community": 10.3,
        "substance_use_provider": 9.9,
        "other_health_provider": 7.2,
    }
)

#: TEDS-A 2021; the rest have another drug.
PRIMARY_DRUG: Mapping[Drug, float] = MappingProxyType(
    {
        Drug.ALCOHOL: 34.8,
        Drug.HEROIN: 20.2,
        Drug.METHAMPHETAMINE: 13.5,
        Drug.CANNABIS: 10.2,
        Drug.OTHER_OPIATES: 9.0,
        Drug.COCAINE: 5.6,
    }
)

#: TEDS-A 2021, of all admissions.
MEDICATION_PLANNED = 16.2
MENTAL_DISORDER = 40.9

#: TEDS-A 2021.
INSURED_BY: Mapping[str, float] = MappingProxyType(
    {"medicaid": 60.4, "none": 24.6, "private": 8.3, "medicare_or_other": 6.7}
)

#: TEDS-A 2021; of the ages only these groups are published, by their first and last year.
MALE = 65.4
AGES: Mapping[tuple[int, int], float] = MappingProxyType(
    {(25, 29): 14.6, (30, 34): 18.1, (35, 39): 15.4, (40, 44): 11.7, (55, 64): 10.8}
)

#: Of a hundred who ask for care so many are lost before the assessment; of a hundred assessed, before enrollment.
LOST_BEFORE_ASSESSMENT = 45.0
LOST_BEFORE_ENROLLMENT = 32.0

#: Of a hundred appointments: not kept, without a word or too late; not attended for whatever reason, though reminded by
#: a text message. Virtual programs claim 91 attended (a vendor's figure, so nothing here rests on it).
NO_SHOW = 19.9
NOT_ATTENDED = 20.5
