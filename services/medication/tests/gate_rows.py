"""What each row of the gates must find, and must not: a passing, a failing and a boundary case each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from stepwell_kernel.codes import AgeBand
from stepwell_kernel.medication_codes import ClinicalCheck as C, LastOpioid, Medicine, Protocol
from stepwell_medication.domain.facts import ActiveOrder, Check, Facts

ANY_AGE = 100_000.0
NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
FILM, MONO = Medicine.BUPRENORPHINE_NALOXONE_SL, Medicine.BUPRENORPHINE_SL
METHADONE, SUBLOCADE = Medicine.METHADONE, Medicine.SUBLOCADE
XR, ORAL = Medicine.NALTREXONE_XR, Medicine.NALTREXONE_ORAL
ACAMPROSATE, DISULFIRAM = Medicine.ACAMPROSATE, Medicine.DISULFIRAM
WEEKLY, MONTHLY = Medicine.BRIXADI_WEEKLY, Medicine.BRIXADI_MONTHLY


@dataclass(frozen=True, slots=True)
class Case:
    """A rule, whether it finds something, and the facts."""

    rule_id: str
    finds: bool
    facts: Facts


def ago(hours: float) -> datetime:
    """So many hours before now."""
    return NOW - timedelta(hours=hours)


def amount(value: str, hours: float = 1) -> Check:
    """A number that was taken so long ago."""
    return Check(ago(hours), amount=Decimal(value))


def result(value: str, hours: float = 1) -> Check:
    """A result that was found so long ago."""
    return Check(ago(hours), result=value)


def since(hours: float) -> Check:
    """Free of something for so many hours."""
    return Check(ago(0), since=ago(hours))


def facts(medicine: Medicine, checks: Mapping[C, Check] | None = None, **known: Any) -> Facts:
    """What is known; doses in mg."""
    for name in ("daily_mg", "former_mg", "methadone_mg"):
        if name in known:
            known[name] = Decimal(known[name])
    return Facts(NOW, medicine, checks=checks or {}, **known)


def _of(rule_id: str, *found: tuple[bool, Facts]) -> list[Case]:
    return [Case(rule_id, finds, known) for finds, known in found]


def _missing(rule_id: str, medicine: Medicine, check: C, value: Check, hours: float | None = None) -> list[Case]:
    """A check that is there, one that is not, and one that is just fresh and just too old; or any old one."""
    cases = [(False, facts(medicine, {check: value})), (True, facts(medicine))]
    for age, finds in ((ANY_AGE, False),) if hours is None else ((hours, False), (hours + 0.1, True)):
        old = Check(ago(age), value.amount, value.result, value.since)
        cases.append((finds, facts(medicine, {check: old})))
    return _of(rule_id, *cases)


def _result(rule_id: str, medicine: Medicine, check: C, right: str, wrong: str) -> list[Case]:
    return _of(
        rule_id,
        (False, facts(medicine, {check: result(right)})),
        (True, facts(medicine, {check: result(wrong)})),
        (False, facts(medicine)),
    )


def _taken(kind: LastOpioid, hours: float, protocol: Protocol = Protocol.STANDARD) -> Facts:
    return facts(FILM, last_opioid=kind, last_opioid_at=ago(hours), protocol=protocol)


def _switch(mg: str | None, protocol: Protocol = Protocol.STANDARD) -> Facts:
    known: dict[str, Any] = {} if mg is None else {"methadone_mg": mg}
    return facts(MONO, last_opioid=LastOpioid.METHADONE, protocol=protocol, **known)


def _free(medicine: Medicine, hours: float, *checks: tuple[C, Check], **known: Any) -> Facts:
    return facts(medicine, {C.OPIOID_FREE: since(hours), **dict(checks)}, **known)


def _by_mouth(medicine: Medicine, mg: str | None, days: float, **checks: Check) -> Facts:
    order = ActiveOrder(FILM, ago(24 * days), None if mg is None else Decimal(mg))
    return facts(medicine, {C(name): check for name, check in checks.items()}, active=(order,))


PAPERS = [
    *_of(
        "order.duplicate",
        (False, facts(METHADONE)),
        (True, facts(METHADONE, active=(ActiveOrder(METHADONE, ago(48)),))),
        (False, facts(FILM, active=(ActiveOrder(MONO, ago(48)),))),
    ),
    *_of(
        "methadone.program",
        (False, facts(METHADONE, program_types=frozenset({"OTP"}))),
        (True, facts(METHADONE, program_types=frozenset({"IOP", "OP"}))),
        (False, facts(METHADONE, program_types=frozenset({"IOP", "OTP"}))),
    ),
    *_missing("moud.indication", METHADONE, C.INDICATION, result("moderate_severe")),
    *_result("moud.indication_mild", FILM, C.INDICATION, "remission_high_risk", "mild"),
    *_missing("moud.consent", FILM, C.INFORMED_CONSENT, result("given")),
    *_result("moud.consent_refused", SUBLOCADE, C.INFORMED_CONSENT, "given", "refused"),
    *_of(
        "low_dose.consent",
        (False, facts(FILM, {C.INFORMED_CONSENT: result("given")}, protocol=Protocol.LOW_DOSE)),
        (True, facts(FILM, protocol=Protocol.LOW_DOSE)),
        (False, facts(FILM, protocol=Protocol.STANDARD)),
    ),
    *_of(
        "methadone.guardian",
        (False, facts(METHADONE, age_band=AgeBand.ADULT)),
        (True, facts(METHADONE, age_band=AgeBand.ADOLESCENT)),
        (False, facts(METHADONE, {C.GUARDIAN_CONSENT: result("given", 8760)}, age_band=AgeBand.ADOLESCENT)),
        (True, facts(METHADONE, {C.GUARDIAN_CONSENT: result("given", 8761)}, age_band=AgeBand.ADOLESCENT)),
        (True, facts(METHADONE, {C.GUARDIAN_CONSENT: result("refused")}, age_band=AgeBand.ADOLESCENT)),
    ),
    *_of(
        "bup_start.adolescent",
        (False, facts(FILM, age_band=AgeBand.ADULT)),
        (True, facts(FILM, age_band=AgeBand.ADOLESCENT)),
        (False, facts(FILM)),
    ),
    *_of(
        "pdmp.fresh",
        (False, facts(FILM, monitoring_asked_at=ago(1))),
        (False, facts(FILM, monitoring_asked_at=ago(24))),
        (True, facts(FILM, monitoring_asked_at=ago(24.1))),
        (True, facts(METHADONE)),
    ),
    *_of(
        "pdmp.fresh_dose",
        (False, facts(FILM, monitoring_asked_at=ago(1))),
        (False, facts(MONO, monitoring_asked_at=ago(24))),
        (True, facts(FILM, monitoring_asked_at=ago(24.1))),
    ),
    *_of(
        "pdmp.recent",
        (False, facts(METHADONE, monitoring_asked_at=ago(24.1))),
        (False, facts(METHADONE, monitoring_asked_at=ago(2160))),
        (True, facts(METHADONE, monitoring_asked_at=ago(2160.1))),
        (True, facts(METHADONE)),
    ),
    *_of(
        "pdmp.unanswered",
        (False, facts(FILM, monitoring_asked_at=ago(1), monitoring_answered_at=ago(1))),
        (True, facts(FILM, monitoring_asked_at=ago(1))),
        (True, facts(FILM, monitoring_asked_at=ago(1), monitoring_answered_at=ago(24.1))),
        (False, facts(FILM, monitoring_asked_at=ago(1), monitoring_answered_at=ago(24))),
        (False, facts(FILM, monitoring_asked_at=ago(25))),
    ),
]

LAST_OPIOID = [
    *_of(
        "bup_start.untimed",
        (False, _taken(LastOpioid.FENTANYL, 20)),
        (True, facts(FILM, last_opioid=LastOpioid.FENTANYL)),
        (False, facts(FILM, last_opioid=LastOpioid.NONE)),
        (False, facts(FILM, last_opioid=LastOpioid.FENTANYL, protocol=Protocol.LOW_DOSE)),
    ),
    *_of(
        "bup_start.short_acting",
        (False, _taken(LastOpioid.SHORT_ACTING, 13)),
        (False, _taken(LastOpioid.FENTANYL, 12)),
        (True, _taken(LastOpioid.FENTANYL, 11.9)),
        (False, _taken(LastOpioid.FENTANYL, 11.9, Protocol.LOW_DOSE)),
    ),
    *_of(
        "bup_start.long_acting",
        (False, _taken(LastOpioid.LONG_ACTING, 20)),
        (False, _taken(LastOpioid.LONG_ACTING, 16)),
        (True, _taken(LastOpioid.LONG_ACTING, 15.9)),
    ),
    *_of(
        "bup_start.methadone",
        (False, _taken(LastOpioid.METHADONE, 72)),
        (False, _taken(LastOpioid.METHADONE, 48)),
        (True, _taken(LastOpioid.METHADONE, 47.9)),
    ),
    *_of(
        "bup_start.label_short",
        (False, _taken(LastOpioid.SHORT_ACTING, 12)),
        (False, _taken(LastOpioid.SHORT_ACTING, 6)),
        (True, _taken(LastOpioid.SHORT_ACTING, 5.9)),
    ),
    *_of(
        "bup_start.label_long",
        (False, _taken(LastOpioid.METHADONE, 48)),
        (False, _taken(LastOpioid.LONG_ACTING, 24)),
        (True, _taken(LastOpioid.LONG_ACTING, 23.9)),
    ),
    *_of(
        "bup_start.methadone_mg",
        (False, _switch("30")),
        (False, _switch("40")),
        (True, _switch("40.01")),
        (False, _switch("90", Protocol.LOW_DOSE)),
        (False, facts(MONO, last_opioid=LastOpioid.FENTANYL, methadone_mg="90")),
    ),
    *_of(
        "bup_start.methadone_taper",
        (False, _switch("30")),
        (True, _switch("30.01")),
        (True, _switch("40")),
        (False, _switch("40.01")),
    ),
    *_of(
        "bup_start.methadone_untold",
        (False, _switch("30")),
        (True, _switch(None)),
        (False, facts(MONO, last_opioid=LastOpioid.FENTANYL)),
    ),
]

DOSES = [
    *_of(
        "bup_start.high_dose",
        (False, facts(FILM)),
        (True, facts(FILM, protocol=Protocol.HIGH_DOSE)),
        (False, facts(FILM, protocol=Protocol.LOW_DOSE)),
    ),
    *_of(
        "bup.over_24",
        (False, facts(FILM, daily_mg="24")),
        (True, facts(FILM, daily_mg="24.01")),
        (True, facts(FILM, daily_mg="32")),
        (False, facts(FILM, daily_mg="32.01")),
    ),
    *_of(
        "bup.over_32",
        (False, facts(MONO, daily_mg="24")),
        (False, facts(MONO, daily_mg="32")),
        (True, facts(MONO, daily_mg="32.01")),
    ),
    *_of(
        "methadone_start.first_day",
        (False, facts(METHADONE, daily_mg="45")),
        (False, facts(METHADONE, daily_mg="50")),
        (True, facts(METHADONE, daily_mg="55")),
    ),
    *_of(
        "methadone.step",
        (False, facts(METHADONE, former_mg="40", daily_mg="45")),
        (False, facts(METHADONE, former_mg="40", daily_mg="50")),
        (True, facts(METHADONE, former_mg="40", daily_mg="50.01")),
        (False, facts(METHADONE, former_mg="60", daily_mg="40")),
    ),
    *_of(
        "methadone.pace",
        (False, facts(METHADONE, former_mg="40", daily_mg="45", dose_set_at=ago(120))),
        (False, facts(METHADONE, former_mg="40", daily_mg="45", dose_set_at=ago(72))),
        (True, facts(METHADONE, former_mg="40", daily_mg="45", dose_set_at=ago(71.9))),
        (False, facts(METHADONE, former_mg="40", daily_mg="35", dose_set_at=ago(1))),
    ),
    *_of(
        "disulfiram.dose",
        (False, facts(DISULFIRAM, daily_mg="250")),
        (False, facts(DISULFIRAM, daily_mg="500")),
        (True, facts(DISULFIRAM, daily_mg="500.01")),
    ),
    *_of("bup_start.follow_up", (True, facts(FILM)), (True, facts(MONO, protocol=Protocol.LOW_DOSE))),
]

PREGNANCY = [
    *_missing("pregnancy.offered", XR, C.PREGNANCY_TEST, result("declined"), 720),
    *_result("naltrexone.pregnancy", ORAL, C.PREGNANCY_TEST, "negative", "positive"),
    *_of(
        "naltrexone.pregnancy",
        (True, facts(XR, {C.PREGNANCY_TEST: result("positive", 6720)})),
        (False, facts(XR, {C.PREGNANCY_TEST: result("positive", 6721)})),
    ),
    *_of(
        "moud.detox_in_pregnancy",
        (False, facts(METHADONE, {C.PREGNANCY_TEST: result("positive")}, former_mg="60", daily_mg="60")),
        (True, facts(METHADONE, {C.PREGNANCY_TEST: result("positive")}, former_mg="60", daily_mg="59.99")),
        (False, facts(METHADONE, {C.PREGNANCY_TEST: result("negative")}, former_mg="60", daily_mg="40")),
        (False, facts(METHADONE, {C.PREGNANCY_TEST: result("positive")}, former_mg="60", daily_mg="80")),
    ),
    *_result("moud.pregnancy", FILM, C.PREGNANCY_TEST, "negative", "positive"),
]

ORGANS = [
    *_missing("liver.tests", DISULFIRAM, C.LIVER_TESTS, amount("1"), 4320),
    *_of(
        "naltrexone.liver",
        (False, facts(XR, {C.LIVER_TESTS: amount("1")})),
        (False, facts(XR, {C.LIVER_TESTS: amount("5")})),
        (True, facts(XR, {C.LIVER_TESTS: amount("5.01")})),
    ),
    *_result("bup_combo.liver", FILM, C.CHILD_PUGH, "b", "c"),
    *_result("bup_xr.liver", SUBLOCADE, C.CHILD_PUGH, "a", "b"),
    *_result("bup_xr.liver", WEEKLY, C.CHILD_PUGH, "a", "c"),
    *_missing("methadone.qtc_missing", METHADONE, C.QTC, amount("420"), 8760),
    *_of(
        "methadone.qtc_at_high_dose",
        (False, facts(METHADONE, daily_mg="100")),
        (True, facts(METHADONE, daily_mg="100.01")),
        (False, facts(METHADONE, {C.QTC: amount("420")}, daily_mg="120")),
    ),
    *_of(
        "methadone.qtc",
        (False, facts(METHADONE, {C.QTC: amount("449")})),
        (True, facts(METHADONE, {C.QTC: amount("450")})),
        (True, facts(METHADONE, {C.QTC: amount("500")})),
        (False, facts(METHADONE, {C.QTC: amount("501")})),
    ),
    *_of(
        "methadone.qtc_stop",
        (False, facts(METHADONE, {C.QTC: amount("430")})),
        (False, facts(METHADONE, {C.QTC: amount("500")})),
        (True, facts(METHADONE, {C.QTC: amount("501")})),
    ),
    *_result("methadone.long_qt", METHADONE, C.LONG_QT_HISTORY, "absent", "present"),
    *_result("sublocade.long_qt", SUBLOCADE, C.LONG_QT_HISTORY, "absent", "present"),
    *_missing("acamprosate.renal_missing", ACAMPROSATE, C.CREATININE_CLEARANCE, amount("90"), 2160),
    *_of(
        "acamprosate.renal_stop",
        (False, facts(ACAMPROSATE, {C.CREATININE_CLEARANCE: amount("90")})),
        (False, facts(ACAMPROSATE, {C.CREATININE_CLEARANCE: amount("30.01")})),
        (True, facts(ACAMPROSATE, {C.CREATININE_CLEARANCE: amount("30")})),
    ),
    *_of(
        "acamprosate.renal_half",
        (False, facts(ACAMPROSATE, {C.CREATININE_CLEARANCE: amount("30")})),
        (True, facts(ACAMPROSATE, {C.CREATININE_CLEARANCE: amount("30.01")})),
        (True, facts(ACAMPROSATE, {C.CREATININE_CLEARANCE: amount("50")})),
        (False, facts(ACAMPROSATE, {C.CREATININE_CLEARANCE: amount("50.01")})),
    ),
]

PASSED = (C.NALOXONE_CHALLENGE, result("passed", 24))
STALE = (C.NALOXONE_CHALLENGE, result("passed", 24.1))

ABSTINENCE = [
    *_missing("moud.naloxone", METHADONE, C.NALOXONE_OFFERED, result("given"), 720),
    *_of(
        "naltrexone.opioid_free_untold",
        (False, _free(XR, 300)),
        (True, facts(XR)),
        (False, facts(XR, last_opioid=LastOpioid.NONE)),
        (False, facts(XR, last_opioid_at=ago(200))),
        (False, facts(XR, dict([PASSED]))),
        (True, facts(XR, dict([STALE]))),
        (True, facts(XR, agonist_given_at=ago(300))),
    ),
    *_of(
        "naltrexone.opioid_free",
        (False, _free(XR, 300)),
        (False, _free(XR, 168)),
        (True, _free(XR, 167.9)),
        (False, _free(XR, 24, PASSED)),
        (True, _free(XR, 24, STALE)),
        (True, _free(ORAL, 300, last_opioid_at=ago(100))),
        (True, facts(XR, last_opioid=LastOpioid.NONE, agonist_given_at=ago(167.9))),
        (False, facts(XR, last_opioid=LastOpioid.NONE, agonist_given_at=ago(168))),
    ),
    *_of(
        "naltrexone.opioid_free_short",
        (False, _free(ORAL, 240)),
        (True, _free(ORAL, 239.9)),
        (True, _free(ORAL, 168)),
        (False, _free(ORAL, 167.9)),
    ),
    *_of(
        "naltrexone.after_agonist",
        (False, _free(XR, 336, last_opioid=LastOpioid.METHADONE)),
        (True, _free(XR, 335.9, last_opioid=LastOpioid.BUPRENORPHINE)),
        (False, _free(XR, 250, last_opioid=LastOpioid.FENTANYL)),
    ),
    *_result("naltrexone.opioid_test", XR, C.OPIOID_TEST, "negative", "positive"),
    *_result("naltrexone.challenge", ORAL, C.NALOXONE_CHALLENGE, "passed", "failed"),
    *_of(
        "naltrexone.withdrawal",
        (False, facts(XR, {C.WITHDRAWAL_SCORE: amount("4")})),
        (True, facts(XR, {C.WITHDRAWAL_SCORE: amount("5")})),
        (True, facts(XR, {C.WITHDRAWAL_SCORE: amount("5", 24)})),
        (False, facts(XR, {C.WITHDRAWAL_SCORE: amount("5", 24.1)})),
    ),
    *_of(
        "naltrexone_xr.drinking",
        (False, facts(XR, {C.ALCOHOL_FREE: since(48)})),
        (False, facts(XR, {C.ALCOHOL_FREE: since(24)})),
        (True, facts(XR, {C.ALCOHOL_FREE: since(23.9)})),
    ),
    *_missing("disulfiram.alcohol_untold", DISULFIRAM, C.ALCOHOL_FREE, since(48), 72),
    *_of(
        "disulfiram.alcohol",
        (False, facts(DISULFIRAM, {C.ALCOHOL_FREE: since(48)})),
        (False, facts(DISULFIRAM, {C.ALCOHOL_FREE: since(12)})),
        (True, facts(DISULFIRAM, {C.ALCOHOL_FREE: since(11.9)})),
    ),
    *_result("disulfiram.safety", DISULFIRAM, C.DISULFIRAM_SAFETY, "clear", "psychosis"),
    *_result("disulfiram.safety", DISULFIRAM, C.DISULFIRAM_SAFETY, "clear", "severe_cardiac_disease"),
    *_missing("disulfiram.safety_missing", DISULFIRAM, C.DISULFIRAM_SAFETY, result("clear")),
]

DEPOTS = [
    *_of(
        "sublocade.prepared",
        (False, _by_mouth(SUBLOCADE, "16", 8)),
        (False, _by_mouth(SUBLOCADE, "8", 7)),
        (False, _by_mouth(SUBLOCADE, "24", 7)),
        (True, _by_mouth(SUBLOCADE, "16", 6.9)),
        (True, _by_mouth(SUBLOCADE, "7.99", 8)),
        (True, _by_mouth(SUBLOCADE, "24.01", 8)),
        (True, _by_mouth(SUBLOCADE, None, 8)),
        (True, facts(SUBLOCADE)),
        (False, facts(SUBLOCADE, {C.TRANSMUCOSAL_TEST_DOSE: result("tolerated", 24)})),
        (True, facts(SUBLOCADE, {C.TRANSMUCOSAL_TEST_DOSE: result("tolerated", 24.1)})),
        (True, facts(SUBLOCADE, {C.TRANSMUCOSAL_TEST_DOSE: result("not_tolerated")})),
    ),
    *_of(
        "brixadi.prepared",
        (False, _by_mouth(MONTHLY, None, 0)),
        (True, facts(MONTHLY)),
        (False, facts(WEEKLY, {C.TRANSMUCOSAL_TEST_DOSE: result("tolerated")})),
        (True, facts(WEEKLY, active=(ActiveOrder(METHADONE, ago(100)),))),
    ),
]

CASES: tuple[Case, ...] = (*PAPERS, *LAST_OPIOID, *DOSES, *PREGNANCY, *ORGANS, *ABSTINENCE, *DEPOTS)
