"""Signing in and out through the real local issuer, and everything that is refused on the way."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from services.operations.tests.open_console import COUNSELOR, FACILITY, OPERATOR, OpenConsole, parsed, texts
from stepwell_kernel.ids import new_id
from stepwell_operations.console.gate import is_own_path

SESSION = "stepwell_session"
SIGN_IN = "stepwell_sign_in"


def csrf_of(html: str) -> str:
    field = parsed(html).find(".//input[@name='csrf']")
    assert field is not None
    return field.get("value", "")


async def test_a_person_signs_in_and_lands_where_they_wanted_to_go(console: OpenConsole) -> None:
    browser = await console.browser()
    address = await console.leave(browser, "/journeys?phase=treatment")
    asked = dict(parse_qsl(urlsplit(address).query))
    assert asked["redirect_uri"] == f"{console.url}/signed-in"
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    answer = await console.come_back(browser, COUNSELOR, address)
    assert (answer.status_code, answer.headers["location"]) == (303, "/journeys?phase=treatment")
    page = await browser.get("/journeys?phase=treatment")
    assert page.status_code == 200
    assert texts(parsed(page.text), ".//form[@action='/sign-out']/span") == ["Jordan Ellis"]


async def test_the_session_is_a_cookie_that_scripts_and_other_sites_do_not_get(console: OpenConsole) -> None:
    browser = await console.browser()
    answer = await console.come_back(browser, COUNSELOR, await console.leave(browser, "/"))
    cookies = [header.lower() for header in answer.headers.get_list("set-cookie")]
    (given,) = [cookie for cookie in cookies if cookie.startswith(f"{SESSION}=")]
    assert {"httponly", "samesite=lax", "path=/", "max-age=36000"} <= set(given.split("; "))
    assert any(cookie.startswith(f'{SIGN_IN}=""') and "max-age=0" in cookie for cookie in cookies)
    value = browser.cookies[SESSION]
    row = (await console.edge.rows("select cookie_hash::text as hash, person::text as person from console_session"))[0]
    assert value not in row["hash"]
    assert str(FACILITY) in row["person"]


async def test_an_answer_counts_once_and_in_the_browser_that_asked(console: OpenConsole) -> None:
    browser, thief = await console.browser(), await console.browser()
    address = await console.leave(browser, "/")
    stolen = await console.come_back(thief, COUNSELOR, address)
    assert stolen.status_code == 401
    assert SESSION not in thief.cookies
    assert (await console.come_back(browser, COUNSELOR, address)).status_code == 303
    again = await console.come_back(browser, COUNSELOR, address)
    assert again.status_code == 401
    assert "No sign-in is under way in this browser." in again.text


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "another"},
        {"state": ""},
        {"code": "made-up"},
        {"code": ""},
        {"iss": "http://127.0.0.1:1"},
        {"code": "", "error": "access_denied"},
    ],
    ids=["other state", "no state", "other code", "no code", "other issuer", "refused"],
)
async def test_a_changed_answer_signs_nobody_in(console: OpenConsole, changes: dict[str, str]) -> None:
    browser = await console.browser()
    answer = await console.come_back(browser, COUNSELOR, await console.leave(browser, "/"), **changes)
    assert answer.status_code == 401
    assert "You are not signed in" in answer.text
    assert SESSION not in browser.cookies
    assert await console.edge.value("select count(*) from console_session") == 0


@pytest.mark.parametrize("kept", ["nonce", "verifier"])
async def test_a_sign_in_of_another_browser_cannot_be_slipped_in(console: OpenConsole, kept: str) -> None:
    browser = await console.browser()
    address = await console.leave(browser, "/")
    await console.edge.rows(f"update console_sign_in set {kept} = repeat('x', 43)")
    answer = await console.come_back(browser, COUNSELOR, address)
    assert answer.status_code == 401
    assert SESSION not in browser.cookies


async def test_a_sign_in_that_took_too_long_is_begun_anew(console: OpenConsole) -> None:
    browser = await console.browser()
    address = await console.leave(browser, "/")
    await console.edge.rows("update console_sign_in set ends_at = clock_timestamp() - interval '1 second'")
    assert (await console.come_back(browser, COUNSELOR, address)).status_code == 401


async def test_a_session_ends_by_its_time(console: OpenConsole) -> None:
    browser = await console.signed_in(OPERATOR)
    assert (await browser.get("/")).status_code == 200
    await console.edge.rows("update console_session set ends_at = clock_timestamp() - interval '1 second'")
    assert (await browser.get("/")).status_code == 303
    await console.leave(await console.browser(), "/")
    assert await console.edge.value("select count(*) from console_session") == 0


async def test_signing_out_takes_the_token_of_the_page(console: OpenConsole) -> None:
    browser = await console.signed_in(OPERATOR)
    for wrong in ({}, {"csrf": "x"}, {"csrf": "ü"}):
        refused = await browser.post("/sign-out", data=wrong)
        assert (refused.status_code, refused.headers["x-problem-code"]) == (403, "csrf_mismatch")
    page = await browser.get("/")
    assert page.status_code == 200
    assert (await browser.get("/sign-out")).status_code == 405
    cookie = browser.cookies[SESSION]
    done = await browser.post("/sign-out", data={"csrf": csrf_of(page.text)})
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert SESSION not in browser.cookies
    kept = await console.browser()
    kept.cookies.set(SESSION, cookie)
    assert (await kept.get("/")).status_code == 303


async def test_signing_in_again_ends_the_session_before(console: OpenConsole) -> None:
    browser = await console.signed_in(OPERATOR)
    former = browser.cookies[SESSION]
    begun = await browser.get("/sign-in")
    assert (await console.come_back(browser, COUNSELOR, begun.headers["location"])).status_code == 303
    assert browser.cookies[SESSION] != former
    assert await console.edge.value("select count(*) from console_session") == 1


@pytest.mark.parametrize(
    "target", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example", "/a\r\nb", "elsewhere", ""]
)
async def test_nobody_is_led_astray_after_signing_in(console: OpenConsole, target: str) -> None:
    assert not is_own_path(target)
    browser = await console.browser()
    begun = await browser.get("/sign-in", params={"target": target})
    answer = await console.come_back(browser, OPERATOR, begun.headers["location"])
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_a_browser_at_another_name_of_the_machine_is_sent_to_the_one_address(console: OpenConsole) -> None:
    browser = await console.browser()
    other = console.url.replace("127.0.0.1", "localhost")
    answer = await browser.get(f"{other}/sign-in", params={"target": "/journeys"})
    assert answer.headers["location"] == f"{console.url}/sign-in?target=%2Fjourneys"


async def test_a_made_up_cookie_opens_nothing(console: OpenConsole) -> None:
    browser = await console.browser()
    browser.cookies.set(SESSION, str(new_id()))
    answer = await browser.get("/journeys")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?target=%2Fjourneys")
