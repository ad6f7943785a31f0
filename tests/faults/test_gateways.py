"""Mail and SMS gateways down, slow or lying: said on the page, and another means ends the login."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from threading import Event, Thread

import pytest
from structlog.testing import capture_logs

from hub import lending
from hub.outbound import Limits, Outbound, Transport
from hub.contract.values import Clock
from tests.faults.gateways import gone, lying_mail, lying_sms, mail, silent, sms
from tests.faults.told import says
from tests.faults.watch import Watch
from tests.faults.ways import (
    assert_arrived,
    at_second_step,
    awaiting_code,
    typing,
    watched,
    with_app,
)
from tests.flows.browser import Browser, Page
from tests.flows.region import Region
from tests.flows.steps import newest_code

pytestmark = pytest.mark.slow
Place = Callable[[], AbstractContextManager[int]]
BUTTON = {"sms": "SMS", "mail": "mail"}
FAULTS = pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("sms", gone),
        ("sms", silent),
        ("sms", lying_sms),
        ("mail", gone),
        ("mail", silent),
        ("mail", lying_mail),
    ],
)
CONSOLE = 'chains = { sms = ["console"], mail = ["console"] }'
TABLES = """
[outbound]
connect = "PT0.3S"
read = "PT0.3S"

[plugin.sms_http]
address = "http://127.0.0.1:{sms}/send"
success = '"status": "queued"'

[plugin.smtp]
host = "127.0.0.1"
port = {mail}
sender = "hub@region.example"
tls = "none"
timeout = 0.3
"""


@pytest.fixture(autouse=True)
def outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gateways stand outside the region, behind real sockets."""

    def outbound(
        clock: Clock, limits: Limits, own: Mapping[str, Limits], *transports: Transport | None
    ) -> Outbound:
        return Outbound(clock, limits, own)

    monkeypatch.setattr(lending, "Outbound", outbound)


@pytest.fixture
def original(region: Region) -> str:
    return (region.folder / "hub.toml").read_text(encoding="utf-8")


def joined(
    region: Region, original: str, chains: str, sms_port: int = 1, mail_port: int = 1
) -> None:
    """The same hub started again with these gateways."""
    text = original.replace('"console", "demo"', '"console", "smtp", "sms_http", "demo"')
    text = text.replace(CONSOLE, f"chains = {chains}")
    assert chains in text and '"smtp"' in text
    text += TABLES.format(sms=sms_port, mail=mail_port)
    (region.folder / "hub.toml").write_text(text, encoding="utf-8")
    region.restart()


def sound_sms(region: Region, original: str) -> None:
    with sms() as gateway:
        joined(region, original, '{ sms = ["sms_http"], mail = ["console"] }', gateway.port)
        browser, page = asked(region, "SMS")
        assert_arrived(typing(browser, page, gateway.code()))


def sound_mail(region: Region, original: str) -> None:
    with mail() as (port, code):
        joined(region, original, '{ sms = ["console"], mail = ["smtp"] }', 1, port)
        browser, page = asked(region, "mail")
        assert_arrived(typing(browser, page, code()))


def asked(region: Region, button: str) -> tuple[Browser, Page]:
    """At the page that asks for a code, once the worker has done what it could."""
    browser = region.browser()
    page = awaiting_code(browser, at_second_step(browser), button)
    region.app.worker.turn()
    return browser, browser.open(page.address)


@FAULTS
def test_a_gateway_that_fails_is_said_and_another_means_ends_the_login(
    region: Region, watch: Watch, original: str, kind: str, place: Place
) -> None:
    (sound_sms if kind == "sms" else sound_mail)(region, original)
    region.clock.now += timedelta(seconds=31)
    watch.begin()
    with place() as port, capture_logs() as logs:
        chains = '{ sms = ["sms_http"], mail = ["smtp"] }'
        joined(region, original, chains, port, port)
        browser, page = asked(region, BUTTON[kind])
    assert "message.failed" in [line["event"] for line in logs]
    assert "+3363998" not in str(logs) and "pharmacie-du-pont" not in str(logs)
    assert says(page, f"sent_code.state.failed.{kind}", "sent_code")
    assert 'http-equiv="refresh"' not in page.text
    watch.assert_a_password_opened_nothing_more()
    assert_arrived(with_app(region, browser, page))
    watch.assert_one_is_in()


@FAULTS
def test_the_next_carrier_of_the_chain_takes_what_the_first_one_failed(
    region: Region, watch: Watch, original: str, kind: str, place: Place
) -> None:
    (sound_sms if kind == "sms" else sound_mail)(region, original)
    for ending in (by_code, by_app):
        region.clock.now += timedelta(seconds=31)
        watch.begin()
        with place() as port, capture_logs() as logs:
            chains = '{ sms = ["sms_http", "console"], mail = ["smtp", "console"] }'
            joined(region, original, chains, port, port)
            browser, page = asked(region, BUTTON[kind])
        failed = [line["carrier"] for line in logs if line["event"] == "carrier.failed"]
        # A browser nobody knew is told of by mail, through the same chain.
        assert sorted(failed) == sorted(["smtp", {"sms": "sms_http", "mail": "smtp"}[kind]])
        assert says(page, f"sent_code.state.handed_over.{kind}", "sent_code")
        watch.assert_a_password_opened_nothing_more()
        assert_arrived(ending(region, browser, page))
        watch.assert_one_is_in()


def by_code(region: Region, browser: Browser, page: Page) -> Page:
    return typing(browser, page, newest_code(region))


def by_app(region: Region, browser: Browser, page: Page) -> Page:
    return with_app(region, browser, page)


def test_nobody_waits_for_a_gateway_that_is_slow(
    region: Region, watch: Watch, original: str
) -> None:
    sound_sms(region, original)
    region.clock.now += timedelta(seconds=31)
    reached, released = Event(), Event()

    def slowly() -> None:
        reached.set()
        released.wait(10)

    with sms() as gateway:
        gateway.meanwhile = slowly
        joined(region, original, '{ sms = ["sms_http"], mail = ["console"] }', gateway.port)
        watch.begin()
        browser = region.browser()
        page = awaiting_code(browser, at_second_step(browser))
        worker = Thread(target=region.app.worker.turn)
        worker.start()
        try:
            assert reached.wait(10)
            page = browser.open(page.address)
            assert says(watched(browser, page), "sent_code.state.waiting.sms", "sent_code")
            assert_arrived(with_app(region, browser, page))
        finally:
            released.set()
            worker.join()
    watch.assert_one_is_in()
