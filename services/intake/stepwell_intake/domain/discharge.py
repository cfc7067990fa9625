"""Discharge: reason and date of the last face-to-face contact are mandatory (TEDS-D)."""

from datetime import date

from stepwell_kernel.errors import FieldProblem, Invalid


def check_last_contact(last_contact_on: date, referred_on: date, today: date) -> None:
    """Raise Invalid (`last_contact_impossible`) for a day to come or before the referral (local days)."""
    if last_contact_on > today:
        problem = "lies in the future"
    elif last_contact_on < referred_on:
        problem = "lies before the referral"
    else:
        return
    raise Invalid(
        "last_contact_impossible",
        "the last contact lies between referral and today",
        fields=(FieldProblem("last_contact_on", problem, "discharge.last_contact_on"),),
    )
