"""Who a patient is, and what two records of the same person have in common."""

import unicodedata
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Identity:
    """Identity as a referral states it."""

    given_name: str
    family_name: str
    born_on: date
    email: str | None
    phone: str | None
    zone: str
    language: str

    @property
    def person(self) -> str:
        """Equal for records of people with the same family name and birth date, whatever case and spacing."""
        return f"{_plain(self.family_name)}\x1f{self.born_on.isoformat()}"


def address_form(address: str) -> str:
    """The form in which an address is compared: mail servers do not tell case apart in practice."""
    return _plain(address)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
