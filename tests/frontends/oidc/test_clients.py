import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from hub import ConfigErrors, DeclaredPeer, Json, Service
from hub.testing.hub import service
from hub.testing.settings import TableSettings
from hub_frontends.oidc.clients import CLIENTS, Client, frontend_config
from tests.frontends.oidc.party import BACK, declared


def speaking(name: str, **more: Json) -> Service:
    table = {name: each for name, each in declared(name, **more).items() if each is not None}
    return replace(service(name), peer=DeclaredPeer(frontend="oidc", table=table))


def wrong(*services: Service, environment: str = "test", folder: Path = Path()) -> set[str]:
    settings = TableSettings(folder)
    settings.environment = environment
    with pytest.raises(ConfigErrors) as raised:
        frontend_config(settings, services)
    return {error.path for error in raised.value.errors}


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"client_id": "with space"}, "client_id"),
        ({"redirect_uris": []}, "redirect_uris"),
        ({"redirect_uris": ["http://mail.test/back"]}, "redirect_uris"),
        ({"redirect_uris": [BACK + "#part"]}, "redirect_uris"),
        ({"redirect_uris": ["https://a@mail.test/"]}, "redirect_uris"),
        ({"redirect_uris": ["https://"]}, "redirect_uris"),
        ({"redirect_uris": ["javascript:alert(1)"]}, "redirect_uris"),
        ({"redirect_uris": ["https://mail.test:port/"]}, "redirect_uris"),
        ({"redirect_uris": ["https://mail.test/\u00e9"]}, "redirect_uris"),
        ({"post_logout_redirect_uris": ["http://mail.test/"]}, "post_logout_redirect_uris"),
        ({"backchannel_logout_uri": "http://mail.test/bye"}, "backchannel_logout_uri"),
        ({"backchannel_logout_uri": "https://mail.test/#bye"}, "backchannel_logout_uri"),
        ({"backchannel_logout_session_required": True}, "backchannel_logout_session_required"),
        ({"scopes": ["profile"]}, "scopes"),
        ({"access_token_lifetime": "PT2H"}, "access_token_lifetime"),
        ({"client_secret_sha256": "short"}, "client_secret_sha256"),
        ({"client_secret_sha256": None}, "client_secret_file"),
        ({"client_secret_file": "secret"}, "client_secret_file"),
        ({"token_endpoint_auth_method": "none"}, "client_secret_file"),
        ({"token_endpoint_auth_method": "magic"}, "token_endpoint_auth_method"),
        ({"id_token_signed_response_alg": "none"}, "id_token_signed_response_alg"),
        ({"misspelt": True}, "misspelt"),
    ],
)
def test_each_wrong_key_is_named(more: dict[str, Json], key: str) -> None:
    paths = wrong(speaking("mail", **{"client_id": "mail", **more}))
    assert f"service.mail.oidc.{key}" in paths


def test_all_errors_of_all_services_come_at_once() -> None:
    paths = wrong(speaking("mail", redirect_uris=[]), speaking("file", scopes=[]))
    assert paths == {"service.mail.oidc.redirect_uris", "service.file.oidc.scopes"}


def test_two_services_cannot_be_one_client() -> None:
    paths = wrong(speaking("mail"), replace(speaking("mail"), id=service("file").id))
    assert paths == {"service.file.oidc.client_id"}


@pytest.mark.parametrize("host", ["localhost:9000", "127.0.0.1:9000", "[::1]:9000"])
def test_http_is_for_this_machine_and_never_in_production(host: str) -> None:
    local = speaking("mail", redirect_uris=[f"http://{host}/back"])
    assert frontend_config(TableSettings(), [local])["clients"]
    assert wrong(local, environment="production") == {"service.mail.oidc.redirect_uris"}


def test_a_secret_in_a_file_is_kept_as_its_hash(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("0123456789abcdef0123456789abcdef\n")
    (tmp_path / "secret").chmod(0o600)
    mail = speaking("mail", client_secret_sha256=None, client_secret_file="secret")
    config = frontend_config(TableSettings(tmp_path), [mail])
    client: Client = CLIENTS.validate_python(config["clients"])[0]
    expected = hashlib.sha256(b"0123456789abcdef0123456789abcdef").hexdigest()
    assert client.secret == expected
    assert client.knows_secret("0123456789abcdef0123456789abcdef")
    assert not client.knows_secret("0123456789abcdef0123456789abcdee")


@pytest.mark.parametrize("content", [None, "too short"])
def test_a_secret_s_file_must_be_there_and_hold_enough(tmp_path: Path, content: str | None) -> None:
    if content:
        (tmp_path / "secret").write_text(content)
        (tmp_path / "secret").chmod(0o600)
    mail = speaking("mail", client_secret_sha256=None, client_secret_file="secret")
    assert wrong(mail, folder=tmp_path) == {"service.mail.oidc.client_secret_file"}


def test_a_public_client_knows_no_secret() -> None:
    public = speaking("mail", client_secret_sha256=None, token_endpoint_auth_method="none")
    config = frontend_config(TableSettings(), [public])
    client: Client = CLIENTS.validate_python(config["clients"])[0]
    assert client.secret is None and not client.knows_secret("")


def test_services_of_other_protocols_are_left_alone() -> None:
    other = replace(service("other"), peer=DeclaredPeer(frontend="saml", table={"x": 1}))
    assert frontend_config(TableSettings(), [other, service("plain")])["clients"] == []
