"""SAML judged by npm node-saml in a browser: what it asks, what it verifies, how it leaves."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page

from hub.contract.values import value
from tests.peers.authority import Authority
from tests.peers.hub_process import Carriers, HubProcess, configuration, served, set_up
from tests.peers.mail import Mailbox, mail_server
from tests.peers.node_saml import described, protected_by_node_saml
from tests.peers.parts import node_module
from tests.peers.region import ANN, type_password
from tests.peers.sites import Site, site

_CLASSES = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
PASSWORD = f"{_CLASSES}PasswordProtectedTransport"
TWO_FACTORS = f"{_CLASSES}MobileTwoFactorContract"
FAMILY_NAME = "urn:oid:2.5.4.4"
_TABLES = """
[messages]
chains = {{ mail = ["smtp"] }}
[plugin.smtp]
host = "127.0.0.1"
port = {mailbox.port}
tls = "none"
sender = "hub@hub.test"
[service.images]
title = "Images"
summary = "Imagerie"
minimum = "simple"
claims = ["given_name", "family_name"]
launch = "{images.origin}/"
frontend = "saml"
[service.images.saml]
metadata = "images.xml"
"""


@value
class Place:
    hub: HubProcess
    images: Site
    mailbox: Mailbox


@pytest.fixture(scope="module")
def here(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    node_module("@node-saml/node-saml")
    folder = tmp_path_factory.mktemp("node-saml")
    images = site(authority, "images.test")
    hub = HubProcess(site=site(authority, "hub.test"), root=authority.root, folder=folder)
    (folder / "images.xml").write_text(described(images).metadata(), encoding="utf-8")
    with ExitStack() as others:
        mailbox = others.enter_context(mail_server())
        tables = _TABLES.format(mailbox=mailbox, images=images)
        carriers = Carriers(plugins=("saml", "sent_code", "smtp"), tables=tables)
        text = configuration(hub.site, f"sqlite:///{folder}/hub.db", (), carriers)
        set_up(hub, text, (), ANN.described())
        others.enter_context(served(hub))
        with hub.get("/saml/metadata") as answer:
            published = answer.read()
        others.enter_context(protected_by_node_saml(images, hub.issuer, published, folder))
        yield Place(hub=hub, images=images, mailbox=mailbox)


def asked(page: Page, here: Place, query: str = "") -> None:
    page.goto(f"{here.images.origin}/{query}")


def at_the_door(page: Page, here: Place) -> bool:
    address: str = page.url
    return address.startswith(f"{here.hub.issuer}/login/")


def signed_in(page: Page, here: Place) -> dict[str, Any]:
    asked(page, here)
    assert at_the_door(page, here), page.content()
    type_password(page, ANN.login, ANN.password)
    return told(page, here)


def told(page: Page, here: Place, element: str = "profile") -> dict[str, Any]:
    page.wait_for_url(f"{here.images.origin}/**")
    shown = page.locator("pre")
    assert shown.get_attribute("id") == element, shown.inner_text()
    said: dict[str, Any] = json.loads(shown.inner_text())
    return said


def test_node_saml_opens_and_verifies_what_was_signed_and_hidden_for_it(
    page: Page, here: Place
) -> None:
    first = signed_in(page, here)
    assert first["sealed"]
    assert first["issuer"] == f"{here.hub.issuer}/saml/metadata"
    assert first[FAMILY_NAME] == ANN.family_name
    assert first["relay"] == "deep/é?x=1"
    assert first["nameIDFormat"].endswith(":persistent")
    asked(page, here)
    again = told(page, here)
    assert (again["nameID"], again["at"]) == (first["nameID"], first["at"])


def test_a_stranger_asked_without_a_page_is_nobody_by_a_signed_answer(
    page: Page, here: Place
) -> None:
    asked(page, here, "?passive")
    assert told(page, here, "nobody")["relay"] == "deep/é?x=1"


def test_a_forced_question_asks_for_the_password_in_a_session_that_lives(
    page: Page, here: Place
) -> None:
    first = signed_in(page, here)
    asked(page, here, "?force")
    assert at_the_door(page, here)
    page.locator("input[type=password]").fill(ANN.password)
    page.keyboard.press("Enter")
    forced = told(page, here)
    assert forced["nameID"] == first["nameID"]
    assert forced["at"] >= first["at"]


def test_a_class_above_the_session_adds_one_proof_and_comes_back_by_its_name(
    page: Page, here: Place
) -> None:
    first = signed_in(page, here)
    asked(page, here, f"?class={quote(PASSWORD)}")
    assert told(page, here)["class"] == PASSWORD
    asked(page, here, f"?class={quote(TWO_FACTORS)}&comparison=minimum")
    page.get_by_role("button", name="Par mail").press("Enter")
    found = re.search(r"\b\d{6}\b", here.mailbox.next().get_content())
    assert found
    page.locator("input[name=code]").fill(found[0])
    page.keyboard.press("Enter")
    second = told(page, here)
    assert second["class"] == TWO_FACTORS
    assert second["sessionIndex"] == first["sessionIndex"]


def test_a_class_nobody_knows_is_refused_in_the_protocol(page: Page, here: Place) -> None:
    asked(page, here, "?class=urn:nobody:knows")
    assert "NoAuthnContext" in told(page, here, "error")["message"]


def test_leaving_at_the_service_leaves_the_hub(page: Page, here: Place) -> None:
    signed_in(page, here)
    page.goto(f"{here.images.origin}/leave")
    assert told(page, here, "left")["relay"] == "left"
    asked(page, here)
    assert at_the_door(page, here)


def test_leaving_the_hub_leaves_the_service(page: Page, here: Place) -> None:
    signed_in(page, here)
    page.goto(f"{here.hub.issuer}/logout")
    with page.expect_response(lambda answer: "/slo?SAMLRequest=" in answer.url) as came:
        page.locator("form[action='/logout'] button").first.click()
    assert came.value.status == 303
    page.wait_for_url(f"{here.hub.issuer}/logout/*")
    asked(page, here)
    assert at_the_door(page, here)
