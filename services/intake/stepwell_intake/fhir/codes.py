"""Codes of networks in the code lists of Stepwell."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from fhir.resources.R4B.codeableconcept import CodeableConcept
from fhir.resources.R4B.coding import Coding

from stepwell_kernel.codes import PayerKind, PriorityClass, Urgency

ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
SNOMED_CT = "http://snomed.info/sct"
#: Source of Payment Typology, which US Core binds to Coverage.type, by its address and its OID.
SOURCE_OF_PAYMENT = frozenset({"https://nahdo.org/sopt", "urn:oid:2.16.840.1.113883.3.221.5"})
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
SELF_PAY = "http://terminology.hl7.org/CodeSystem/coverage-selfpay"

#: ServiceRequest.priority (request-priority); a request without one is routine.
URGENCIES: Mapping[str, Urgency] = MappingProxyType(
    {
        "routine": Urgency.ROUTINE,
        "urgent": Urgency.URGENT,
        "asap": Urgency.URGENT,
        "stat": Urgency.EMERGENT,
    }
)

#: Pregnancy in ICD-10-CM: supervision (O09, Z34), alcohol and drug use complicating it (O99.31, O99.32, but for
#: childbirth and puerperium), pregnant state (Z33.1), weeks of gestation (Z3A).
PREGNANCY = (
    "O09",
    *(f"O99{kind}{trimester}" for kind in ("31", "32") for trimester in range(4)),
    "Z331",
    "Z34",
    "Z3A",
)
#: Pregnant (finding).
PREGNANT_FINDING = frozenset({"77386006"})
#: Injecting drug user (finding), intravenous drug user (finding); ICD-10-CM has no code for it.
INJECTING_FINDING = frozenset({"226034001", "228388006"})

#: Source of Payment Typology by the beginning of the code: the longest that fits holds.
PAYERS: Mapping[str, PayerKind] = MappingProxyType(
    {
        "1": PayerKind.MEDICARE,
        "2": PayerKind.MEDICAID,
        "5": PayerKind.COMMERCIAL,
        "6": PayerKind.COMMERCIAL,
        "7": PayerKind.COMMERCIAL,
        "81": PayerKind.SELF_PAY,
    }
)
#: Policies of private insurers; PUBLICPOL does not tell Medicare from Medicaid, so it stays `other`.
PRIVATE_POLICIES = frozenset({"EHCPOL", "HIP", "HMO", "HSAPOL", "MCPOL", "POS", "PPO"})


def priority_of(reasons: Iterable[CodeableConcept]) -> PriorityClass:
    """Who comes first (45 CFR 96.126 and 96.131), as far as the codes of the reasons tell."""
    codings = [coding for reason in reasons for coding in reason.coding or ()]
    pregnant = any(_is_pregnancy(coding) for coding in codings)
    injecting = any(coding.system == SNOMED_CT and coding.code in INJECTING_FINDING for coding in codings)
    if pregnant:
        return PriorityClass.PREGNANT_INJECTING if injecting else PriorityClass.PREGNANT
    return PriorityClass.INJECTING if injecting else PriorityClass.GENERAL


def payer_of(kind: CodeableConcept | None) -> PayerKind:
    """Who pays by the type of a coverage; a type that is not known is somebody else."""
    for coding in (kind.coding or ()) if kind else ():
        found = _payer(coding)
        if found is not None:
            return found
    return PayerKind.OTHER


def _is_pregnancy(coding: Coding) -> bool:
    if coding.system == ICD_10_CM:
        return (coding.code or "").replace(".", "").upper().startswith(PREGNANCY)
    return coding.system == SNOMED_CT and coding.code in PREGNANT_FINDING


def _payer(coding: Coding) -> PayerKind | None:
    code = coding.code or ""
    if coding.system in SOURCE_OF_PAYMENT:
        beginnings = [beginning for beginning in PAYERS if code.startswith(beginning)]
        return PAYERS[max(beginnings, key=len)] if beginnings else None
    if coding.system == ACT_CODE and code in PRIVATE_POLICIES:
        return PayerKind.COMMERCIAL
    return PayerKind.SELF_PAY if coding.system == SELF_PAY else None
