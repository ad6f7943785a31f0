"""Oversized or malformed forms, headers and queries: a clear refusal, and the login goes on."""

from collections.abc import Mapping
from urllib.parse import urlencode

import pytest

from hub_plugins.demo.notice import PASSWORD
from tests.faults.rough import FORM, RoughBrowser, rough
from tests.faults.told import assert_clear, says
from tests.faults.watch import Watch
from tests.faults.ways import LOGIN, TARGET, assert_arrived, by_mail, sound, with_app
from tests.flows.browser import Page
from tests.flows.region import HUB, Region
from tests.flows.steps import with_password

pytestmark = pytest.mark.slow
MULTIPART = "multipart/form-data"
NONE: Mapping[str, str] = {}
LONG = "a" * 9000
AUTHORIZE = f"{HUB}/oidc/authorize?response_type=code&client_id=medimail&scope=openid"


@pytest.fixture
def browser(region: Region, watch: Watch) -> RoughBrowser:
    sound(region)
    watch.begin()
    return rough(region)


def right(page: Page) -> bytes:
    """The form as it should be filled in."""
    typed = {"identifier": LOGIN, "password": PASSWORD}
    return urlencode(page.form(asking="identifier").sent(typed, "")).encode()


def still_arrives(region: Region, watch: Watch, browser: RoughBrowser, page: Page) -> None:
    watch.assert_nobody_is_in()
    assert watch.proofs() == []
    page = with_password(browser, browser.open(page.address), LOGIN)
    assert_arrived(by_mail(region, browser, page))
    watch.assert_one_is_in()


@pytest.mark.parametrize(
    ("added", "headers", "kind", "status", "why"),
    [
        (b"&more=" + b"a" * 70_000, NONE, FORM, 413, "error.413.why"),
        (b"".join(b"&f%d=x" % n for n in range(60)), NONE, FORM, 413, "error.413.why"),
        (b"", {"X-Long": "a" * 17_000}, FORM, 431, "error.431.why"),
        (b"", {"Cookie": "hub_browser=" + "a" * 17_000}, FORM, 431, "error.431.why"),
        (b"", {"Origin": "https://evil.test"}, FORM, 403, "error.403.why"),
        (b"", {"Sec-Fetch-Site": "cross-site"}, FORM, 403, "error.403.why"),
    ],
)
def test_a_form_no_page_of_ours_sends_is_refused_whole(
    region: Region,
    watch: Watch,
    browser: RoughBrowser,
    added: bytes,
    headers: Mapping[str, str],
    kind: str,
    status: int,
    why: str,
) -> None:
    page = browser.open(TARGET)
    action = page.form(asking="identifier").action
    answer = browser.send_raw(action, right(page) + added, headers, kind)
    assert answer.status == status and says(answer, why)
    assert_clear(answer)
    still_arrives(region, watch, browser, page)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", FORM),
        (b"%%%=%zz&\xff\xfe=\x00", FORM),
        (b'{"identifier": "nadia.benali"}', "application/json"),
        (b"--x\r\nContent-Disposition: form-data\r\n", f"{MULTIPART}; boundary=x"),
        (b"nothing that fits", MULTIPART),
        (b"\x00" * 1000, "application/octet-stream"),
    ],
)
def test_a_form_that_cannot_be_read_moves_nothing(
    region: Region, watch: Watch, browser: RoughBrowser, body: bytes, kind: str
) -> None:
    page = browser.open(TARGET)
    answer = browser.send_raw(page.form(asking="identifier").action, body, NONE, kind)
    assert answer.status < 500
    # Without our token it is somebody else's form: the page is drawn again, with a fresh one.
    assert answer.status in (400, 413) or answer.has("identifier")
    still_arrives(region, watch, browser, page)


