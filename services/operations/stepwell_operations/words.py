"""How the console says things: events, their facts, spans and amounts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from stepwell_contracts.http.operations import PageRow, TimelineEntry
from stepwell_operations.event_words import DAYS, EVENTS, FLAGS, INSTANTS, WORDS

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

UUID_TEXT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Detail:
    """A fact as a reader sees it: what stands before it, and the fact."""

    label: str
    text: str


def plain(code: str) -> str:
    """A code as words."""
    return WORDS.get(code, code.replace("_", " "))


def sentence(code: str) -> str:
    """A code as words with which a line begins."""
    words = plain(code)
    return f"{words[:1].upper()}{words[1:]}"


def event_name(event_type: str) -> str:
    """An event's name for people."""
    return EVENTS[event_type][0] if event_type in EVENTS else sentence(event_type)


def details(entry: TimelineEntry, zone: str) -> Sequence[Detail]:
    """The facts of an event that are worth a glance; of an event that nobody has worded, all that are no ids."""
    facts = entry.facts
    if entry.type in EVENTS:
        shown = EVENTS[entry.type][1]
    else:
        shown = tuple((name, plain(name)) for name in facts if not name.endswith(("_id", "_by")))
    if facts.get("previous") == facts.get("phase"):
        shown = tuple(fact for fact in shown if fact[0] != "previous")
    year = local(entry.at, zone).year
    return [Detail(label, _fact(name, facts[name], zone, year)) for name, label in shown if name in facts]


def _fact(name: str, value: str, zone: str, year: int) -> str:
    if name in FLAGS:
        return FLAGS[name][value != "yes"]
    if name.endswith("_at") or name in INSTANTS:
        at = datetime.fromisoformat(value)
        return clock(at, zone) if local(at, zone).year != year else short_clock(at, zone)
    if name.endswith("_on") or name in DAYS:
        return day(date.fromisoformat(value))
    if name.endswith("_mg"):
        return f"{value} mg"
    if name == "minutes" or "_minutes" in name:
        return hours(int(value))
    return ", ".join(plain(code) for code in value.split(", "))


def counted(number: int, one: str, many: str = "") -> str:
    """A number with what it counts; `many` where that is more than an s longer than `one`."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def in_the_last(days: int) -> str:
    """The period that ends today and has so many days."""
    return f"in the last {counted(days, 'day')}"


def hours(minutes: int) -> str:
    """An amount of time as hours and minutes."""
    whole, rest = divmod(minutes, 60)
    parts = [f"{whole} h"] * bool(whole) + [f"{rest} min"] * bool(rest)
    return " ".join(parts) or "0 min"


def span(length: timedelta) -> str:
    """A length of time by its two largest units, `3 d 4 h`, from ten of the first on by that alone."""
    length = abs(length)
    days, rest = divmod(length, DAY)
    if days >= 10:
        return f"{days} d"
    if days:
        return f"{days} d {rest // HOUR} h" if rest // HOUR else f"{days} d"
    if length < MINUTE:
        return "under a minute"
    return f"{length // HOUR} h" if length >= 10 * HOUR else hours(length // MINUTE)


def due(instant: datetime, now: datetime) -> str:
    """How far off a due time is, or how long ago it was."""
    return f"in {span(instant - now)}" if instant >= now else f"{span(now - instant)} late"


def paging(page: PageRow | None, now: datetime) -> str:
    """How far the page about a crisis came."""
    if page is None:
        return "no page is known to have gone out"
    since = span(now - page.changed_at)
    match page.state:
        case "acknowledged":
            return f"page acknowledged {since} ago"
        case "unanswered":
            return f"nobody on call answered, for {since}; paging begins again"
        case _:
            vain = "" if page.unanswered_at is None else ", after a round in vain"
            return f"page to level {page.level} sent {since} ago{vain}, not acknowledged"


def local(instant: datetime, zone: str) -> datetime:
    """An instant where the facility is."""
    return instant.astimezone(ZoneInfo(zone))


def clock(instant: datetime, zone: str) -> str:
    """Day and time where the facility is, `Mon 2 Mar 2026 17:30`."""
    at = local(instant, zone)
    return f"{at:%a} {at.day} {at:%b %Y %H:%M}"


def short_clock(instant: datetime, zone: str) -> str:
    """Day and time where the facility is, in a year that is known, `Mon 2 Mar 17:30`."""
    at = local(instant, zone)
    return f"{at:%a} {at.day} {at:%b %H:%M}"


def day(when: date) -> str:
    """A day, `2 Mar 2026`."""
    return f"{when.day} {when:%b %Y}"


def weekday(when: date) -> str:
    """A day in a year that is known, `Mon 2 Mar`."""
    return f"{when:%a} {when.day} {when:%b}"


def short(identifier: object) -> str:
    """The end of an id, enough to tell two apart; the beginning of our ids is a time, and alike."""
    return str(identifier)[-8:]


def command(method_and_path: str) -> str:
    """A command with its ids short."""
    return UUID_TEXT.sub(lambda found: f"…{short(found[0])}", method_and_path)


def pace(factor: float) -> str:
    """How fast domain time runs, where that is not as fast as the wall's."""
    if factor == 0:
        return "standing still"
    return "" if factor == 1 else f"{factor:,.0f} times as fast".replace(",", "\u202f")
