from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from satosa.context import Context
from satosa.frontends.base import FrontendModule
from satosa.internal import InternalData
from satosa.response import Response
from werkzeug.test import Client
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response as Page

from hub.browser import Cookies
from hub.contract.errors import RequestRefused, StoreUnavailable
from hub.contract.federation import LOGIN_REQUEST, RAW_REQUEST, RawRequest, SatosaModule
from hub.contract.identifiers import LoginId, ServiceId
from hub.contract.login import Asked, LoginRequest
from hub.contract.toolbox import Toolbox
from hub.broker.outcomes import Browser
from hub.federation.application import ServiceSide, make_federation
from hub.federation.mishaps import Mishap
from hub.testing.hub import NOON, MemoryHub
from hub.testing.toolbox import MemoryToolbox

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

FAULTS: Mapping[str, Exception] = {
    "refused": RequestRefused("oidc.unknown_client"),
    "broken": RuntimeError("secret of Ann Martin"),
    "down": StoreUnavailable("database"),
}


class Frontend(FrontendModule):  # type: ignore[misc]
    """A protocol of one word: `begin?passive` asks, `told <subject>` or the reason answers."""

    toolbox: Toolbox | None = None

    def __init__(
        self, callback: Any, attributes: Any, config: Mapping[str, Any], base_url: str, name: str
    ) -> None:
        super().__init__(callback, attributes, base_url, name)

    def bind(self, toolbox: Toolbox) -> None:
        self.toolbox = toolbox

    def register_endpoints(self, backend_names: list[str]) -> list[Any]:
        return [
            ("^word/begin$", self._begin),
            ("^word/wire$", self._wire),
            ("^word/(refused|broken|down)$", self._fail),
        ]

    def handle_authn_response(self, context: Context, internal_resp: InternalData) -> Response:
        return Response(f"told {context.state['word']} {internal_resp.subject_id}")

    def handle_backend_error(self, exception: Any) -> Response:
        return Response(f"{exception.state['word']} {exception.why}")

    def _begin(self, context: Context) -> Response:
        assert self.toolbox is not None
        context.state["word"] = context.qs_params.get("word", "")
        asked = Asked(passive="passive" in context.qs_params)
        request = LoginRequest(service=ServiceId("low"), received_at=NOON, asked=asked)
        context.decorate(LOGIN_REQUEST, request)
        return self.auth_req_callback_func(context, InternalData(requester="low"))

    def _wire(self, context: Context) -> Response:
        raw: RawRequest = context.get_decoration(RAW_REQUEST)
        return Response(f"{raw.method} {raw.query} {raw.body!r} {raw.content_type}")

    def _fail(self, context: Context) -> Response:
        raise FAULTS[context.path.partition("/")[2]]


class Side:
    def __init__(self) -> None:
        self.hub = MemoryHub()
        self.mishaps: list[Mishap] = []
        self.served: list[tuple[str, str, int]] = []
        word = SatosaModule(name="word", module=f"{__name__}.Frontend", config={})
        side = ServiceSide(
            base_url="https://hub.test",
            frontends=[word],
            bind=lambda name: MemoryToolbox(name),
            broker=self.hub.broker,
            cookies=Cookies(secure=False),
            error_page=self._page,
            served=lambda *told: self.served.append(told[:3]),
        )
        self.browser = Client(make_federation(side))

    def _page(self, environ: "WSGIEnvironment", mishap: Mishap) -> "WSGIApplication":
        self.mishaps.append(mishap)
        return Page(mishap.code, status=mishap.status)

    def sign_in(self, login: str) -> None:
        bound = self.browser.get_cookie("hub_browser")
        assert bound
        self.hub.browser = Browser(key=bound.value, session=None, source="127.0.0.0/24")
        self.hub.login = LoginId(login)
        self.hub.prove("password")
        assert self.hub.browser.session
        self.browser.set_cookie("hub_session", self.hub.browser.session)


@pytest.fixture
def side() -> Iterator[Side]:
    yield Side()


