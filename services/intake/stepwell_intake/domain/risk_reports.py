"""Reports of what the team must answer within a set time; a lapse is answered with care, never with discharge."""

from datetime import datetime

from stepwell_kernel.errors import FieldProblem, Invalid


def check_happened_at(happened_at: datetime, received_at: datetime, now: datetime) -> None:
    """Raise Invalid (`time_impossible`) for a time to come or before the referral."""
    if happened_at > now:
        problem = "lies in the future"
    elif happened_at < received_at:
        problem = "lies before the referral"
    else:
        return
    raise Invalid(
        "time_impossible",
        "what is reported happened between referral and now",
        fields=(FieldProblem("happened_at", problem, "risk_report.happened_at"),),
    )
