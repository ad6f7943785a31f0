"""What the operator may write, and every mistake in it at once."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey

from hub import ConfigErrors, Factor, IdentityBackend
from hub.configuration import configured
from hub.testing.running import BASE
from hub_backends.oidc_provider import identity_backends

GOOD = {
    "issuer": "https://provider.test",
    "client_id": "hub",
    "title": "Regional",
    "client_secret_file": "secret",
}


def declared(folder: Path, providers: dict[str, Any], **hub: Any) -> list[IdentityBackend]:
    secret = folder / "secret"
    secret.touch(mode=0o600)
    secret.write_text("of the hub\n")
    plugin = {"oidc_provider": {"providers": providers}}
    plugins = [*BASE["plugins"], "oidc_provider"]
    raw = {**BASE, "plugins": plugins, **hub, "plugin": plugin}
    return list(identity_backends(configured(raw, folder)))


def wrong(folder: Path, changes: dict[str, Any], **hub: Any) -> list[str]:
    with pytest.raises(ConfigErrors) as errors:
        declared(folder, {"regional": {**GOOD, **changes}}, **hub)
    at = "plugin.oidc_provider.providers.regional."
    return sorted(each.path.removeprefix(at) for each in errors.value.errors)


def test_each_provider_becomes_a_method_of_its_name(tmp_path: Path) -> None:
    found = declared(tmp_path, {"regional": GOOD, "hospital": {**GOOD, "title": "Hospital"}})
    assert [each.card.name for each in found] == ["regional", "hospital"]
    assert [each.card.title for each in found] == ["Regional", "Hospital"]
    assert all(each.card.identifies for each in found)


def test_what_satosa_is_given_survives_json(tmp_path: Path) -> None:
    evidence = [{"acr": ["eidas2"], "factors": ["knowledge", "possession"]}]
    [found] = declared(tmp_path, {"regional": {**GOOD, "evidence": evidence, "leeway": "PT5S"}})
    assert json.loads(json.dumps(found.module.config)) == found.module.config
    assert found.module.config["secret"] == "of the hub"
    assert [(each.vouched_acr, each.factors) for each in found.possible] == [
        ("eidas2", frozenset({Factor.KNOWLEDGE, Factor.POSSESSION}))
    ]


def test_without_a_table_a_sign_in_there_is_one_factor(tmp_path: Path) -> None:
    [found] = declared(tmp_path, {"regional": GOOD})
    assert [each.factors for each in found.possible] == [frozenset({Factor.KNOWLEDGE})]


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({"issuer": "provider.test"}, ["issuer"]),
        ({"issuer": "https://provider.test?a=b"}, ["issuer"]),
        ({"metadata_url": "ftp://provider.test"}, ["metadata_url"]),
        ({"endpoints": {"token": "nowhere"}}, ["endpoints.token"]),
        ({"discovery": False}, ["endpoints"]),
        ({"scopes": ["profile"]}, ["scopes"]),
        ({"algorithms": []}, ["algorithms"]),
        ({"evidence": []}, ["evidence"]),
        (
            {"parameters": {"prompt": "none", "nonce": "x"}},
            ["parameters.nonce", "parameters.prompt"],
        ),
        ({"identifiers": {"rpps": "RPPS"}}, ["identifiers.rpps"]),
        ({"client_secret_file": ""}, ["client_secret_file"]),
        ({"client_secret_file": "absent"}, ["client_secret_file"]),
        ({"authentication": "private_key_jwt"}, ["private_key_file"]),
        (
            {"authentication": "private_key_jwt", "private_key_file": "secret"},
            ["private_key_file"],
        ),
        ({"scopes": [], "evidence": [], "issuer": "x"}, ["evidence", "issuer", "scopes"]),
    ],
)
def test_what_cannot_work_stops_the_hub(
    tmp_path: Path, changes: dict[str, Any], keys: list[str]
) -> None:
    assert wrong(tmp_path, changes) == keys


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS1"])
def test_no_symmetric_or_missing_signature_can_be_configured(
    tmp_path: Path, algorithm: str
) -> None:
    assert wrong(tmp_path, {"algorithms": [algorithm]}) == ["algorithms.0"]


def test_production_speaks_with_nobody_in_clear(tmp_path: Path) -> None:
    clear = {"issuer": "http://localhost:9000"}
    assert declared(tmp_path, {"regional": {**GOOD, **clear}})
    assert wrong(tmp_path, clear, environment="production") == ["issuer"]


def test_a_key_must_fit_its_algorithm(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.touch(mode=0o600)
    key.write_bytes(ECKey.generate_key("P-256").as_pem(private=True))
    keyed = {"authentication": "private_key_jwt", "private_key_file": "key.pem"}
    assert wrong(tmp_path, {**keyed, "private_key_algorithm": "RS256"}) == ["private_key_file"]
    assert declared(tmp_path, {"regional": {**GOOD, **keyed, "private_key_algorithm": "ES256"}})


def test_mistakes_of_two_providers_are_told_together(tmp_path: Path) -> None:
    with pytest.raises(ConfigErrors) as errors:
        declared(tmp_path, {"one": {**GOOD, "scopes": []}, "two": {**GOOD, "issuer": "x"}})
    assert [each.path for each in errors.value.errors] == [
        "plugin.oidc_provider.providers.one.scopes",
        "plugin.oidc_provider.providers.two.issuer",
    ]


def test_what_the_guide_shows_works(tmp_path: Path) -> None:
    guide = Path(__file__).parents[3] / "docs" / "operator.md"
    blocks = re.findall(r"```toml\n(.*?)```", guide.read_text(encoding="utf-8"), re.DOTALL)
    [shown] = [each for each in blocks if each.startswith("[plugin.oidc_provider")]
    table = tomllib.loads(shown)["plugin"]["oidc_provider"]["providers"]
    table["region"]["client_secret_file"] = "secret"
    [found] = declared(tmp_path, table)
    assert found.card.title == "Identité régionale"
