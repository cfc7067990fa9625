"""What the simulation reads out of a booking."""

from datetime import timedelta

from stepwell_contracts.http.scheduling import BookingView

MINUTE = timedelta(minutes=1)


def minutes_of(booking: BookingView) -> int:
    """How long the session of a booking lasts, in whole minutes."""
    return round((booking.ends_at - booking.starts_at) / MINUTE)
