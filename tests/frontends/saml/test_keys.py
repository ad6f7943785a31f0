"""Keys: read once for the life of the process, whatever is signed, verified, hidden or opened."""

from collections import Counter
from pathlib import Path

import pytest
import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from hub import KeyState, saml
from hub.contract.values import Json
from hub.saml import keys as ours
from hub.testing.running import NOON as NOW
from hub_frontends.saml.keys import open_keys
from hub_frontends.saml.keys_shown import shown
from tests.frontends.saml.party import Party, connected, given
from tests.frontends.saml.sp import ServiceProvider, certificate, key, pem, signed_redirect


def test_ten_answers_read_no_key_and_no_certificate_again(
    keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sp = ServiceProvider(signs=True, encrypts=True)
    party = Party(keys, connected("image", sp))
    queries = [signed_redirect(sp.request()) for _ in range(11)]
    party.sign_in(party.get(queries.pop()))
    read = counted(monkeypatch)
    for query in queries:
        assert given(party.get(query)).codes() == ["Success"]
    assert read == Counter()
    ours.SigningKey.of(keys / "saml" / "rsa.pem")
    assert read == Counter({"load_pem_private_key": 1, "from_memory": 1})
    party.close()


def test_metadata_may_be_signed_by_a_key_that_is_not_in_it(tmp_path: Path) -> None:
    (tmp_path / "saml").mkdir(mode=0o700)
    (tmp_path / "saml" / "metadata.pem").write_bytes(pem("keeper"))
    plugin: dict[str, Json] = {"scopes": ["region.example"], "logo": "https://region.example/l"}
    party = Party(tmp_path, plugin=plugin)
    root = saml.message(party.metadata())
    keeper = saml.Certificate.of(certificate("keeper"))
    role = saml.genuine(root, [keeper])[0]
    inside = [each.text for each in role.iter("{*}X509Certificate")]
    assert len(inside) == 2 and key("keeper").certificate not in inside
    [scope] = role.iter("{urn:mace:shibboleth:metadata:1.0}Scope")
    assert (scope.text, scope.get("regexp")) == ("region.example", "false")
    assert [each.text for each in role.iter("{*}Logo")] == [plugin["logo"]]
    party.close()


def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each way to read a key is taken from now on."""
    read: Counter[str] = Counter()
    for place, name in (
        (ours, "load_pem_private_key"),
        (serialization, "load_pem_private_key"),
        (x509, "load_der_x509_certificate"),
        (x509, "load_pem_x509_certificate"),
    ):
        monkeypatch.setattr(place, name, noted(read, name, getattr(place, name)))
    monkeypatch.setattr(xmlsec, "Key", Noting(read))
    return read


def noted(read: Counter[str], name: str, work: object) -> object:
    def reading(*given: object) -> object:
        read[name] += 1
        return work(*given)  # type: ignore[operator]

    return reading


class Noting:
    """In the place of `xmlsec.Key`, which cannot be changed itself."""

    def __init__(self, read: Counter[str], real: type[xmlsec.Key] = xmlsec.Key) -> None:
        self.from_memory = noted(read, "from_memory", real.from_memory)
        self.from_file = noted(read, "from_file", real.from_file)
        # A secret for one answer is made, not read.
        self.generate = real.generate


def test_the_operator_reads_the_certificates_services_know(keys: Path) -> None:
    party = Party(keys, connected("image", ServiceProvider()))
    told = shown(open_keys(keys / "saml", "https://hub.test", NOW))
    assert {(each.alg, each.state) for each in told} == {
        ("RSA", KeyState.CURRENT),
        ("EC", KeyState.CURRENT),
    }
    (keys / "saml" / "next.pem").write_bytes(pem("keeper"))
    last = list(shown(open_keys(keys / "saml", "https://hub.test", NOW)))[-1]
    assert last.state is KeyState.PREVIOUS and last.until and last.until > NOW
    party.close()