def test_a_name_of_odd_signs_is_a_wrong_name(
    region: Region, watch: Watch, browser: RoughBrowser
) -> None:
    page = browser.open(TARGET)
    for odd in ("\x00", "\ud7ff\uffff", "a" * 5000, "%00%0d%0a", "' OR 1=1 --", "{{7*7}}"):
        watch.begin()
        answer = with_password(browser, page, odd, "x")
        assert watch.reasons() == ["password.wrong"]
        assert answer.status == 200 and "49" not in answer.alert()
    still_arrives(region, watch, browser, page)


@pytest.mark.parametrize(
    ("address", "status", "why"),
    [
        (f"{HUB}/?{LONG}", 414, "error.414.why"),
        (f"{HUB}/{LONG}", 414, "error.414.why"),
        (f"{HUB}/login/{'a' * 300}", 410, "error.finished.why"),
        (f"{HUB}/login/%00%0d%0a", 404, "error.404.why"),
        (f"{HUB}/broker/complete/nothing", 410, "error.finished.why"),
        (f"{HUB}/broker/else", 404, "error.404.why"),
        (f"{HUB}/nowhere", 404, "error.404.why"),
        (f"{HUB}/oidc/authorize?" + "&".join(f"a{n}=1" for n in range(300)), 400, "error.400.why"),
    ],
)
def test_an_address_that_leads_nowhere_says_so(
    region: Region, watch: Watch, browser: RoughBrowser, address: str, status: int, why: str
) -> None:
    page = browser.open(TARGET)
    answer = browser.open(address)
    assert answer.status == status and says(answer, why), answer.words
    assert_clear(answer)
    still_arrives(region, watch, browser, page)


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("response_type=token", "unsupported_response_type"),
        ("code_challenge=short", "invalid_request"),
        ("code_challenge_method=plain", "invalid_request"),
        ("max_age=-1", "invalid_request"),
        ("prompt=none+login", "invalid_request"),
        ("claims=%7B", "invalid_request"),
        ("id_token_hint=e30.e30.e30", "invalid_request"),
        ("scope=mail", "invalid_scope"),
        ("request=e30", "request_not_supported"),
        ("login_hint=%00", "invalid_request"),
    ],
)
def test_a_request_a_service_should_not_make_gets_its_protocol_s_error(
    region: Region, watch: Watch, browser: RoughBrowser, query: str, error: str
) -> None:
    page = browser.open(TARGET)
    other = rough(region)
    asked = other.led_to(TARGET)
    name = query.partition("=")[0]
    kept = [pair for pair in asked.partition("?")[2].split("&") if not pair.startswith(f"{name}=")]
    back = other.led_to(f"{HUB}/oidc/authorize?{'&'.join([*kept, query])}")
    assert back.startswith("http://localhost:8001/signed-in?") and f"error={error}" in back
    assert "code=" not in back.replace("error_code", "")
    watch.assert_nobody_is_in()
    assert_arrived(with_app(region, browser, with_password(browser, page, LOGIN)))


@pytest.mark.parametrize("length", ["-1", "1e3", "99999999999", "٣", ""])
def test_a_length_that_is_nonsense_reads_nothing(
    region: Region, watch: Watch, browser: RoughBrowser, length: str
) -> None:
    for path in ("/oidc/token", "/oidc/revoke", "/logout"):
        status, body = posted(region, path, length)
        assert status.startswith("4"), (path, status)
        assert b"Traceback" not in body
    page = browser.open(TARGET)
    still_arrives(region, watch, browser, page)


def posted(region: Region, path: str, length: str) -> tuple[str, bytes]:
    """The status and body of the answer to a POST of that length, as its sender states it."""
    answered: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "CONTENT_LENGTH": length,
        "CONTENT_TYPE": FORM,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "wsgi.url_scheme": "http",
        "wsgi.input": _Unread(),
    }
    body = b"".join(region.serve(environ, lambda status, *rest: answered.append(status)))
    return answered[0], body


class _Unread:
    """A body that never ends: reading it whole would fill the memory."""

    def read(self, size: int = -1) -> bytes:
        assert 0 <= size <= 70_000, size
        return b""

    def readline(self, size: int = -1) -> bytes:
        return self.read(size)
