"""Where services come from: files, a folder, an address that is fetched again, and the registry."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import etree

from hub import saml
from hub.contract.errors import ConfigErrors
from hub.contract.identifiers import ServiceId
from hub.contract.services import DeclaredPeer, Service
from hub.contract.values import Json
from hub.testing.hub import service
from hub.testing.settings import TableSettings
from hub_frontends.saml import protocol_frontends
from hub_frontends.saml.refreshing import refresh
from tests.frontends.saml.party import Party, connected, given
from tests.frontends.saml.sp import HUB, ServiceProvider, certificate, key

ADDRESS = "https://sp.test/metadata"


def speaking(name: str, **table: Json) -> Service:
    return replace(service(name, claims=["email"]), peer=DeclaredPeer(frontend="saml", table=table))


def loaded(at: Path, *services: Service, **plugin: Json) -> None:
    settings = TableSettings(at, saml={"keys": "saml", **plugin})
    list(protocol_frontends(settings, services))


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({}, "metadata"),
        ({"metadata": "absent.xml"}, "metadata"),
        ({"metadata_url": "http://sp.test/", "entity_id": "x"}, "metadata_url"),
        ({"metadata_url": ADDRESS}, "entity_id"),
        ({"metadata": "sp.xml", "metadata_url": ADDRESS, "entity_id": "x"}, "metadata"),
        ({"metadata": "sp.xml", "entity_id": "https://other.test"}, "metadata"),
        ({"metadata": "sp.xml", "encrypt": "always"}, "encrypt"),
        ({"metadata": "sp.xml", "sign": "nothing"}, "sign"),
        ({"metadata": "sp.xml", "name_ids": []}, "name_ids"),
        ({"metadata": "sp.xml", "colour": "red"}, "colour"),
        (
            {"metadata_url": ADDRESS, "entity_id": "x", "metadata_certificate": "sp.xml"},
            "metadata_certificate",
        ),
        ({"entity_id": "https://image.test/sp"}, "metadata"),
    ],
)
def test_each_wrong_key_is_named_with_its_path(
    tmp_path: Path, table: dict[str, Json], key: str
) -> None:
    (tmp_path / "sp.xml").write_text(ServiceProvider().metadata(), encoding="utf-8")
    with pytest.raises(ConfigErrors, match=rf"service\.image\.saml\.{key}\b"):
        loaded(tmp_path, speaking("image", **table))


@pytest.mark.parametrize("only", [saml.AES128_CBC, saml.AES256_CBC, saml.RSA_15])
def test_a_service_that_reads_weak_encryption_only_is_not_told_in_it(
    tmp_path: Path, only: str
) -> None:
    sp = ServiceProvider(encrypts=True, ciphers=(only,))
    with pytest.raises(ConfigErrors, match=r"saml\.encrypt"):
        loaded(tmp_path, connected("image", sp))


@pytest.mark.parametrize(
    ("offered", "weak", "used"),
    [
        ([saml.AES128_CBC], ["cbc"], [saml.AES128_CBC, saml.OAEP_MGF1P]),
        ([saml.RSA_15], ["rsa15"], [saml.AES256_GCM, saml.RSA_15]),
        ([saml.AES256_CBC, saml.RSA_15], ["cbc", "rsa15"], [saml.AES256_CBC, saml.RSA_15]),
        # What is strong wins, exempted or not.
        (
            [saml.AES128_CBC, saml.AES128_GCM, saml.RSA_15, saml.OAEP],
            ["cbc", "rsa15"],
            [saml.AES128_GCM, saml.OAEP],
        ),
        ([], ["cbc", "rsa15"], [saml.AES256_GCM, saml.OAEP_MGF1P]),
    ],
)
def test_an_exempted_service_opens_what_is_hidden_as_it_can_read(
    keys: Path, offered: list[str], weak: list[Json], used: list[str]
) -> None:
    sp = ServiceProvider(encrypts=True, ciphers=tuple(offered))
    party = Party(keys, connected("image", sp, weak=weak))
    data = party.signed_in(sp.request()).one(".//{*}EncryptedData")
    methods = data.iter("{http://www.w3.org/2001/04/xmlenc#}EncryptionMethod")
    assert [each.get("Algorithm") for each in methods] == used
    allowed = saml.STRONG.besides({saml.Weak.CBC, saml.Weak.RSA15})
    assert saml.decrypted(data, [key("sp")], allowed).get("ID")
    party.close()


def test_two_services_cannot_be_one_entity(tmp_path: Path) -> None:
    twins = [connected(name, ServiceProvider()) for name in ("one", "two")]
    with pytest.raises(ConfigErrors, match="already that of 'one'"):
        loaded(tmp_path, *twins)


def test_metadata_is_found_in_the_folder_by_its_entity(tmp_path: Path) -> None:
    folder = tmp_path / "sps"
    folder.mkdir()
    (folder / "a.xml").write_text("<broken", encoding="utf-8")
    (folder / "b.xml").write_text(ServiceProvider().metadata(), encoding="utf-8")
    named = speaking("image", entity_id="https://image.test/sp")
    party = Party(tmp_path, named, plugin={"folder": "sps"})
    assert party.ask(ServiceProvider().request()).status_code == 303
    with pytest.raises(ConfigErrors, match=r"image\.saml\.entity_id"):
        loaded(tmp_path, speaking("image", entity_id="https://none.test"), folder="sps")
    party.close()


def test_one_entity_is_taken_from_a_file_with_several(tmp_path: Path) -> None:
    several = "".join(
        ServiceProvider(entity_id=f"https://{name}.test/sp").metadata() for name in ("a", "image")
    )
    md = "urn:oasis:names:tc:SAML:2.0:metadata"
    text = f'<md:EntitiesDescriptor xmlns:md="{md}">{several}</md:EntitiesDescriptor>'
    party = Party(tmp_path, speaking("i", metadata_xml=text, entity_id="https://image.test/sp"))
    assert party.ask(ServiceProvider().request()).status_code == 303
    assert party.ask(ServiceProvider(entity_id="https://a.test/sp").request()).status_code == 403
    party.close()


def test_a_service_that_joined_is_answered_and_one_that_left_is_not(party: Party) -> None:
    sp = ServiceProvider(entity_id="https://new.test", consumers=("https://new.test/acs",))
    asked: dict[str, Any] = {"AssertionConsumerServiceURL": None}
    assert party.ask(sp.request(**asked)).status_code == 403
    joined = connected("new", sp)
    party.toolbox.services[ServiceId("new")] = joined
    party.hub.rules.services[ServiceId("new")] = joined  # type: ignore[index]
    told = party.signed_in(sp.request(**asked))
    assert told.address == "https://new.test/acs"
    del party.toolbox.services[ServiceId("new")]
    assert party.ask(sp.request(**asked)).status_code == 403


class Fetching:
    """A service whose metadata stands at an address, which the test answers."""

    def __init__(self, folder: Path, **more: Json) -> None:
        self.sp = ServiceProvider(until="2026-02-01T00:00:00Z")
        self.text: Callable[[], bytes] = self.signed
        (folder / "pin.pem").write_bytes(certificate("federation"))
        named = speaking(
            "image",
            metadata_url=ADDRESS,
            entity_id=self.sp.entity_id,
            metadata_certificate="pin.pem",
            **more,
        )
        self.party = Party(folder, named)
        self.settings = TableSettings(folder, saml={"keys": "saml"})
        transport = httpx.MockTransport(lambda _: httpx.Response(200, content=self.text()))
        self.party.toolbox.parties["image"] = httpx.Client(transport=transport)

    def signed(self, by: str = "federation", changed: str = "") -> bytes:
        root = etree.fromstring(self.sp.metadata())
        root.set("ID", "_m")
        saml.sign(root, key(by))
        written: bytes = etree.tostring(root)
        return written.replace(b"https://image.test/acs", changed.encode()) if changed else written

    def refreshed(self) -> int:
        """The status of a sign-in after the worker's round."""
        refresh(self.settings, self.party.toolbox)
        self.party.hub.later(minutes=1)
        return self.party.ask(self.sp.request(at=self.party.hub.now)).status_code


