"""What is recorded of everybody who is admitted: the ratings of the assessment and the consent to treatment."""

from datetime import date

from stepwell_contracts.http.intake import DimensionRatings
from stepwell_contracts.http.intake_legal import GrantConsent, Signer
from stepwell_kernel.legal_codes import ConsentPurpose

#: What the ASAM dimensions are rated for somebody whom level 2.1 fits.
RATINGS = DimensionRatings(dimension_1=1, dimension_2=1, dimension_3=1, dimension_4=2, dimension_5=2, dimension_6=2)


def consent_to_treatment(discloser: str, signed_on: date, *, signed_by: Signer = "patient") -> GrantConsent:
    """The consent without an end that treatment, payment and operations rest on, signed on a local day."""
    return GrantConsent(
        purpose=ConsentPurpose.TREATMENT_PAYMENT_OPERATIONS,
        discloser=discloser,
        information="treatment records",
        recipients=("treating providers", "health plan"),
        revocation_explained=True,
        redisclosure_explained=True,
        refusal_consequences_explained=True,
        signed_by=signed_by,
        signed_on=signed_on,
    )
