"""The test authority has the shape of the national one, and names that nobody takes for it."""

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12
from cryptography.x509.oid import NameOID, ObjectIdentifier
from OpenSSL.crypto import X509, X509Store, X509StoreContext, X509StoreContextError

from hub.testing.toolbox import MemoryToolbox
from hub_plugins.demo.notice import command
from hub_plugins.demo.pki.authority import Range
from hub_plugins.demo.pki.folder import PASSWORD, write_card
from tests.plugins.cps.pki import NOW, authority, certificates

CATEGORY = ObjectIdentifier("1.2.250.1.71.1.2.5")
TYPE = ObjectIdentifier("1.2.250.1.71.1.2.2")
NUMBER = ObjectIdentifier("1.2.250.1.71.1.2.3")
PROFESSION = ObjectIdentifier("1.2.250.1.71.1.2.7")


def inner(name: str, oid: ObjectIdentifier) -> bytes:
    found = certificates()[name].certificate.extensions.get_extension_for_oid(oid).value
    assert isinstance(found, x509.UnrecognizedExtension)
    return found.value


def test_three_ranges_have_a_root_and_two_authorities_each() -> None:
    made = authority()
    for level in Range:
        root = made.roots[level].certificate
        for below in (made.persons[level], made.organisations[level]):
            below.certificate.verify_directly_issued_by(root)
            said = below.certificate.extensions.get_extension_for_class(x509.BasicConstraints)
            assert (said.critical, said.value.ca, said.value.path_length) == (True, True, 0)


def test_the_subject_ends_in_one_rdn_of_several() -> None:
    rdns = certificates()["cpe"].certificate.subject.rdns

    assert [len(each) for each in rdns] == [1, 1, 1, 1, 1, 3]
    last = {each.oid for each in rdns[-1]}
    assert last == {NameOID.GIVEN_NAME, NameOID.COMMON_NAME, NameOID.SURNAME}


@pytest.mark.parametrize(
    ("name", "oid", "der"),
    [
        ("cps", CATEGORY, "040180"),
        ("software", CATEGORY, "040183"),
        ("cps", TYPE, "020100"),
        ("cpe", TYPE, "020102"),
        ("cps", NUMBER, "1315" + b"8025000001/9900000001".hex()),
        ("cps", PROFESSION, "02013c"),
    ],
)
def test_the_extensions_hold_what_the_national_ones_do(
    name: str, oid: ObjectIdentifier, der: str
) -> None:
    assert inner(name, oid).hex() == der


def test_serials_begin_with_their_authority_s_eight_octets() -> None:
    every = [certificates()[name].certificate.serial_number for name in ("cps", "cpf", "revoked")]

    assert len(set(every)) == 3
    assert {each >> 64 for each in every} == {
        int.from_bytes(authority().persons[Range.STRONG].prefix, "big")
    }


def test_nothing_is_named_as_the_national_authority_is() -> None:
    made = authority()
    for each in (*made.roots.values(), *made.persons.values(), *made.organisations.values()):
        names = each.certificate.subject.rfc4514_string()
        assert "HUB TEST" in names and "ASIP" not in names and "IGC-SANTE" not in names


def test_openssl_agrees_about_a_good_card_and_a_bad_one() -> None:
    store = X509Store()
    for root in authority().roots.values():
        store.add_cert(X509.from_cryptography(root.certificate))
    store.set_time(NOW)
    chain = [X509.from_cryptography(each.certificate) for each in authority().persons.values()]

    def agrees(name: str) -> None:
        shown = X509.from_cryptography(certificates()[name].certificate)
        X509StoreContext(store, shown, chain).verify_certificate()

    agrees("cps")
    with pytest.raises(X509StoreContextError, match="expired"):
        agrees("expired")


def test_a_card_s_files_hold_its_key_and_nobody_else_reads_them(tmp_path: Path) -> None:
    lucas = certificates()["cps"]

    write_card(tmp_path, "cps", lucas)

    key = load_pem_private_key((tmp_path / "cps.key").read_bytes(), None)
    bundle = pkcs12.load_pkcs12((tmp_path / "cps.p12").read_bytes(), PASSWORD)
    assert key.public_key() == lucas.certificate.public_key()
    assert bundle.cert and bundle.cert.certificate == lucas.certificate
    assert {(tmp_path / f"cps.{end}").stat().st_mode & 0o777 for end in ("key", "p12")} == {0o600}


@pytest.mark.slow
def test_the_command_writes_authorities_lists_and_a_card_for_each_case(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = command(MemoryToolbox("demo")).run

    assert run(["pki", str(tmp_path / "pki")]) == 0

    written = {each.stem for each in (tmp_path / "pki" / "cards").glob("*.pem")}
    assert written == set(certificates())
    assert (tmp_path / "pki" / "list-6.crl").exists()
    assert f"{len(written)} certificates" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["pki"], ["pki", "here", "there"]])
def test_the_command_says_how_it_is_called(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(MemoryToolbox("demo")).run(words) == 2
    assert "hub demo pki FOLDER" in capsys.readouterr().err
