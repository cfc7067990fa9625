"""The templates, by code and language. Text messages do without accents that GSM 03.38 has no place for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from stepwell_kernel.local_time import local_at
from stepwell_kernel.message_codes import MessageTemplate
from stepwell_notifications.domain.linter import LONGEST_NAME, check_template, septets
from stepwell_notifications.domain.wording import Wording, banned_words

DEFAULT_LANGUAGE = "en"

_ENGLISH: Mapping[MessageTemplate, Wording] = {
    MessageTemplate.APPOINTMENT_REMINDER: Wording(
        "Your appointment on {day}",
        "Hello{name},\n\nyou have an appointment on {day} at {time} with {facility}.\n\n"
        "If you cannot come, please call {callback}.\n",
        "{facility}: appointment {day} {time}. Reply C to confirm, R to change, STOP to end. Call {callback}",
    ),
    MessageTemplate.APPOINTMENT_MOVED: Wording(
        "Your appointment is now on {day}",
        "Hello{name},\n\nyour appointment with {facility} is now on {day} at {time}.\n\n"
        "If you cannot come, please call {callback}.\n",
        "{facility}: your appointment is now {day} {time}. Reply C to confirm, R to change, STOP to end. "
        "Call {callback}",
    ),
    MessageTemplate.APPOINTMENT_CANCELLED: Wording(
        "Your appointment on {day} will not take place",
        "Hello{name},\n\nyour appointment on {day} at {time} with {facility} will not take place.\n\n"
        "If you have a question, please call {callback}.\n",
        "{facility}: your appointment {day} {time} will not take place. Call {callback}. Reply STOP to end",
    ),
    MessageTemplate.SEAT_FOUND: Wording(
        "There is a place for you",
        "Hello{name},\n\n{facility} has a place for you now.\n\nPlease call {callback}.\n",
        "{facility}: there is a place for you now. Please call {callback}. Reply STOP to end",
    ),
    MessageTemplate.PLEASE_CALL: Wording(
        "Please call us",
        "Hello{name},\n\n{facility} would like to talk with you.\n\nPlease call {callback}.\n",
        "{facility}: please call us at {callback}. Reply STOP to end",
    ),
    MessageTemplate.OPT_OUT_CONFIRMED: Wording(
        "You will get no more messages",
        "You will get no more messages from {facility}.\n\nIf you have a question, please call {callback}.\n",
        "{facility}: you will get no more messages. Reply START to get them again. Call {callback}",
    ),
    MessageTemplate.OPT_IN_CONFIRMED: Wording(
        "You will get messages again",
        "You will get messages from {facility} again.\n\nIf you have a question, please call {callback}.\n",
        "{facility}: you will get messages again. Reply HELP for help, STOP to end. Call {callback}",
    ),
    MessageTemplate.HELP_ANSWER: Wording(
        "About these messages",
        "{facility} writes to you about your appointments.\n\nIf you have a question, please call {callback}.\n",
        "{facility}: messages about your appointments. Call {callback} for help. Reply STOP to end",
    ),
    MessageTemplate.CRISIS_ANSWER: Wording(
        "Help is there now",
        "If you are in danger, call 911. Call or text 988 at any hour.\n\n{facility}: {callback}.\n",
        "If you are in danger call 911. Call or text 988 at any hour. {facility}: {callback}",
    ),
}

_SPANISH: Mapping[MessageTemplate, Wording] = {
    MessageTemplate.APPOINTMENT_REMINDER: Wording(
        "Su cita del {day}",
        "Hola{name}:\n\nTiene una cita el {day} a las {time} con {facility}.\n\n"
        "Si no puede venir, llame al {callback}.\n",
        "{facility}: cita {day} {time}. Responda C para confirmar, R para cambiar, STOP para terminar. "
        "Llame {callback}",
    ),
    MessageTemplate.APPOINTMENT_MOVED: Wording(
        "Su cita es ahora el {day}",
        "Hola{name}:\n\nSu cita con {facility} es ahora el {day} a las {time}.\n\n"
        "Si no puede venir, llame al {callback}.\n",
        "{facility}: su cita es ahora {day} {time}. Responda C si viene, R para cambiar, STOP para terminar. "
        "Llame {callback}",
    ),
    MessageTemplate.APPOINTMENT_CANCELLED: Wording(
        "No habrá cita el {day}",
        "Hola{name}:\n\nSu cita del {day} a las {time} con {facility} se cancela.\n\n"
        "Si tiene preguntas, llame al {callback}.\n",
        "{facility}: su cita {day} {time} se cancela. Llame al {callback}. Responda STOP para terminar",
    ),
    MessageTemplate.SEAT_FOUND: Wording(
        "Hay un lugar para usted",
        "Hola{name}:\n\n{facility} tiene ahora un lugar para usted.\n\nLlame al {callback}.\n",
        "{facility}: ahora hay un lugar para usted. Llame al {callback}. Responda STOP para terminar",
    ),
    MessageTemplate.PLEASE_CALL: Wording(
        "Llámenos por favor",
        "Hola{name}:\n\n{facility} quisiera hablar con usted.\n\nLlame al {callback}.\n",
        "{facility}: por favor llame al {callback}. Responda STOP para terminar",
    ),
    MessageTemplate.OPT_OUT_CONFIRMED: Wording(
        "No recibirá más mensajes",
        "No recibirá más mensajes de {facility}.\n\nSi tiene preguntas, llame al {callback}.\n",
        "{facility}: no le escribiremos. Para volver a recibir mensajes responda START. Llame al {callback}",
    ),
    MessageTemplate.OPT_IN_CONFIRMED: Wording(
        "Recibirá mensajes otra vez",
        "Recibirá otra vez mensajes de {facility}.\n\nSi tiene preguntas, llame al {callback}.\n",
        "{facility}: le escribiremos otra vez. Responda HELP para ayuda, STOP para terminar. Llame al {callback}",
    ),
    MessageTemplate.HELP_ANSWER: Wording(
        "Sobre estos mensajes",
        "{facility} le escribe sobre sus citas.\n\nSi tiene preguntas, llame al {callback}.\n",
        "{facility}: mensajes sobre sus citas. Ayuda: llame al {callback}. Responda STOP para terminar",
    ),
    MessageTemplate.CRISIS_ANSWER: Wording(
        "Hay ayuda ahora",
        "Si está en peligro, llame al 911. A toda hora llame al 988 y oprima 2.\n\n{facility}: {callback}.\n",
        "Si hay peligro llame al 911. A toda hora llame al 988 y oprima 2. {facility}: {callback}",
    ),
}

#: Every template in every language, each passed by the linter.
WORDINGS: Mapping[tuple[MessageTemplate, str], Wording] = MappingProxyType(
    {
        (template, language): check_template(template, wording)
        for language, wordings in (("en", _ENGLISH), ("es", _SPANISH))
        for template, wording in wordings.items()
    }
)


LANGUAGES = frozenset(language for _, language in WORDINGS)


@dataclass(frozen=True, slots=True)
class Details:
    """What a message is about, in neutral words; without `starts_at` it is about no appointment."""

    facility: str
    callback: str
    zone: str
    starts_at: datetime | None = None


def written_language(language: str | None) -> str:
    """The language in which somebody is written to who wants this one."""
    return language if language in LANGUAGES else DEFAULT_LANGUAGE


def sender_name(facility: str, callback: str) -> str:
    """The facility's name, or its number when the name tells what kind of place it is."""
    return callback if banned_words(facility) else facility


def short_sender_name(facility: str, callback: str) -> str:
    """The sender as a text message can carry it: the number, too, for a name that has no room or letters there."""
    name = sender_name(facility, callback)
    length = septets(name)
    return callback if length is None or length > LONGEST_NAME else name


def write(template: MessageTemplate, language: str, first_name: str, details: Details) -> Wording:
    """The message in the recipient's language, else in English; times are the facility's local time."""
    wording = WORDINGS[template, written_language(language)]
    local = local_at(details.starts_at, details.zone) if details.starts_at else None
    gaps = {
        "name": f" {first_name}" if first_name else "",
        "day": local.strftime("%Y-%m-%d") if local else "",
        "time": local.strftime("%H:%M") if local else "",
        "facility": sender_name(details.facility, details.callback),
        "callback": details.callback,
    }
    short = gaps | {"facility": short_sender_name(details.facility, details.callback)}
    return Wording(wording.subject.format(**gaps), wording.body.format(**gaps), wording.text.format(**short))
