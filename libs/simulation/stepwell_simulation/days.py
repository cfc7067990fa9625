"""How long a day of a simulation lasts."""

from stepwell_kernel.errors import Invalid

#: A faster clock leaves nobody the time to do anything; a slower one is the wall's.
MOST_HASTY_DAY_S = 0.1
LONGEST_DAY_S = 86_400.0


def day_seconds(text: str) -> float:
    """The wall seconds that `0.5s` or `120` tell; Invalid (`no_such_day`)."""
    try:
        seconds = float(text.strip().removesuffix("s"))
    except ValueError as error:
        raise Invalid("no_such_day", "a day lasts a number of seconds, such as 0.5s or 120") from error
    if not MOST_HASTY_DAY_S <= seconds <= LONGEST_DAY_S:
        raise Invalid("no_such_day", f"a day lasts between {MOST_HASTY_DAY_S} and {LONGEST_DAY_S:.0f} seconds")
    return seconds
