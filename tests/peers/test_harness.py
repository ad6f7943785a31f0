"""The stand-ins of this folder behave as the tests beside them rely on."""

import socket
import smtplib

import psycopg
import pytest
from playwright.sync_api import Page
import smpplib.client
import smpplib.consts
import smpplib.exceptions

from tests.peers.authority import Authority
from tests.peers.apache import protected_by_apache
from tests.peers.database import Cluster
from tests.peers.mail import Mailbox
from tests.peers.services import relying_party
from tests.peers.sites import site
from tests.peers.sms import MessageCentre
from tests.peers.tunnel import tunnel


def test_the_browser_trusts_a_test_site_and_no_other_name_resolves(
    page: Page, authority: Authority
) -> None:
    party = relying_party("medimail", site(authority, "medimail.test"), "/protected/cb")
    with protected_by_apache(party, "https://hub.test:1", authority.root):
        page.goto(f"{party.site.origin}/hello")
        assert page.locator("#path").inner_text() == "/hello"
        with pytest.raises(Exception, match="ERR_NAME_NOT_RESOLVED"):
            page.goto("https://example.org/")


def test_databases_of_the_cluster_are_apart(postgres: Cluster) -> None:
    one, two = postgres.create("apart_one"), postgres.create("apart_two")
    with psycopg.connect(one.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE here (id int)")
    with psycopg.connect(two.replace("+psycopg", "")) as connection:
        found = connection.execute("SELECT to_regclass('here')").fetchone()
    assert found == (None,)


def test_a_mail_arrives_as_sent(mailbox: Mailbox) -> None:
    with smtplib.SMTP("127.0.0.1", mailbox.port) as sender:
        sender.sendmail("hub@hub.test", ["ann@hub.test"], "Subject: Code\r\n\r\n123456")
    assert mailbox.next()["Subject"] == "Code"


def test_the_message_centre_keeps_a_message_and_refuses_a_wrong_password(
    centre: MessageCentre,
) -> None:
    client = smpplib.client.Client("127.0.0.1", centre.port, allow_unknown_opt_params=True)
    client.connect()
    with pytest.raises(smpplib.exceptions.PDUError):
        client.bind_transceiver(system_id="hub", password="wrong")
    client.bind_transceiver(system_id="hub", password=centre.password)
    client.send_message(
        source_addr="hub", destination_addr="33600000000", short_message=b"code 123456"
    )
    assert centre.next().text == "code 123456"
    client.unbind()
    client.disconnect()


def test_the_tunnel_leads_to_test_sites_only() -> None:
    with tunnel() as port, socket.create_connection(("127.0.0.1", port), timeout=5) as asked:
        asked.sendall(b"CONNECT example.org:443 HTTP/1.1\r\n\r\n")
        assert b"403" in asked.recv(100)
