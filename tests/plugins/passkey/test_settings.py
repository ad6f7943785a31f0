"""What the operator says of passkeys, and the makers whose authenticators are let in."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from hub.contract.errors import ConfigErrors
from hub.contract.steps import Done, Proved
from hub.testing.settings import TableSettings
from hub_plugins.methods.passkey.attestation import MODEL
from hub_plugins.methods.passkey.settings import Party, PasskeySettings, party_of
from tests.plugins.passkey.authenticator import Authenticator
from tests.plugins.passkey.desk import Desk, refusal

LET_IN = UUID("2fc0579f-8113-47ea-b116-bb5a8db9202a")
OTHER = UUID("ee882879-721c-4913-9775-3dfcce97072a")
END = datetime(2099, 1, 1, tzinfo=UTC)


class Maker:
    """A maker of authenticators with a root of its own."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.root = self._certificate("Maker root", self.key, None)

    def device(self, model: UUID, named: UUID | None = None) -> Authenticator:
        """One of *model*, whose certificate names it, or *named*."""
        device = Authenticator(aaguid=model.bytes)
        key = ec.generate_private_key(ec.SECP256R1())
        device.maker = (key, self._certificate("Maker batch", key, named or model))
        return device

    @property
    def pem(self) -> bytes:
        return self.root.public_bytes(Encoding.PEM)

    def _certificate(
        self, name: str, key: ec.EllipticCurvePrivateKey, model: UUID | None
    ) -> x509.Certificate:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = self.root.subject if model else subject
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
            .not_valid_after(END)
            .add_extension(x509.BasicConstraints(ca=model is None, path_length=None), True)
        )
        if model:
            named = x509.UnrecognizedExtension(MODEL, b"\x04\x10" + model.bytes)
            made = made.add_extension(named, False)
        return made.sign(self.key, SHA256())


MAKER = Maker()


def test_the_hub_is_known_by_its_own_address_where_nothing_is_said() -> None:
    party = _party()
    assert (party.rp_id, party.origins) == ("hub.test", ("https://hub.test",))


def test_passkeys_may_be_bound_to_a_parent_of_the_name() -> None:
    party = _party(rp_id="region.example", origins=("https://portail.region.example",))
    assert party.origins == ("https://portail.region.example",)


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({"rp_id": "test"}, "rp_id"),
        ({"rp_id": "127.0.0.1"}, "rp_id"),
        ({"rp_id": "evil.example"}, "origins"),
        ({"origins": ("http://hub.test",)}, "origins"),
        ({"origins": ("https://hub.test/path",)}, "origins"),
        ({"origins": ("https://nothub.test",)}, "origins"),
        ({"attestation": "direct"}, "roots"),
        ({"attestation": "direct", "roots": "nowhere.pem"}, "roots"),
        ({"attestation": "direct", "roots": "rubbish.pem"}, "roots"),
        ({"roots": "makers.pem"}, "attestation"),
        ({"attestation": "direct", "roots": "makers.pem", "aaguids": ("x",)}, "aaguids"),
    ],
)
def test_what_can_never_work_is_said_at_the_start(
    said: dict[str, Any], key: str, tmp_path: Path
) -> None:
    (tmp_path / "makers.pem").write_bytes(MAKER.pem)
    (tmp_path / "rubbish.pem").write_text("rubbish")
    with pytest.raises(ConfigErrors) as raised:
        _party(tmp_path, **said)
    assert f"plugin.passkey.{key}" in {each.path for each in raised.value.errors}


def test_a_model_let_in_may_serve_and_says_that_its_key_is_in_hardware(tmp_path: Path) -> None:
    desk, device = Desk(_attested(tmp_path)), MAKER.device(LET_IN)
    assert desk.enrol(device) == Done()
    step = desk.sign_in(device=device)
    assert isinstance(step, Proved) and step.evidence.amr == ("hwk", "user")


def test_who_is_not_vouched_for_is_not_let_in(tmp_path: Path) -> None:
    party = _attested(tmp_path)
    strangers = [
        Authenticator(aaguid=LET_IN.bytes),
        Maker().device(LET_IN),
        MAKER.device(OTHER),
        MAKER.device(LET_IN, named=OTHER),
    ]
    for each in strangers:
        desk = Desk(party)
        assert refusal(desk.enrol(each)).code == "passkey.refused"
        assert desk.method.means(desk.ann.id) == []


def _attested(folder: Path) -> Party:
    (folder / "makers.pem").write_bytes(MAKER.pem)
    return _party(folder, attestation="direct", roots="makers.pem", aaguids=(str(LET_IN).upper(),))


def _party(folder: Path = Path(), **said: Any) -> Party:
    settings = TableSettings(folder=folder)
    return party_of(PasskeySettings(**said), settings)
