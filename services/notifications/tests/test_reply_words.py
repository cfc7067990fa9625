"""The words in force, row by row: what opts out, what cries for help, and what only sounds so."""

from datetime import date

import pytest

from services.notifications.tests.desk import Desk
from stepwell_kernel.codes import Role
from stepwell_kernel.message_codes import ReplyKind
from stepwell_notifications.domain.replies import Understood, understand
from stepwell_notifications.store.replies import reply_words

CRISIS, STOP, START, HELP = ReplyKind.CRISIS, ReplyKind.STOP, ReplyKind.START, ReplyKind.HELP
CONFIRM, RESCHEDULE, OTHER = ReplyKind.CONFIRM, ReplyKind.RESCHEDULE, ReplyKind.OTHER

#: List of words by its rule id, with texts that pass, fail and stand at the border.
TEXTS: tuple[tuple[str, ReplyKind, str | None], ...] = (
    # 47 CFR 64.1200(a)(10) and CTIA: the words themselves, however they are written
    ("STOP", STOP, "reply.stop.keyword"),
    ("stop.", STOP, "reply.stop.keyword"),
    ("Stop \U0001f6d1", STOP, "reply.stop.keyword"),
    ("S T O P", STOP, "reply.stop.keyword"),
    ("StopAll", STOP, "reply.stop.keyword"),
    ("stop all", STOP, "reply.stop.keyword"),
    ("UNSUBSCRIBE", STOP, "reply.stop.keyword"),
    ("Cancel", STOP, "reply.stop.keyword"),
    ("END", STOP, "reply.stop.keyword"),
    ("quit", STOP, "reply.stop.keyword"),
    ("Revoke", STOP, "reply.stop.keyword"),
    ("OPT-OUT", STOP, "reply.stop.keyword"),
    ("optout", STOP, "reply.stop.keyword"),
    ("please stop", STOP, "reply.stop.keyword"),
    ("Stop, thank you!", STOP, "reply.stop.keyword"),
    ("stop by tomorrow?", OTHER, None),
    ("can you stop by", OTHER, None),
    ("I am at the bus stop", OTHER, None),
    ("when does it end", OTHER, None),
    ("I quit drinking", OTHER, None),
    ("nonstop", OTHER, None),
    # 47 CFR 64.1200(a)(10): any reasonable wording
    ("please quit texting", STOP, "reply.stop.wording"),
    ("Do not text me", STOP, "reply.stop.wording"),
    ("don't text me anymore!!", STOP, "reply.stop.wording"),
    ("take me off", STOP, "reply.stop.wording"),
    ("please take me off your list", STOP, "reply.stop.wording"),
    ("take me off the Tuesday session", OTHER, None),
    ("No more messages please", STOP, "reply.stop.wording"),
    ("I withdraw my consent", STOP, "reply.stop.wording"),
    ("stop texting me", STOP, "reply.stop.wording"),
    ("did you text me", OTHER, None),
    ("yes, stop", STOP, "reply.stop.wording"),
    # the same in Spanish
    ("ALTO", STOP, "reply.stop.es"),
    ("parar", STOP, "reply.stop.es"),
    ("¡Basta!", STOP, "reply.stop.es"),
    ("no me envíen más", STOP, "reply.stop.es"),
    ("por favor no más mensajes", STOP, "reply.stop.es"),
    ("para cuando es la cita", OTHER, None),
    ("es en lo alto de la calle", OTHER, None),
    # C-SSRS, English: cries for help
    ("I want to kill myself", CRISIS, "reply.crisis.en"),
    ("i dont want to kill myself", CRISIS, "reply.crisis.en"),
    ("KILL MYSELF", CRISIS, "reply.crisis.en"),
    ("thinking about suicide", CRISIS, "reply.crisis.en"),
    ("I'm suicidal", CRISIS, "reply.crisis.en"),
    ("I want to end my life", CRISIS, "reply.crisis.en"),
    ("END it all", CRISIS, "reply.crisis.en"),
    ("i don\u2019t want to be here anymore", CRISIS, "reply.crisis.en"),
    ("better off dead", CRISIS, "reply.crisis.en"),
    ("I think I overdosed", CRISIS, "reply.crisis.en"),
    ("stop texting me i want to die", CRISIS, "reply.crisis.en"),
    ("C. want to die", CRISIS, "reply.crisis.en"),
    ("I want to diet", OTHER, None),
    ("my battery is dead", OTHER, None),
    ("this traffic is killing me", OTHER, None),
    ("I hurt my knee", OTHER, None),
    ("it is 5 kms away", OTHER, None),
    # C-SSRS, Spanish
    ("quiero morir", CRISIS, "reply.crisis.es"),
    ("Me quiero matar", CRISIS, "reply.crisis.es"),
    ("no quiero vivir más", CRISIS, "reply.crisis.es"),
    ("voy a hacerme daño", CRISIS, "reply.crisis.es"),
    ("SUICIDIO", CRISIS, "reply.crisis.es"),
    ("me muero de risa", OTHER, None),
    ("no puedo más tarde", OTHER, None),
    # CTIA
    ("START", START, "reply.start.en"),
    ("unstop", START, "reply.start.en"),
    ("start time?", OTHER, None),
    ("inicio", START, "reply.start.es"),
    ("alta velocidad", OTHER, None),
    ("HELP", HELP, "reply.help.en"),
    ("info?", HELP, "reply.help.en"),
    ("that did help a lot", OTHER, None),
    ("AYUDA", HELP, "reply.help.es"),
    ("gracias por la ayuda de ayer", OTHER, None),
    # reminders of the house
    ("C", CONFIRM, "reply.confirm.en"),
    ("c \U0001f44d", CONFIRM, "reply.confirm.en"),
    ("Yes!", CONFIRM, "reply.confirm.en"),
    ("I'll be there", CONFIRM, "reply.confirm.en"),
    ("yes but can it be later", OTHER, None),
    ("CC", OTHER, None),
    ("Sí", CONFIRM, "reply.confirm.es"),
    ("confirmo", CONFIRM, "reply.confirm.es"),
    ("si puedo", OTHER, None),
    ("R", RESCHEDULE, "reply.reschedule.en"),
    ("r u open", OTHER, None),
    ("please cancel my appointment", RESCHEDULE, "reply.reschedule.wording.en"),
    ("can't make it", RESCHEDULE, "reply.reschedule.wording.en"),
    ("I can make it", OTHER, None),
    ("no puedo ir mañana", RESCHEDULE, "reply.reschedule.es"),
    ("puedo ir mañana", OTHER, None),
)


