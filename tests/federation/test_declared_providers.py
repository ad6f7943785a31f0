"""What can be wrong with a provider in hub.toml, said at start with its key."""

from pathlib import Path
from typing import Any

import pytest

from hub.app import verify
from hub.configuration import configured
from hub.testing.running import BASE, running_hub
from tests.federation.visits import word

BROKEN = "tests.federation.test_declared_providers.Broken"


class Broken:
    """No backend at all."""


@pytest.mark.parametrize(
    ("name", "table", "path", "problem"),
    [
        ("login", word(), "plugins", "has a name of the hub's"),
        ("pass word", word(), "plugins", "is no part of an address"),
        ("password", word(), "provider.password", "a method is so called"),
        ("word", word(module=BROKEN), "provider.word", "cannot be loaded"),
        ("word", word(module="no.such.Backend"), "provider.word", "cannot be loaded"),
        ("word", word(module=""), "provider.word.module", "neither here nor in"),
        ("word", word(config={}), "provider.word", "needs `file` or `config`"),
        ("word", word(file="x.yaml"), "provider.word", "and not both"),
        ("word", word(config={}, file="x.yaml"), "provider.word.file", "x.yaml cannot be read"),
        ("word", word(micro_services=["m.yaml"]), "provider.word.micro_services", "m.yaml"),
        ("word", word(tittle="x"), "provider.word.tittle", ""),
    ],
)
def test_every_mistake_is_said_where_it_stands(
    tmp_path: Path, name: str, table: dict[str, Any], path: str, problem: str
) -> None:
    running_hub(tmp_path)  # makes the keys and the tables
    wrong = _wrong(tmp_path, **{name: table})
    assert {(each.path, problem in each.problem) for each in wrong} == {(path, True)}, wrong


def test_methods_of_hub_toml_orders_providers_too(tmp_path: Path) -> None:
    running = running_hub(tmp_path, provider={"word": word()}, methods=["word", "password"])
    assert list(running.app.rules.methods) == ["word", "password"]


def test_a_micro_service_with_pages_outside_the_provider_is_refused(tmp_path: Path) -> None:
    running_hub(tmp_path)
    (tmp_path / "linking.yaml").write_text(
        "module: satosa.micro_services.account_linking.AccountLinking\n"
        "name: linking\n"
        "config: {api_url: 'https://x.test', sign_key: none, redirect_url: 'https://x.test'}\n"
    )
    wrong = _wrong(tmp_path, word=word(micro_services=["linking.yaml"]))
    assert [each.path for each in wrong] == ["provider.word"]


def _wrong(folder: Path, **providers: Any) -> list[Any]:
    try:
        return verify(configured({**BASE, "provider": providers}, folder))
    except Exception as error:
        return list(getattr(error, "errors", [error]))
