"""Keys: read once for the life of the process, whatever is signed, verified, hidden or opened."""

from collections import Counter
from pathlib import Path

import pytest
import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from hub.saml import keys as ours
from tests.frontends.saml.party import Party, connected, given
from tests.frontends.saml.sp import ServiceProvider, signed_redirect


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