async def understand_all(desk: Desk, texts: tuple[str, ...], *, opted_out: bool) -> list[Understood]:
    async with desk.edge.transactions(desk.edge.person(Role.OPERATIONS)) as tx:
        words = await reply_words(tx, tx.now.date())
    return [understand(text, words, opted_out=opted_out) for text in texts]


async def test_what_is_written_is_understood(desk: Desk) -> None:
    said = await understand_all(desk, tuple(text for text, _, _ in TEXTS), opted_out=False)
    assert [(text, said.kind, said.rule_id) for (text, _, _), said in zip(TEXTS, said, strict=True)] == list(TEXTS)


async def test_every_list_is_tried(desk: Desk) -> None:
    lists = {row["rule_id"] for row in await desk.edge.rows("select distinct rule_id from reply_word")}
    assert lists == {rule_id for _, _, rule_id in TEXTS if rule_id}
    assert all(row["source"] for row in await desk.edge.rows("select source from reply_word"))


@pytest.mark.parametrize(("text", "kind"), [("YES", START), ("si", START), ("C", CONFIRM), ("no", OTHER)])
async def test_yes_asks_for_messages_again_from_whoever_gets_none(desk: Desk, text: str, kind: ReplyKind) -> None:
    (said,) = await understand_all(desk, (text,), opted_out=True)
    assert said.kind is kind


@pytest.mark.parametrize(("day", "found"), [(date(2026, 3, 1), 1), (date(2026, 3, 2), 0), (date(2026, 3, 3), 0)])
async def test_a_word_counts_while_it_is_in_force(desk: Desk, day: date, found: int) -> None:
    await desk.edge.rows("update reply_word set effective_to = '2026-03-02' where wording = 'stop'")
    async with desk.edge.transactions(desk.edge.person(Role.OPERATIONS)) as tx:
        words = await reply_words(tx, day)
    assert len([word for word in words if word.wording == "stop"]) == found
