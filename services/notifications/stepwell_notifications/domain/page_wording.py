"""What a page says: that there is one, and where; pagers lie on tables and their screens are read by others."""

from uuid import UUID

from stepwell_notifications.domain.wording import Wording, banned_words, check_wording

SHORT = 8

PAGE = check_wording(
    Wording(
        "Page {page}: acknowledge now",
        "{facility} needs you now.\n\nAcknowledge page {page} in Stepwell. Call back: {callback}.\n",
    )
)

#: For a facility whose name would tell what kind of place it is: the page goes out all the same.
UNNAMED = "Your site"


def short_id(page_id: UUID) -> str:
    """The page as people say it on the phone."""
    return page_id.hex[:SHORT].upper()


def write_page(page_id: UUID, facility: str, callback: str) -> Wording:
    """The page about something at a facility, with the number to call back."""
    name = UNNAMED if banned_words(facility) else facility
    gaps = {"page": short_id(page_id), "facility": name, "callback": callback}
    return Wording(PAGE.subject.format(**gaps), PAGE.body.format(**gaps))
