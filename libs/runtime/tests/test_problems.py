"""Problem documents: one status per kind, the field and the rule by name, never a value."""

import json
from collections.abc import AsyncIterator

import pytest

from libs.runtime.tests.conftest import App
from stepwell_runtime.http.middleware import BODY_LIMIT

PATH = "/v1/episodes/0193/assessments"
GOOD = {"note": "well", "ratings": {"withdrawal": 1}}


@pytest.mark.parametrize(
    ("kind", "status", "code", "fields"),
    [
        ("invalid", 422, "cows_too_low", [{"path": "cows.score", "problem": "is below 8", "rule": "bup-start-1"}]),
        ("not_found", 404, "order_not_found", []),
        ("conflict", 409, "session_full", [{"path": "", "problem": "no seat is left", "rule": "group-size-1"}]),
        ("forbidden", 403, "not_granted", []),
        ("unavailable", 503, "database_unavailable", []),
        ("bug", 500, "stream_not_locked", []),
    ],
)
async def test_each_kind_has_its_status(app: App, kind: str, status: int, code: str, fields: object) -> None:
    answer = await app.send("GET", f"/v1/errors/{kind}")
    document = answer.json()
    assert (answer.status_code, document["status"], document["code"]) == (status, status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert document["type"] == f"urn:stepwell:problem:{code}"
    assert document["fields"] == fields
    assert ("retry-after" in answer.headers) == (status == 503)
    assert "Jane" not in answer.text


async def test_a_crash_is_answered_without_its_words(app: App) -> None:
    answer = await app.send("GET", "/v1/crash/Jane-Roe")
    assert (answer.status_code, answer.json()["code"]) == (500, "bug")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Jane" not in answer.text


async def test_every_wrong_field_is_named_and_no_value_is_repeated(app: App) -> None:
    body = {"note": ["Jane Roe"], "ratings": {"withdrawal": "Jane Roe"}, "surprise": "Jane Roe"}
    answer = await app.send("POST", PATH, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid")
    assert [field["path"] for field in answer.json()["fields"]] == [
        "body.note",
        "body.ratings.withdrawal",
        "body.surprise",
    ]
    assert all(field["problem"] for field in answer.json()["fields"])
    assert "Jane" not in answer.text
    assert app.handled == []


async def test_a_wrong_query_is_named(app: App) -> None:
    answer = await app.send("GET", "/v1/caller", params={"most": "10"})
    assert (answer.status_code, [f["path"] for f in answer.json()["fields"]]) == (422, ["query.most"])


@pytest.mark.parametrize(
    "content",
    [b"{", b"", b"\xff\xfe", b'{"note": ', b"[" * 100_000, b"note=1"],
    ids=["open", "empty", "not utf-8", "cut", "deep", "form"],
)
async def test_a_body_that_is_no_json_is_a_bad_request(app: App, content: bytes) -> None:
    answer = await app.send("POST", PATH, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == (422 if content == b"" else 400)
    assert answer.headers["content-type"] == "application/problem+json"
    assert app.handled == []


@pytest.mark.parametrize(
    "content", [b'{"note": "\\ud800"}', b'{"\\ud800": 1}', b'{"note": 1e999}', b"NaN", b"7", b"null"]
)
async def test_odd_json_is_told_to_be_invalid(app: App, content: bytes) -> None:
    answer = await app.send("POST", PATH, content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid")


async def test_unknown_paths_and_methods_are_problems_too(app: App) -> None:
    unknown = await app.send("GET", "/v1/nothing")
    wrong = await app.send("DELETE", "/v1/caller")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    assert wrong.headers["allow"] == "GET"
    assert wrong.headers["content-type"] == "application/problem+json"


def body_of(size: int) -> bytes:
    frame = len(json.dumps(GOOD | {"note": ""}))
    return json.dumps(GOOD | {"note": "x" * (size - frame)}).encode()


async def in_chunks(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 64 * 1024):
        yield content[start : start + 64 * 1024]


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_has_at_most_a_mebibyte(app: App, *, chunked: bool) -> None:
    codes = []
    for size, status in ((BODY_LIMIT, 200), (BODY_LIMIT + 1, 413)):
        content = body_of(size)
        assert len(content) == size
        answer = await app.send(
            "POST",
            PATH,
            content=in_chunks(content) if chunked else content,
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code == status
        codes.append(answer.json().get("code"))
    assert codes == [None, "body_too_large"]
    assert len(app.handled) == 1
