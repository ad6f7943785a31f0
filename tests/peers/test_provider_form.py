"""A provider that is posted to, and posts back from another site: in a browser with its cookies."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from hub.testing.running import RunningHub, running_hub
from tests.federation.visits import ANN, PASSWORD, word
from tests.peers.authority import Authority
from tests.peers.sites import Site, site

BACK = """<!doctype html><title>Clinic</title>
<form method="post" action="{to}"><input type="hidden" name="RelayState" value="{state}">
<input type="hidden" name="who" value="1"><input type="hidden" name="rpps" value="99700000001">
<button>Go on</button></form><script>document.forms[0].submit()</script>"""


@pytest.fixture
def hub(authority: Authority, tmp_path: Path) -> Iterator[str]:
    """The address of a hub that sends people to a clinic, at another site, by a form."""
    here, clinic = site(authority, "hub.test"), site(authority, "clinic.test")
    there = word(title="Clinic", config={"form": True, "at": f"{clinic.origin}/sso"})
    running: RunningHub = running_hub(
        tmp_path, provider={"word": there}, public_address=here.origin
    )
    running.settle(ANN, password=PASSWORD)
    with ExitStack() as sites:
        sites.enter_context(_served(here, running.app.wsgi))
        sites.enter_context(_served(clinic, _clinic(f"{here.origin}/word/callback")))
        yield here.origin


def _clinic(to: str) -> Callable[..., Any]:
    @Request.application
    def answer(request: Request) -> Response:
        page = BACK.format(to=to, state=request.form["RelayState"])
        return Response(page, mimetype="text/html")

    return answer


@contextmanager
def _served(at: Site, app: Any) -> Iterator[None]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(at.certificate.chain, at.certificate.key)
    server = make_server("127.0.0.1", at.port, app, threaded=True, ssl_context=context)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def _visit(browser: Browser, *, scripts: bool) -> Iterator[Page]:
    with browser.new_context(java_script_enabled=scripts, locale="fr-FR") as context:
        yield context.new_page()


def test_with_scripts_one_click_leads_there_and_back(browser: Browser, hub: str) -> None:
    complaints: list[str] = []
    with _visit(browser, scripts=True) as page:
        page.on("console", lambda told: complaints.append(told.text))
        page.goto(f"{hub}/services")
        page.locator("form[action$='/word'] button").click()
        page.wait_for_url(f"{hub}/services")
        assert "Ann Martin" in page.locator("body").inner_text()
    assert [each for each in complaints if "Content Security Policy" in each] == []


def test_without_scripts_its_buttons_lead_there_and_back(browser: Browser, hub: str) -> None:
    with _visit(browser, scripts=False) as page:
        page.goto(f"{hub}/services")
        page.locator("form[action$='/word'] button").click()
        page.locator("#away button").click()
        page.get_by_text("Go on").click()
        page.wait_for_url(f"{hub}/services")
        assert "Ann Martin" in page.locator("body").inner_text()
