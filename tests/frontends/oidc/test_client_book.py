"""The clients there are now follow the services there are now."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from hub import DeclaredPeer, Json, Service, ServiceId
from hub.testing.hub import service
from hub.testing.toolbox import MemoryClock
from hub_frontends.oidc.client_book import ClientBook
from hub_frontends.oidc.clients import Client, client_of, declared_by
from tests.frontends.oidc.party import SECRET, declared

FORMER = "the secret of at least thirty-two letters that was"


def speaking(name: str, client: str = "", **more: Json) -> Service:
    peer = DeclaredPeer(frontend="oidc", table=declared(client or name, **more))
    return replace(service(name), peer=peer)


def configured(name: str, client: str) -> Client:
    table = declared(client)
    return client_of(service(name), declared_by(table, ""), str(table["client_secret_sha256"]))


class Clients:
    """Service `mail` of hub.toml, whose client is called `post`; `wiki` joined."""

    def __init__(self) -> None:
        self.clock = MemoryClock()
        self.services = {each.id: each for each in (speaking("mail", "post"), speaking("wiki"))}
        self.book = ClientBook((configured("mail", "post"),), self.services, self.clock)


def test_clients_of_both_kinds_are_found_by_their_names() -> None:
    book = Clients().book
    assert (book["post"].service, book["wiki"].service) == ("mail", "wiki")
    assert list(book) == ["post", "wiki"] and len(book) == 2
    assert book.get("mail") is None and book.get("nobody") is None
    assert book["wiki"].knows_secret(SECRET) and not book["wiki"].knows_secret("another")


def test_clients_are_found_by_their_service() -> None:
    book = Clients().book
    told = [book.of_service(name) for name in ("mail", "wiki", "post", "nobody")]
    assert [each and each.id for each in told] == ["post", "wiki", None, None]


@pytest.mark.parametrize(("name", "client"), [("mail", "post"), ("wiki", "wiki")])
def test_a_service_that_is_not_open_has_no_client(name: str, client: str) -> None:
    clients = Clients()
    assert client in clients.book
    del clients.services[ServiceId(name)]
    assert client not in clients.book and client not in list(clients.book)
    assert clients.book.of_service(name) is None


def test_a_change_of_the_service_is_a_change_of_the_client() -> None:
    clients = Clients()
    assert not clients.book["wiki"].declared.refresh_tokens
    clients.services[ServiceId("wiki")] = speaking("wiki", refresh_tokens=True)
    assert clients.book["wiki"].declared.refresh_tokens


def test_a_service_read_once_is_not_read_again() -> None:
    book = Clients().book
    assert book["wiki"] is book["wiki"]


@pytest.mark.parametrize("name", ["link", "paper"])
def test_services_of_no_protocol_or_another_have_no_client(name: str) -> None:
    clients = Clients()
    other = DeclaredPeer(frontend="saml", table={})
    for each in (service("link"), replace(service("paper"), peer=other)):
        clients.services[each.id] = each
    assert name not in clients.book and list(clients.book) == ["post", "wiki"]


def test_a_former_secret_opens_until_its_moment_and_no_longer() -> None:
    clients = Clients()
    until = clients.clock() + timedelta(hours=1)
    former = {
        "former_client_secret_sha256": sha256(FORMER.encode()).hexdigest(),
        "former_client_secret_until": until.isoformat(),
    }
    clients.services[ServiceId("wiki")] = speaking("wiki", **former)
    assert clients.book["wiki"].knows_secret(FORMER) and clients.book["wiki"].knows_secret(SECRET)
    clients.clock.later(hours=1)
    assert not clients.book["wiki"].knows_secret(FORMER)
    assert clients.book["wiki"].knows_secret(SECRET)


def test_clients_of_services_that_left_are_forgotten() -> None:
    clients = Clients()
    for number in range(300):
        name = ServiceId(f"c-{number}")
        clients.services[name] = speaking(name)
        assert name in clients.book
        del clients.services[name]
    assert len(clients.book._read) < 200
