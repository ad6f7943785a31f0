"""SimpleSAMLphp as a hospital runs it, with one person who types a password."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from hub.contract.values import value
from tests.peers.parts import missing, program
from tests.peers.processes import listening, running, wait_until
from tests.ports import free_port
from tests.vectors.saml.keys import pair

WWW = Path("/usr/share/simplesamlphp/www")
LOGIN, PASSWORD = "ann", "correct horse battery staple"
_CONFIG = """<?php $config = [
 'baseurlpath' => '{address}/', 'certdir' => '{folder}/', 'loggingdir' => '{folder}/',
 'datadir' => '{folder}/', 'tempdir' => '{folder}/tmp', 'metadatadir' => '{folder}/',
 'secretsalt' => 'of-this-test-only', 'auth.adminpassword' => 'of-this-test-only',
 'technicalcontact_email' => 'na@example.org', 'timezone' => 'UTC',
 'logging.handler' => 'file', 'logging.level' => 4, 'enable.saml20-idp' => true,
 'module.enable' => ['exampleauth' => true, 'core' => true, 'saml' => true],
 'session.cookie.secure' => false, 'session.cookie.samesite' => 'Lax',
 'session.phpsession.savepath' => '{folder}/tmp', 'store.type' => 'phpsession',
 'metadata.sources' => [['type' => 'flatfile']], 'language.available' => ['en'],
 'language.default' => 'en', 'production' => true,
];"""
_SOURCES = """<?php $config = ['people' => ['exampleauth:UserPass', {people}]];"""
_PERSON = """'{login}:{password}' => [
 'uid' => ['{login}'], 'rpps' => ['{number}'], 'mail' => ['{login}@hospital.test']]"""
_HOSTED = """<?php $metadata['{address}/metadata'] = [
 'host' => '__DEFAULT__', 'privatekey' => 'idp.key', 'certificate' => 'idp.pem',
 'auth' => 'people', 'signature.algorithm' => '{rsa}', 'redirect.validate' => true,
];"""
_REMOTE = """<?php $metadata['{hub}/metadata'] = [
 'AssertionConsumerService' => '{hub}/acs', 'certificate' => 'sp.pem',
 'assertion.encryption' => {sealed}, 'sharedkey_algorithm' => '{gcm}',
 'NameIDFormat' => 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
 'simplesaml.nameidattribute' => 'uid', 'attributes.NameFormat' =>
 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic', 'saml20.sign.response' => true,
 'saml20.sign.assertion' => true, 'validate.authnrequest' => {signs},
];"""
_PATIENCE = 60


@value
class Party:
    """A service as SimpleSAMLphp knows it: under `address` lie its `/metadata` and its `/acs`."""

    address: str
    sealed: bool
    signs: bool = True
    host: str = "localhost"
    """How browsers find SimpleSAMLphp itself."""
    numbers: Mapping[str, str] = field(default_factory=lambda: {LOGIN: "99700000001"})
    """By login, of everybody it knows; all have one password."""


@value
class Started:
    address: str
    port: int
    pid: int
    metadata: bytes


@contextmanager
def simplesaml(hub: str, sealed: bool) -> Iterator[tuple[str, bytes]]:
    """Its entity id and its metadata. *hub*: where the provider's addresses stand at the hub."""
    with started(Party(address=hub, sealed=sealed)) as there:
        yield f"{there.address}/metadata", there.metadata


@contextmanager
def started(party: Party, options: tuple[str, ...] = ()) -> Iterator[Started]:
    """*options* are PHP's own."""
    if not WWW.is_dir():
        missing("simplesamlphp")
    with TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        address = f"http://{party.host}:{port}"
        _write(folder, address, party)
        argv = [program("php"), *options, "-S", f"127.0.0.1:{port}", "-t", str(WWW)]
        log = folder / "php.log"
        with running(argv, log, env={"SIMPLESAMLPHP_CONFIG_DIR": name}) as process:
            wait_until(lambda: listening(port), process, log, seconds=_PATIENCE)
            published = httpx.get(f"{address}/saml2/idp/metadata.php", timeout=20)
            assert published.status_code == 200, published.text
            yield Started(address=address, port=port, pid=process.pid, metadata=published.content)


def _write(folder: Path, address: str, party: Party) -> None:
    (folder / "tmp").mkdir()
    pair("idp").written(folder, "idp")
    (folder / "sp.pem").write_bytes(pair("sp").public)
    said = {
        "folder": folder,
        "address": address,
        "hub": party.address,
        "people": ", ".join(_person(*each) for each in party.numbers.items()),
        "sealed": "true" if party.sealed else "false",
        "signs": "true" if party.signs else "false",
        "rsa": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        "gcm": "http://www.w3.org/2009/xmlenc11#aes256-gcm",
    }
    for file, text in (
        ("config.php", _CONFIG),
        ("authsources.php", _SOURCES),
        ("saml20-idp-hosted.php", _HOSTED),
        ("saml20-sp-remote.php", _REMOTE),
    ):
        for key, replacing in said.items():
            text = text.replace(f"{{{key}}}", str(replacing))
        (folder / file).write_text(text, encoding="utf-8")


def _person(login: str, number: str) -> str:
    return _PERSON.format(login=login, password=PASSWORD, number=number)
