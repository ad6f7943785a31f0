"""A hub that serves only its own pages starts, and has nothing at the addresses of protocols."""

from typing import TYPE_CHECKING

from werkzeug.test import Client
from werkzeug.wrappers import Response as Page

from hub.browser import Cookies
from hub.federation.application import ServiceSide, make_federation
from hub.federation.mishaps import Mishap
from hub.testing.hub import MemoryHub
from hub.testing.toolbox import MemoryToolbox

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


def page(environ: "WSGIEnvironment", mishap: Mishap) -> "WSGIApplication":
    return Page(mishap.code, status=mishap.status)


def test_without_a_frontend_every_protocol_address_is_the_page_for_unknown_ones() -> None:
    side = ServiceSide(
        base_url="https://hub.test",
        frontends=(),
        bind=MemoryToolbox,
        broker=MemoryHub().broker,
        cookies=Cookies(secure=False),
        error_page=page,
    )
    answer = Client(make_federation(side)).get("/.well-known/openid-configuration")
    assert (answer.status_code, answer.text) == (404, "page.not_found")
