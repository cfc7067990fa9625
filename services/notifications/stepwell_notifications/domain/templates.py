"""The templates, by code and language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from stepwell_kernel.message_codes import MessageTemplate
from stepwell_kernel.local_time import local_at
from stepwell_notifications.domain.wording import Wording, check_wording

DEFAULT_LANGUAGE = "en"

WORDINGS: Mapping[tuple[MessageTemplate, str], Wording] = MappingProxyType(
    {
        (MessageTemplate.APPOINTMENT_REMINDER, "en"): check_wording(
            Wording(
                "Your appointment on {day}",
                "Hello{name},\n\nyou have an appointment on {day} at {time} with {facility}.\n\n"
                "If you cannot come, please call {callback}.\n",
            )
        ),
        (MessageTemplate.APPOINTMENT_REMINDER, "es"): check_wording(
            Wording(
                "Su cita del {day}",
                "Hola{name}:\n\nTiene una cita el {day} a las {time} con {facility}.\n\n"
                "Si no puede venir, llame al {callback}.\n",
            )
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Appointment:
    """What a reminder is about, in neutral words."""

    starts_at: datetime
    zone: str
    facility: str
    callback: str


def write(template: MessageTemplate, language: str, first_name: str, appointment: Appointment) -> Wording:
    """The message in the recipient's language, else in English; times are the facility's local time."""
    wording = WORDINGS.get((template, language)) or WORDINGS[template, DEFAULT_LANGUAGE]
    local = local_at(appointment.starts_at, appointment.zone)
    gaps = {
        "name": f" {first_name}" if first_name else "",
        "day": local.strftime("%Y-%m-%d"),
        "time": local.strftime("%H:%M"),
        "facility": appointment.facility,
        "callback": appointment.callback,
    }
    return Wording(wording.subject.format(**gaps), wording.body.format(**gaps))
