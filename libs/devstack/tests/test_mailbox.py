"""The mailbox by SMTP and HTTP: what it acknowledges is on disk, and repeats are counted."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import httpx2
import pytest
import pytest_asyncio

from stepwell_devstack.loopback import serve_http
from stepwell_devstack.mailbox.app import mailbox_app
from stepwell_devstack.mailbox.journal import Journal
from stepwell_devstack.mailbox.messages import Filter, Mailbox, Text
from stepwell_devstack.mailbox.smtp import serve_smtp

PHONE = "+15550100123"


def text(body: str) -> Text:
    return Text(PHONE, body, "riverbend.7", "+15550100100")


@dataclass(frozen=True)
class Post:
    journal: Path
    mailbox: Mailbox
    smtp_port: int
    http: httpx2.AsyncClient

    async def mail(self, message_id: str, subject: str = "Reminder", body: str = "Tomorrow at 9:00.") -> str:
        message = EmailMessage()
        message["From"] = "clinic@riverbend.example"
        message["To"] = "someone@example.org"
        message["Subject"] = subject
        message["Message-ID"] = message_id
        message.set_content(body)
        _, answer = await aiosmtplib.send(message, hostname="127.0.0.1", port=self.smtp_port, start_tls=False)
        return answer

    async def text(self, key: str, body: str = "Tomorrow at 9:00.") -> None:
        await self.mailbox.receive_sms(f"alpha/{key}", text(body))

    async def messages(self, **wanted: str) -> list[dict[str, object]]:
        answer = await self.http.get("/messages.json", params=wanted)
        assert answer.status_code == 200
        return list(answer.json()["messages"])


@pytest_asyncio.fixture(loop_scope="session")
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    journal = tmp_path / "mailbox.jsonl"
    mailbox = Mailbox(Journal(journal))
    async with (
        serve_smtp(mailbox, 0) as smtp_port,
        serve_http(mailbox_app(mailbox, {}), 0) as http_port,
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{http_port}") as http,
    ):
        yield Post(journal, mailbox, smtp_port, http)


async def test_a_mail_is_kept_as_it_was_sent(post: Post) -> None:
    assert (await post.mail("<one@riverbend>", "Réminder: tomorrow", "Grüße\n\nUntil nine.")).startswith("Kept")
    (message,) = await post.messages()
    receipts = message.pop("receipts")
    assert isinstance(message.pop("received_at"), str)
    assert isinstance(receipts, list)
    assert len(receipts) == 1
    assert message == {
        "number": 1,
        "channel": "email",
        "provider": "",
        "idempotency_key": None,
        "message_id": "<one@riverbend>",
        "sender": "clinic@riverbend.example",
        "recipients": ["someone@example.org"],
        "subject": "Réminder: tomorrow",
        "body": "Grüße\n\nUntil nine.\n",
        "times": 1,
    }


async def test_what_was_acknowledged_is_on_disk_and_found_again(post: Post) -> None:
    for number in range(3):
        await post.mail(f"<{number}@riverbend>")
    await post.mail("<1@riverbend>")
    await post.text("key")
    records = [json.loads(line) for line in post.journal.read_text().splitlines()]
    assert [record["message_id"] for record in records[:4]] == [
        "<0@riverbend>",
        "<1@riverbend>",
        "<2@riverbend>",
        "<1@riverbend>",
    ]
    assert post.journal.stat().st_mode & 0o777 == 0o600

    reopened = Mailbox(Journal(post.journal))
    before = [message["number"] for message in await post.messages()]
    assert [message.number for message in reopened.newest(Filter())] == before
    message, repeated = await reopened.receive_sms("alpha/key", text("Tomorrow at 9:00."))
    assert repeated
    assert len(message.receipts) == 2


async def test_a_repeated_mail_is_shown_once_and_counted(post: Post) -> None:
    for _ in range(3):
        await post.mail("<again@riverbend>")
    await post.mail("<other@riverbend>")
    assert [(one["message_id"], one["times"]) for one in await post.messages()] == [
        ("<other@riverbend>", 1),
        ("<again@riverbend>", 3),
    ]
    page = (await post.http.get("/")).text
    assert page.count("&lt;again@riverbend&gt;") == 1
    assert "arrived 3 times" in page


async def test_mails_at_the_same_time_all_arrive(post: Post) -> None:
    await asyncio.gather(*(post.mail(f"<{number}@riverbend>") for number in range(40)))
    assert len({one["message_id"] for one in await post.messages()}) == 40


async def test_the_list_can_be_narrowed(post: Post) -> None:
    await post.mail("<1@riverbend>", subject="Reminder for Monday")
    await post.text("key")
    await post.mail("<2@riverbend>", subject="Welcome")

    async def ids(**wanted: str) -> list[object]:
        return [one["message_id"] for one in await post.messages(**wanted)]

    assert await ids(subject="Reminder") == ["<1@riverbend>"]
    assert await ids(channel="email") == ["<2@riverbend>", "<1@riverbend>"]
    assert await ids(message_id="<2@riverbend>") == ["<2@riverbend>"]
    assert len(await ids(recipient=PHONE)) == 1
    latest = str((await post.messages())[0]["received_at"])
    assert await ids(since=latest) == ["<2@riverbend>"]


@pytest.mark.parametrize(
    "query",
    ["chanel=email", "channel=fax", "since=today", "since=2026-01-01T00:00:00", "subject=a&subject=b"],
)
async def test_a_wrong_filter_is_refused_instead_of_ignored(post: Post, query: str) -> None:
    assert (await post.http.get(f"/messages.json?{query}")).status_code == 400


async def test_the_page_escapes_what_it_shows(post: Post) -> None:
    await post.mail("<x@riverbend>", subject="<script>alert(1)</script>", body="<img src=x onerror=alert(1)>")
    page = await post.http.get("/")
    assert "<script" not in page.text
    assert "<img" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert 'http-equiv="refresh"' in page.text
    assert 'http-equiv="refresh"' not in (await post.http.get("/?still")).text


async def test_the_page_leads_to_older_messages(post: Post) -> None:
    for start in range(0, 205, 41):
        numbers = range(start, start + 41)
        await asyncio.gather(*(post.text(f"key-{number}", body=f"text number {number}.") for number in numbers))
    bodies = {one["number"]: str(one["body"]) for one in await post.messages()}
    newest = (await post.http.get("/")).text
    assert [number for number, body in bodies.items() if body in newest] == list(range(205, 5, -1))
    assert 'href="/?before=6"' in newest
    older = (await post.http.get("/?before=6")).text
    assert [number for number, body in bodies.items() if body in older] == [5, 4, 3, 2, 1]
    assert "Older" not in older


async def test_a_torn_last_line_is_cut_and_the_rest_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "mailbox.jsonl"
    await Mailbox(Journal(path)).receive_sms("alpha/one", text("kept"))
    with path.open("ab") as file:
        file.write(b'{"channel": "sms", "mess')
    mailbox = Mailbox(Journal(path))
    await mailbox.receive_sms("alpha/two", text("kept too"))
    assert [message.letter.body for message in Mailbox(Journal(path)).newest(Filter())] == [
        "kept too",
        "kept",
    ]


async def test_a_mail_that_cannot_be_kept_is_not_acknowledged(post: Post) -> None:
    post.journal.mkdir()
    with pytest.raises(aiosmtplib.SMTPDataError) as caught:
        await post.mail("<lost@riverbend>")
    assert caught.value.code == 451
    assert await post.messages() == []
    post.journal.rmdir()
    await post.mail("<lost@riverbend>")
    assert len(await post.messages()) == 1


async def test_a_mail_that_is_only_html_is_shown_as_text(post: Post) -> None:
    message = EmailMessage()
    message["From"] = "clinic@riverbend.example"
    message["To"] = "someone@example.org"
    message.set_content("<p>Hello</p>", subtype="html")
    await aiosmtplib.send(message, hostname="127.0.0.1", port=post.smtp_port, start_tls=False)
    assert "&lt;p&gt;Hello&lt;/p&gt;" in (await post.http.get("/")).text
