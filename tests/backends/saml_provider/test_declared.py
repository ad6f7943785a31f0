"""What is wrong with `[plugin.saml_provider]` is said at start, all at once, with its path."""

import json
from pathlib import Path
from typing import Any

import pytest

from hub import ConfigErrors, IdentityBackend, saml
from hub.configuration import configured
from hub.testing.running import BASE
from hub_backends.saml_provider import identity_backends
from tests.backends.saml_provider.signing_in import IDP, metadata
from tests.vectors.saml.keys import pair

GOOD = {"entity_id": IDP, "title": "Hospital", "metadata": "idp.xml"}
KEYS = [{"key_file": "own.key", "certificate_file": "own.pem"}]


def declared(folder: Path, changes: dict[str, Any], **hub: Any) -> IdentityBackend:
    pair("sp").written(folder, "own")
    (folder / "idp.xml").write_bytes(metadata())
    (folder / "pin.pem").write_bytes(pair("federation").public)
    plugin = {"saml_provider": {"providers": {"hospital": {**GOOD, **changes}}}}
    raw = {**BASE, "plugins": [*BASE["plugins"], "saml_provider"], **hub, "plugin": plugin}
    [found] = identity_backends(configured(raw, folder))
    return found


def wrong(folder: Path, changes: dict[str, Any], **hub: Any) -> list[str]:
    with pytest.raises(ConfigErrors) as errors:
        declared(folder, changes, **hub)
    at = "plugin.saml_provider.providers.hospital."
    return sorted(each.path.removeprefix(at) for each in errors.value.errors)


def test_a_provider_becomes_a_method_of_its_name(tmp_path: Path) -> None:
    found = declared(tmp_path, {"keys": KEYS})
    assert (found.card.name, found.card.title, found.card.identifies) == (
        "hospital",
        "Hospital",
        True,
    )
    assert json.loads(json.dumps(found.module.config)) == found.module.config


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({"metadata": ""}, ["metadata"]),
        ({"metadata": "missing.xml"}, ["metadata"]),
        ({"entity_id": "https://another.test"}, ["metadata"]),
        ({"metadata_url": "https://idp.test/metadata"}, ["metadata_certificate"]),
        ({"metadata_url": "ftp://idp.test", "metadata_certificate": "pin.pem"},
         ["metadata", "metadata_url"]),
        ({"metadata_certificate": "pin.pem"}, ["metadata"]),
        ({"encrypted": True}, ["keys"]),
        ({"keys": [{"key_file": "missing", "certificate_file": "own.pem"}]}, ["keys.key_file"]),
        ({"keys": [{"key_file": "own.key", "certificate_file": "idp.xml"}]}, ["keys"]),
        ({"evidence": []}, ["evidence"]),
        ({"identifiers": {"urn:x": "RPPS"}}, ["identifiers.urn:x"]),
        ({"evidence": [], "encrypted": True}, ["evidence", "keys"]),
    ],
)  # fmt: skip
def test_every_mistake_is_named(tmp_path: Path, changes: dict[str, Any], keys: list[str]) -> None:
    assert wrong(tmp_path, changes) == keys


def test_in_production_metadata_is_not_fetched_in_the_open(tmp_path: Path) -> None:
    address = {"metadata": "", "metadata_url": "http://idp.test", "metadata_certificate": "pin.pem"}
    assert declared(tmp_path, address).card.name == "hospital"
    found = wrong(tmp_path, address, environment="production")
    assert found == ["metadata_url"]


def test_a_key_open_to_others_is_none(tmp_path: Path) -> None:
    declared(tmp_path, {"keys": KEYS})
    key = tmp_path / "open.key"
    key.write_bytes(pair("sp").private)
    key.chmod(0o644)
    open_key = [{"key_file": "open.key", "certificate_file": "own.pem"}]
    assert wrong(tmp_path, {"keys": open_key}) == ["keys.key_file"]


def test_of_metadata_in_a_file_only_what_was_signed_is_read(tmp_path: Path) -> None:
    root = saml.metadata(metadata())
    saml.sign(root, pair("federation").signing)
    declared(tmp_path, {})
    signed = tmp_path / "signed.xml"
    signed.write_bytes(saml.canonical(root))
    pinned = {"metadata": "signed.xml", "metadata_certificate": "pin.pem"}
    assert declared(tmp_path, pinned).card.name == "hospital"
    signed.write_bytes(saml.canonical(root).replace(b"/sso", b"/evil"))
    assert wrong(tmp_path, pinned) == ["metadata"]