@pytest.fixture
def fetching(tmp_path: Path) -> Iterator[Fetching]:
    fetching = Fetching(tmp_path)
    yield fetching
    fetching.party.close()


def test_metadata_at_an_address_is_believed_when_its_keeper_signed_it(fetching: Fetching) -> None:
    assert fetching.party.ask(fetching.sp.request()).status_code == 403
    assert fetching.refreshed() == 303


@pytest.mark.parametrize(
    "by", ["evil", "changed", "unsigned", "broken", "expired", "endless", "far"]
)
def test_metadata_nobody_vouches_for_leaves_the_last_good_one(fetching: Fetching, by: str) -> None:
    assert fetching.refreshed() == 303
    fetching.sp.consumers = ("https://evil.test/acs",)
    ends = {"expired": "2026-01-01T11:00:00Z", "endless": "", "far": "2027-06-01T00:00:00Z"}
    fetching.sp.until = ends.get(by, fetching.sp.until)
    fetching.text = {
        "evil": lambda: fetching.signed("evil"),
        "changed": lambda: fetching.signed().replace(b"evil.test", b"more.test"),
        "unsigned": lambda: fetching.sp.metadata().encode(),
        "broken": lambda: b"<nothing",
    }.get(by, fetching.signed)
    assert fetching.refreshed() == 303
    asked = fetching.sp.request(
        at=fetching.party.hub.now, AssertionConsumerServiceURL="https://evil.test/acs"
    )
    answer = fetching.party.ask(asked)
    assert answer.get_data(as_text=True).startswith("saml.unknown_consumer")


def test_metadata_that_changed_is_used_without_a_restart(fetching: Fetching) -> None:
    assert fetching.refreshed() == 303
    fetching.sp.consumers = ("https://image.test/new",)
    fetching.party.hub.later(hours=6)
    refresh(fetching.settings, fetching.party.toolbox)
    fetching.party.hub.later(minutes=1)
    asked = fetching.sp.request(
        at=fetching.party.hub.now, AssertionConsumerServiceURL="https://image.test/new"
    )
    assert fetching.party.ask(asked).status_code == 303


def test_metadata_without_an_end_is_taken_where_the_operator_says_so(tmp_path: Path) -> None:
    fetching = Fetching(tmp_path, metadata_days=0)
    fetching.sp.until = ""
    assert fetching.refreshed() == 303
    fetching.party.close()


@pytest.mark.parametrize("weak", ["sha1", "cbc", "rsa15"])
def test_a_weak_service_is_named_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, weak: str
) -> None:
    Party(tmp_path, connected("old", ServiceProvider(), weak=[weak])).close()
    assert f"service.old.saml.weak has {weak}" in caplog.text


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "http://image.test/acs", "https:///acs", "http://[x/acs"]
)
def test_a_service_without_consumers_of_ours_is_none(tmp_path: Path, address: str) -> None:
    with pytest.raises(ConfigErrors):
        loaded(tmp_path, connected("image", ServiceProvider(consumers=(address,))))


def test_an_answer_is_posted_nowhere_but_to_the_service(party: Party) -> None:
    told = party.ask(party.sp.request(IsPassive="true"))
    policy = told.headers["Content-Security-Policy"]
    assert "form-action https://image.test;" in policy
    assert given(told).address.startswith("https://image.test/")
    assert HUB not in policy
