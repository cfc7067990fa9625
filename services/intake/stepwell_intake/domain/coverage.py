"""Who pays, as a referral states it."""

from stepwell_kernel.codes import PayerKind
from stepwell_kernel.errors import FieldProblem, Invalid


def check_coverage(payer: PayerKind | None, member_id: str | None) -> None:
    """Raise Invalid (`coverage_contradictory`) for a member id where nobody insures."""
    if member_id is not None and payer in {None, PayerKind.SELF_PAY}:
        raise Invalid(
            "coverage_contradictory",
            "a member id is one at an insurer",
            fields=(FieldProblem("payer", "names no insurer beside a member id", "coverage.insurer"),),
        )
