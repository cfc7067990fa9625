"""What patients are drawn from: published shares in the codes of the platform, and assumptions where none is published.

Shares need not add up to one.
"""

from collections.abc import Mapping
from types import MappingProxyType

from stepwell_kernel.codes import DischargeReason, PayerKind, PriorityClass, ReferralSource, Urgency
from stepwell_kernel.medication_codes import Medicine
from stepwell_simulation import published
from stepwell_simulation.profile import Drug, Home

HUNDRED = 100.0
ADULT_YEARS = 18

#: By the size of the facilities (assumption); only one has a group for adolescents.
HOMES: Mapping[Home, float] = MappingProxyType({Home.HARBORLIGHT: 50, Home.RIVERBEND: 30, Home.HILLSIDE: 20})
HOME_OF_ADOLESCENTS = Home.HARBORLIGHT

MALE = published.MALE / HUNDRED

#: The published groups, and what they leave of a hundred spread over the others (assumption). Minors are a few percent:
#: no share is published, and one facility of three has one group for them.
AGES: Mapping[tuple[int, int], float] = MappingProxyType(
    {
        (14, 17): 2.6,
        (18, 20): 2.4,
        (21, 24): 7.0,
        **published.AGES,
        (45, 49): 8.3,
        (50, 54): 7.4,
        (65, 74): 1.7,
    }
)

#: TEDS puts schools and employers apart; what the published groups leave is theirs, in equal parts (assumption).
SOURCES: Mapping[ReferralSource, float] = MappingProxyType(
    {
        ReferralSource.SELF: published.REFERRED_BY["individual"],
        ReferralSource.COURT: published.REFERRED_BY["justice"],
        ReferralSource.COMMUNITY: published.REFERRED_BY["community"],
        ReferralSource.PROVIDER: published.REFERRED_BY["substance_use_provider"],
        ReferralSource.HOSPITAL: published.REFERRED_BY["other_health_provider"],
        **dict.fromkeys(
            (ReferralSource.SCHOOL, ReferralSource.EMPLOYER), (HUNDRED - sum(published.REFERRED_BY.values())) / 2
        ),
    }
)

#: TEDS counts Medicare with other insurers, which are halved here (assumption); who has no insurance pays themselves.
PAYERS: Mapping[PayerKind, float] = MappingProxyType(
    {
        PayerKind.MEDICAID: published.INSURED_BY["medicaid"],
        PayerKind.SELF_PAY: published.INSURED_BY["none"],
        PayerKind.COMMERCIAL: published.INSURED_BY["private"],
        **dict.fromkeys((PayerKind.MEDICARE, PayerKind.OTHER), published.INSURED_BY["medicare_or_other"] / 2),
    }
)

DRUGS: Mapping[Drug, float] = MappingProxyType(
    {**published.PRIMARY_DRUG, Drug.OTHER: HUNDRED - sum(published.PRIMARY_DRUG.values())}
)
OPIATES = frozenset({Drug.HEROIN, Drug.OTHER_OPIATES})

#: Medication is planned for 16.2 % of all, and that with opiates only; for alcohol it is an assumption.
OPIATES_MEDICATED = published.MEDICATION_PLANNED / sum(published.PRIMARY_DRUG[drug] for drug in OPIATES)
ALCOHOL_MEDICATED = 0.1
OPIOID_PROGRAM_MEDICINES: Mapping[Medicine, float] = MappingProxyType(
    {Medicine.METHADONE: 50, Medicine.BRIXADI_WEEKLY: 25, Medicine.BUPRENORPHINE_NALOXONE_SL: 25}
)
OFFICE_MEDICINES: Mapping[Medicine, float] = MappingProxyType({Medicine.BUPRENORPHINE_NALOXONE_SL: 1})

#: Assumptions: who injects, who is pregnant, how soon people must be reached.
INJECTS: Mapping[Drug, float] = MappingProxyType(
    {Drug.HEROIN: 0.55, Drug.METHAMPHETAMINE: 0.25, Drug.OTHER_OPIATES: 0.1, Drug.COCAINE: 0.05}
)
IS_PREGNANT = 0.04
CHILDBEARING_YEARS = (15, 45)
PREGNANT = frozenset({PriorityClass.PREGNANT, PriorityClass.PREGNANT_INJECTING})
URGENCY: Mapping[Urgency, float] = MappingProxyType({Urgency.ROUTINE: 80, Urgency.URGENT: 16, Urgency.EMERGENT: 4})

