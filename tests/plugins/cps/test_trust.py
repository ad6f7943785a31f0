"""What the operator wrote wrong about cards is said at start, all of it, key by key."""

from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from hub.configuration import configured
from hub.contract.errors import ConfigErrors
from hub.testing.running import BASE, running_hub
from hub_plugins.demo.pki.authority import Range
from hub_plugins.methods.cps.settings import CpsSettings
from hub_plugins.methods.cps.trust import accepted, trust
from tests.plugins.cps.pki import authority, certificates, impostor, trusted

GOOD = {"roots": ("roots.pem",), "authorities": ("authorities.pem",), "crls": ("list.crl",)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "roots.pem", *trusted().roots)
    write(tmp_path / "authorities.pem", *trusted().authorities)
    return tmp_path


def write(file: Path, *certificates_of: x509.Certificate) -> None:
    file.write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in certificates_of))


def problems(folder: Path, environment: str = "test", **changes: Any) -> dict[str, str]:
    settings = configured({**BASE, "environment": environment}, folder)
    try:
        trust(CpsSettings(**{**GOOD, **changes}), settings)
    except ConfigErrors as errors:
        return {each.path: each.problem for each in errors.errors}
    return {}


def test_what_is_right_is_read(folder: Path) -> None:
    found = trust(CpsSettings(**GOOD), configured(dict(BASE), folder))  # type: ignore[arg-type]

    assert found == trusted()


def test_no_file_at_all_is_said(folder: Path) -> None:
    assert problems(folder, roots=(), authorities=()) == {
        "plugin.cps.roots": "name at least one PEM file",
        "plugin.cps.authorities": "name at least one PEM file",
    }


def test_a_file_that_is_not_there_is_named(folder: Path) -> None:
    found = problems(folder, roots=("gone.pem",))

    assert found["plugin.cps.roots"] == "gone.pem: No such file or directory"


def test_a_file_without_a_certificate_is_named(folder: Path) -> None:
    (folder / "letter.pem").write_text("Bonjour")

    found = problems(folder, authorities=("letter.pem",))

    assert found == {"plugin.cps.authorities": "letter.pem: no certificate in PEM"}


def test_an_authority_is_no_root(folder: Path) -> None:
    found = problems(folder, roots=("roots.pem", "authorities.pem"))

    assert "is no self-signed root" in found["plugin.cps.roots"]


def test_a_card_is_no_authority(folder: Path) -> None:
    write(folder / "card.pem", certificates()["cps"].certificate)

    found = problems(folder, authorities=("authorities.pem", "card.pem"))

    assert "is no authority" in found["plugin.cps.authorities"]


def test_an_authority_of_other_roots_is_told_apart_by_its_signature(folder: Path) -> None:
    write(folder / "strange.pem", impostor().persons[Range.STRONG].certificate)

    found = problems(folder, authorities=("authorities.pem", "strange.pem"))

    assert "is signed by none of the roots" in found["plugin.cps.authorities"]


def test_test_cards_are_refused_in_production(folder: Path) -> None:
    assert "plugin.cps.test_cards" in problems(folder, "production", test_cards=True)
    assert problems(folder, "test", test_cards=True) == {}


def test_without_lists_or_a_responder_nobody_could_sign_in(folder: Path) -> None:
    found = problems(folder, crls=())

    assert found == {
        "plugin.cps.crls": "without lists here, or a responder in `ocsp`, every card is refused"
    }
    assert problems(folder, crls=(), ocsp="http://ocsp.test") == {}


def test_the_whole_hub_says_it_at_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigErrors) as caught:
        running_hub(
            tmp_path,
            plugins=["own", "regional", "password", "cps"],
            plugin={"cps": {"roots": ["gone.pem"], "authorities": []}},
        )

    assert {each.path for each in caught.value.errors} == {
        "plugin.cps.roots",
        "plugin.cps.authorities",
        "plugin.cps.crls",
    }


def test_a_policy_that_is_no_oid_is_said(folder: Path) -> None:
    assert problems(folder, policies=("1.2", "toutes")) == {
        "plugin.cps.policies": "'toutes' is no OID"
    }


@pytest.mark.parametrize(("environment", "strict"), [("production", True), ("test", False)])
def test_numbers_are_strictly_read_in_production(
    folder: Path, environment: str, *, strict: bool
) -> None:
    settings = configured({**BASE, "environment": environment}, folder)

    assert accepted(CpsSettings(**GOOD), settings).strict is strict  # type: ignore[arg-type]


def test_authorities_of_organisations_are_not_trusted_by_name(folder: Path) -> None:
    of_organisations = authority().organisations[Range.ELEMENTARY].certificate

    assert of_organisations not in trusted().authorities
