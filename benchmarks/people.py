"""Fills a hub with people: one the way an operator does it, the others as copies of that one."""

import subprocess
from dataclasses import replace
from pathlib import Path

from hub.app import compose
from hub.configuration import read
from hub.contract.accounts import Account, Identifier, KeepsAccounts
from hub.contract.identifiers import AccountId
from hub.store.drawers import SqlDrawer
from hub.store.sealing import KeyRing
from tests.peers.hub_process import HUB

PASSWORD = "quatre chats sur le toit"
_FIRST = """
[[person]]
login = "{login}"
given_name = "Ann"
family_name = "Martin"
mail = "ann@hub.test"
secrets = {{ password = "{password}" }}
"""


def login_of(number: int) -> str:
    return f"person.{number}"


def settle(configuration: Path, people: int, passwords: int) -> str:
    """Accounts for *people*, and for the first *passwords* of them the password returned."""
    described = configuration.with_name("people.toml")
    described.write_text(_FIRST.format(login=login_of(0), password=PASSWORD), encoding="utf-8")
    for words in (("setup",), ("account", "import", str(described))):
        subprocess.run([*HUB, *words, "--config", str(configuration)], check=True, timeout=120)
    settings = read(configuration)
    app = compose(settings)
    first = app.accounts.by_login(login_of(0))
    store = app.stores["own"]
    assert first and isinstance(store, KeepsAccounts)
    for number in range(1, people):
        store.create(_copy(first, number))
    keys = KeyRing.from_folder(settings.secrets)
    drawer = SqlDrawer(app.database, keys, "password", "password")
    (secret,) = drawer.of(first.id)
    for number in range(1, passwords):
        drawer.put(replace(secret, account=_id(number), version=0))
    return PASSWORD


def _copy(first: Account, number: int) -> Account:
    named = Identifier(system="login", number=login_of(number))
    return replace(first, id=_id(number), identifiers=(named,), contacts=())


def _id(number: int) -> AccountId:
    return AccountId(f"person-{number}")