#: Days from the first contact to the assessment, evenly within a published bin; the last bin ends somewhere.
LAST_WAIT_DAY = 60
WAITS: Mapping[tuple[float, float], float] = MappingProxyType(
    {
        (0.0, 0.0) if last == 0 else (float(first), float((last or LAST_WAIT_DAY) + 1)): share
        for (first, last), share in published.WAIT_DAYS.items()
    }
)

#: Lost before the assessment, or after it before enrollment.
NEVER_IN_CARE = 1 - (1 - published.LOST_BEFORE_ASSESSMENT / HUNDRED) * (1 - published.LOST_BEFORE_ENROLLMENT / HUNDRED)

#: The one "other" of 2004 by the three reasons of 2023.
_OTHERS = published.STAYS[DischargeReason.OTHER].share / sum(published.OTHER_ENDS.values())
REASONS: Mapping[DischargeReason, float] = MappingProxyType(
    {
        **{reason: stay.share for reason, stay in published.STAYS.items()},
        **{reason: share * _OTHERS for reason, share in published.OTHER_ENDS.items()},
    }
)

#: Assumption: most who complete a stay of some weeks come down in steps.
STEPS_DOWN = 0.7
STEP_DOWN_STAY_DAYS = 28

#: The mean of what single patients attend, by how care ends, set so that the whole comes out as published; patients
#: differ as much as if each mean rested on so many sessions (assumption).
ATTENDANCE: Mapping[DischargeReason | None, float] = MappingProxyType(
    {
        DischargeReason.COMPLETED: 0.89,
        DischargeReason.TRANSFERRED: 0.86,
        DischargeReason.DROPPED_OUT: 0.82,
        DischargeReason.TERMINATED_BY_FACILITY: 0.77,
    }
)
USUAL_ATTENDANCE = 0.82
ALIKE = 16.0
LATENESS = (0.03, 0.2)
REPLIES = (0.4, 0.95)

#: PHQ-9 totals at admission: 10 and more is the usual bound of a depression (Kroenke 2001); who has a disorder as
#: published, the rest is an assumption, and so is what is gained.
MENTAL_DISORDER = published.MENTAL_DISORDER / HUNDRED
PHQ_9_DISORDER = (10.0, 22.0)
PHQ_9_OTHERS = (2.0, 11.0)
GAIN_COMPLETED, GAIN_OTHERS, GAIN_SPREAD = 0.45, 0.2, 0.2
GAIN_LEAST, GAIN_MOST = -0.2, 0.85

#: Assumptions.
RELAPSES = 0.35
IN_CRISIS = 0.05
EVENTFUL_STAY_DAYS = 7
RETURNS = 0.12
COMES_BACK_AFTER = frozenset(
    {DischargeReason.COMPLETED, DischargeReason.DROPPED_OUT, DischargeReason.TERMINATED_BY_FACILITY}
)

#: Invented.
GIVEN_NAMES = (
    "Ada", "Alex", "Amara", "Ben", "Camila", "Chen", "Dana", "Dev", "Elena", "Eli", "Farah", "Felix", "Grace", "Hana",
    "Hugo", "Imani", "Ines", "Jonah", "June", "Kai", "Lena", "Luis", "Maya", "Milo", "Nadia", "Noor", "Omar", "Pia",
    "Quinn", "Ravi", "Rosa", "Sam", "Tara", "Theo", "Uma", "Viktor", "Wren", "Yara", "Yusuf", "Zoe",
)  # fmt: skip
FAMILY_NAMES = (
    "Alder", "Ashby", "Bellweather", "Birch", "Brook", "Calloway", "Cedar", "Dale", "Ember", "Fairlea", "Fenn", "Glen",
    "Hawthorn", "Heath", "Holt", "Ivory", "Juniper", "Kestrel", "Lark", "Linden", "Marlow", "Moor", "Nettle", "Oakes",
    "Pine", "Quill", "Reed", "Rowan", "Sage", "Sorrel", "Tarn", "Thistle", "Umber", "Vale", "Willow", "Yarrow",
)  # fmt: skip
