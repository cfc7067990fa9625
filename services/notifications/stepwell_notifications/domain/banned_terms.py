"""The terms that a message must not have, in the languages of the templates: lock screens are read by others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Telling(StrEnum):
    """What a term would tell a stranger."""

    CONDITION = "condition"
    MEDICINE = "medicine"
    PROGRAM = "program"
    RESULT = "result"
    MONEY = "money"


SOURCES: Mapping[Telling, str] = MappingProxyType(
    {
        Telling.CONDITION: "42 CFR 2.12(a)(1): nothing identifies a person as having a substance use disorder",
        Telling.MEDICINE: "42 CFR 2.12(a)(1); Drugs@FDA: medicines against opioid and alcohol dependence, brands too",
        Telling.PROGRAM: "42 CFR 2.11 and 2.12(e): the name of a program or of a part of it tells who is its patient",
        Telling.RESULT: "45 CFR 164.530(c): results are told in person",
        Telling.MONEY: "47 CFR 64.1200(a)(9)(iv)(D): no billing in a health care text; 45 CFR 164.530(c)",
    }
)


@dataclass(frozen=True, slots=True)
class BannedTerm:
    """A term in lower case, found in any form that begins so; `whole` where only the word itself is meant."""

    text: str
    telling: Telling
    whole: bool = False


def _terms(telling: Telling, texts: str, *, whole: bool = False) -> tuple[BannedTerm, ...]:
    return tuple(BannedTerm(text.strip(), telling, whole) for text in texts.split(","))


ENGLISH = (
    *_terms(
        Telling.CONDITION,
        "addict, alcohol, anxiety, bipolar, cannabis, cocain, crave, craving, depress, diagnos, disorder, fentanyl, "
        "heroin, marijuana, mental, methamphet, opiate, opioid, overdose, psychiatr, ptsd, relapse, sober, substance, "
        "suicid, withdrawal",
    ),
    *_terms(
        Telling.MEDICINE,
        "acamprosate, antabuse, brixadi, bunavail, buprenorphin, campral, disulfiram, dolophine, dose, dosing, drug, "
        "injection, kloxxado, lofexidine, lucemyra, medicat, medicine, methadon, methadose, nalmefen, naloxon, "
        "naltrexon, narcan, opvee, prescri, probuphin, revia, sublocade, suboxone, subutex, take home, take-home, "
        "vivitrol, zimhi, zubsolv",
    ),
    *_terms(Telling.MEDICINE, "mat, moud, oud, pill, pills", whole=True),
    *_terms(
        Telling.PROGRAM,
        "aftercare, clinic for, counsel, detox, group, intensive, outpatient, patient, program, recover, rehab, "
        "session, step down, step-down, therap, treatment, workshop",
    ),
    *_terms(Telling.PROGRAM, "aa, iop, na, otp, php", whole=True),
    *_terms(Telling.RESULT, "lab result, positive, screen, specimen, test result, urine, your result, your test"),
    *_terms(Telling.MONEY, "balance, copay, deductible, insurance, invoice, medicaid, medicare, payment"),
    *_terms(Telling.MONEY, "bill, billing, bills, owe, owed, owes", whole=True),
)

SPANISH = (
    *_terms(
        Telling.CONDITION,
        "adicc, adict, ansiedad, depresi, diagnóst, fentanil, marihuana, opiace, opiáce, psiquiatr, psiquiátr, "
        "recaida, recaída, sobredosis, sobri, suicidio, sustancia, trastorno",
    ),
    *_terms(
        Telling.MEDICINE,
        "buprenorfina, dosis, droga, farmaco, fármaco, inyecci, medicament, medicina, metadona, naloxona, naltrexona, "
        "receta",
    ),
    *_terms(
        Telling.PROGRAM,
        "ambulatorio, consejer, desintoxic, grupo, paciente, programa, recuperaci, rehabilit, sesi, taller, terap, "
        "tratamiento",
    ),
    *_terms(Telling.RESULT, "analisis, análisis, muestra, orina, positivo, resultado, su prueba"),
    *_terms(Telling.MONEY, "copago, deuda, factura, pago, saldo, seguro"),
)

BANNED_TERMS: Sequence[BannedTerm] = (*ENGLISH, *SPANISH)
