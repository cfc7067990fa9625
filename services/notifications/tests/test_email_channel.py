"""E-mail over SMTP: what the server's answers mean."""

import pytest

from services.notifications.tests.desk import PostOffice, open_post_office
from stepwell_devstack.ports import choose_port
from stepwell_kernel.ids import new_id
from stepwell_notifications.channels.channel import Letter, Refused, Taken, TryLater
from stepwell_notifications.channels.email import EmailChannel
from stepwell_notifications.domain.wording import Wording

WORDING = Wording("Your appointment", "Hello Zoë,\n\nSee you at 14:00.\n")


def letter(address: str = "ada@example.org") -> Letter:
    return Letter(new_id(), "riverbend", address, WORDING)


async def send(office: PostOffice, address: str = "ada@example.org") -> Taken | Refused | TryLater:
    return await EmailChannel(f"127.0.0.1:{office.port}", timeout_s=5.0).send(letter(address))


async def test_an_email_is_handed_over_under_its_id() -> None:
    async with open_post_office() as office:
        channel = EmailChannel(f"127.0.0.1:{office.port}", sender="Desk <desk@post.example.org>")
        email = letter()
        taken = [await channel.send(email) for _ in range(2)]
    assert taken == [Taken(f"<{email.message_id}@post.example.org>")] * 2
    assert office.identifiers() == [f"<{email.message_id}@post.example.org>"] * 2
    assert office.taken[0].mail_from == "desk@post.example.org"


@pytest.mark.parametrize(
    ("recipient_answer", "data_answer", "outcome"),
    [
        ("250 OK", "250 OK", None),
        ("451 try later", "250 OK", TryLater("smtp_unavailable", went_out_perhaps=False)),
        ("499 odd", "250 OK", TryLater("smtp_unavailable", went_out_perhaps=False)),
        ("500 never", "250 OK", Refused("smtp_refused")),
        ("550 no such user", "250 OK", Refused("smtp_refused")),
        ("250 OK", "452 full", TryLater("smtp_unavailable", went_out_perhaps=False)),
        ("250 OK", "554 not this", Refused("smtp_refused")),
    ],
)
async def test_answers(recipient_answer: str, data_answer: str, outcome: Refused | TryLater | None) -> None:
    async with open_post_office() as office:
        office.recipient_answer, office.data_answer = recipient_answer, data_answer
        answer = await send(office)
    assert answer == outcome if outcome else isinstance(answer, Taken)
    assert len(office.taken) == (outcome is None)


@pytest.mark.parametrize("address", ["ada@example.org\r\nBcc: all@example.org", "adä@example.org", "", "@"], ids=repr)
async def test_an_address_that_cannot_be_is_refused_and_never_retried(address: str) -> None:
    async with open_post_office() as office:
        assert isinstance(await send(office, address), Refused)
        assert office.taken == []


async def test_a_connection_that_breaks_leaves_the_fate_open() -> None:
    async with open_post_office() as office:
        office.vanishes = True
        assert await send(office) == TryLater("smtp_unavailable", went_out_perhaps=True)
        assert len(office.taken) == 1


async def test_without_a_server_nothing_went_out() -> None:
    assert await send(PostOffice(port=choose_port(0))) == TryLater("smtp_unavailable", went_out_perhaps=False)