def login_of(answer: TestResponse) -> str:
    return answer.location.removeprefix("/login/")


def test_two_tabs_each_come_back_to_where_they_began(side: Side) -> None:
    first = login_of(side.browser.get("/word/begin?word=one"))
    second = login_of(side.browser.get("/word/begin?word=two"))
    side.sign_in(second)
    assert side.browser.get(f"/broker/complete/{first}").text.startswith("told one ")
    assert side.browser.get(f"/broker/complete/{second}").text.startswith("told two ")


def test_a_reason_comes_back_to_the_frontend_that_asked(side: Side) -> None:
    assert side.browser.get("/word/begin?word=w&passive=1").text == "w login_required"


def test_no_state_and_no_session_is_put_into_a_cookie(side: Side) -> None:
    began = side.browser.get("/word/begin?word=one")
    [cookie] = began.headers.getlist("Set-Cookie")
    assert cookie.startswith("hub_browser=")
    again = side.browser.get("/word/begin?word=two")
    assert "Set-Cookie" not in again.headers


def test_a_login_opens_in_no_other_browser(side: Side) -> None:
    login = login_of(side.browser.get("/word/begin"))
    side.browser.delete_cookie("hub_browser")
    assert side.browser.get(f"/broker/complete/{login}").status_code == 410
    assert side.mishaps[0].code == "login.other_browser"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/word/refused", 400, "oidc.unknown_client"),
        ("/word/broken", 500, "page.failed"),
        ("/word/down", 503, "page.unavailable"),
        ("/word/nothing", 404, "page.not_found"),
        ("/word/begin%0A", 404, "page.not_found"),
        ("/xword/begin", 404, "page.not_found"),
        ("/", 404, "page.not_found"),
        ("/broker/complete/nobody", 410, "login.finished"),
        ("/broker/complete/a/b", 404, "page.not_found"),
    ],
)
def test_whatever_happens_the_person_reads_one_page(
    side: Side, path: str, status: int, code: str
) -> None:
    answer = side.browser.get(path)
    assert (answer.status_code, answer.text) == (status, code)
    assert side.mishaps[0].support


def test_the_log_has_the_place_and_the_support_code_but_no_word_of_the_error(
    side: Side, caplog: pytest.LogCaptureFixture
) -> None:
    side.browser.get("/word/broken")
    assert side.mishaps[0].support in caplog.text and "RuntimeError" in caplog.text
    assert "Ann" not in caplog.text


@pytest.mark.parametrize(
    ("length", "status"), [("65537", 413), ("9" * 30, 413), ("-1", 400), ("x", 400), ("٣", 400)]
)
def test_no_more_than_a_bounded_body_is_read(side: Side, length: str, status: int) -> None:
    stream = BytesIO(b"a" * 70_000)
    environ: Any = {"CONTENT_LENGTH": length, "wsgi.input": stream}
    answer = side.browser.post("/word/wire", environ_overrides=environ)
    assert answer.status_code == status and stream.tell() == 0


def test_frontends_see_the_request_as_it_was_sent(side: Side) -> None:
    kind = "application/X-www-form-urlencoded; charset=utf-8"
    answer = side.browser.post("/word/wire?a=1&a=2", data=b"b=%2F&b", content_type=kind)
    assert answer.text == "POST a=1&a=2 b'b=%2F&b' application/x-www-form-urlencoded"


def test_a_redirect_says_nothing_but_where(side: Side) -> None:
    answer = side.browser.get("/word/begin?word=<script>")
    assert answer.status_code == 303 and answer.data == b""
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_head_request_gets_headers_only(side: Side) -> None:
    answer = side.browser.head("/word/wire")
    assert answer.status_code == 200 and answer.data == b""


def test_an_answer_is_told_of_by_its_endpoint_and_never_by_an_id(side: Side) -> None:
    login = login_of(side.browser.get("/word/begin?word=secret"))
    side.sign_in(login)
    side.browser.get(f"/broker/complete/{login}")
    assert side.served == [("GET", "/word/begin", 303), ("GET", "/broker/complete", 200)]
