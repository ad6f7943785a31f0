"""Every form there is, filled in as it should be, by whom, and what the database says after it."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from werkzeug.test import Client, TestResponse

from hub.contract.values import value
from tests.flows.access_table import Table, address
from tests.flows.access_world import World
from tests.flows.region import HUB


@value
class Filled:
    """One form as *role* sends it; what stands in its address is said in `tests/access.toml`."""

    role: str
    fields: Mapping[str, str]
    adds: frozenset[str] = frozenset()
    """Tables in which each sending is something of its own, on purpose."""


def by(role: str, /, *adds: str, **fields: str) -> Filled:
    return Filled(role=role, fields=fields, adds=frozenset(adds))


FORMS: Mapping[str, Filled] = {
    "/account/close": by("person", reason="Je pars à la retraite."),
    "/account/export": by("person"),
    "/account/link": by("strong", answer="yes"),
    "/account/means/<name>": by("person", begin="1"),
    "/account/means/<name>/remove": by("strong", id="totp"),
    "/account/notifications": by("person"),
    "/account/privacy": by("person", visibility="hidden"),
    "/account/sessions/close-service": by("person", session="none", service="emage"),
    "/account/sessions/end": by("person", session="none"),
    "/account/sessions/end-others": by("person"),
    "/apps/directory/favourites": by("person", key="rpps:99700434378", liked="1"),
    "/apps/emage/mine/<name>": by("person"),
    "/apps/emage/mine/<name>/revoke": by("person"),
    "/apps/medimail/first": by("person", address="marie.durand@cabinet-des-tilleuls.example"),
    "/apps/oidc/consents/withdraw": by("person", service="emage"),
    "/apps/oidc/developer/<service>/try": by("limited"),
    "/apps/oidc/device/": by("person", code="BCDF-GHJK"),
    "/apps/oidc/device/answer": by("person", code="BCDF-GHJK", answer="yes"),
    # A code of its own each time: the former one may be on a screen already.
    "/apps/oidc/devices/add": by("strong", "oidc_associations", service="medimail"),
    "/apps/oidc/devices/remove": by("strong", device="none"),
    "/apps/oidc/devices/rename": by("strong", device="none", name="Tablette"),
    "/apps/situation/forget": by("person"),
    "/console/access/<request>/give": by("referent", days="31"),
    "/console/access/<request>/refuse": by("referent", reason="Non."),
    "/console/announcements": by(
        "operator",
        tone="info",
        starts="",
        ends="2026-02-01T12:00",
        title_fr="Maintenance",
        text_fr="Ce soir.",
        title_en="Maintenance",
        text_en="Tonight.",
    ),
    "/console/announcements/<name>/withdraw": by("operator"),
    "/console/audit/verify": by("operator"),
    "/console/closing": by("operator", who="henri.vasseur"),
    "/console/closing/<account>": by("operator", name="Henri Vasseur"),
    "/console/keys/<frontend>/prepare": by("operator"),
    "/console/methods/<name>/off": by("operator"),
    "/console/methods/<name>/on": by("operator"),
    "/console/people/<account>/contact": by("referent", kind="mail", address="henri@labo.example"),
    "/console/people/<account>/reopen": by("referent"),
    "/console/people/<account>/reset/<method>": by("referent"),
    "/console/people/<account>/rights": by(
        "referent", right="emage.reader", place="Clinique du Parc / Directeur", lasts="31", until=""
    ),
    "/console/people/<account>/rights/<grant>/end": by("referent"),
    "/console/people/<account>/suspend": by("referent"),
    # The second one replaces the first, and the page shows it; the person hears of both.
    "/console/people/<account>/temporary": by("referent", "message"),
    "/console/people/import": by("referent"),
    "/console/people/import/<run>/apply": by("referent"),
    "/console/people/new": by(
        "referent",
        family_name="d’Arc",
        given_name="Cléo",
        number="",
        structure="Clinique du Parc",
        role="Infirmière",
        profession="",
        mail="cleo@labo.example",
        mobile="",
        way="invitation",
        once="drawn-with-the-form",
    ),
    "/console/requests/<request>/accept": by("referent"),
    "/console/requests/<request>/refuse": by("referent", reason="Non."),
    "/console/services/waiting/<name>/approve": by("operator"),
    "/console/services/waiting/<name>/refuse": by("operator"),
    "/console/why": by("support", who="marie.durand", service="emage"),
    "/contact": by("person", ticket="none"),
    "/notices/<notice>/unread": by("person"),
    "/notices/read": by("person"),
    "/services/<name>/request": by(
        "operator", structure="Clinique du Parc", message="Pour les urgences"
    ),
    "/services/<name>/request/withdraw": by("person"),
    "/services/level": by("person"),
    "/services/links/<link_id>": by("person", name="Planning", address="https://plan.test/"),
    "/services/links/<link_id>/remove": by("person"),
    "/services/links/new": by("person", name="Planning", address="https://plan.test/"),
    "/services/manage": by("person", favourites="medimail"),
    "/services/order": by("person", order="emage medimail"),
    "/services/view": by("person", listed="1"),
    "/situation/close": by("person"),
    "/session/change": by("person"),
    "/session/stay": by("person"),
    "/workstation": by("person", shared="1"),
    "/logout": by("person"),
    "/language/<tag>": by("person"),
    # Of people without an account, and of machines: no session stands behind them.
    "/request": by("nobody", family_name="Arc", given_name="Cléo", mail="cleo@labo.example"),
    "/request/confirm": by("nobody", ticket="none"),
    "/diagnostic": by("nobody"),
    "/apps/cps/agent": by("nobody"),
    "/apps/cps/agent/<pairing>": by("nobody"),
    "/apps/emage/shared/<secret>": by("nobody"),
    "/apps/emage/shared/<secret>/code": by("nobody", code="000000"),
    "/apps/emage/shares/": by("nobody"),
    "/apps/emage/tickets/": by("nobody"),
    "/apps/notices/": by("nobody"),
    # Asked again is sent again: the first mail may be lost. Caps by day stand behind it.
    "/apps/password/forgotten": by("nobody", "message", "credential", identifier="marie.durand"),
    "/apps/password/identifier": by("nobody", "message", "credential", mail="nobody@labo.example"),
    "/apps/password/judge": by("nobody", new_password="court"),
    "/apps/password/set": by("nobody", ticket="none"),
}
DRAWN = frozenset({"own_names", "own_situations", "emage_codes"})
"""Tables in which even columns of the same request differ: a new id or code each time."""
# Counts, and what only says that something was tried; sessions and logins go on by themselves.
_TRAIL = frozenset({"trail", "trail_key", "trail_head", "checkpoint", "oidc_flows"})
_COUNTS = frozenset({"counter", "one_time", "lease", "pending_login", "known_browser"})
_VOLATILE = _TRAIL | _COUNTS | {"edition", "oidc_guesses", "alembic_version"}
_NAMES = frozenset({"id", "key", "number", "hash", "secret", "typed", "code", "ticket"})
_RANDOM = _NAMES | {"version", "revision", "seen_at"}


@contextmanager
def trying(world: World, role: str) -> Iterator[Callable[[str, Mapping[str, str]], TestResponse]]:
    """One person's browser; what it changed is as before afterwards."""
    visit = world.visits[role]
    headers = {"Cookie": visit.cookies, "Origin": HUB, "Sec-Fetch-Site": "same-origin"}
    client = Client(world.region.serve, use_cookies=False)

    def post(path: str, sent: Mapping[str, str]) -> TestResponse:
        body = {"csrf": visit.csrf, **sent}
        return client.post(path, base_url=HUB, data=body, headers=headers)

    with world.undone():
        yield post


def path_of(rule: str, table: Table, world: World) -> str:
    named = {name: said for each in table.of(rule) for name, said in each.values.items()}
    return address(rule, named.get("own", {}), FORMS[rule].role, world)


def state(world: World) -> Mapping[str, list[Any]]:
    """What the database holds, without what differs between any two requests."""
    with closing(sqlite3.connect(world.region.folder / "hub.db")) as database:
        names = "SELECT name FROM sqlite_master WHERE type = 'table'"
        tables = [name for (name,) in database.execute(names)]
        kept = [each for each in tables if each not in _VOLATILE and "sqlite" not in each]
        found = {each: _rows(database, each) for each in kept if "_words" not in each}
    return {**found, "own_space": _spaces(world)}


def told_of(world: World) -> int:
    """How many entries the trail holds."""
    with closing(sqlite3.connect(world.region.folder / "hub.db")) as database:
        (told,) = database.execute("SELECT count(*) FROM trail").fetchone()
    return int(told)


@contextmanager
def untold(world: World) -> Iterator[None]:
    """Nothing can be written in the trail meanwhile."""
    full = "BEGIN SELECT RAISE(ABORT, 'no room in the trail'); END"
    with closing(sqlite3.connect(world.region.folder / "hub.db")) as database:
        database.execute(f"CREATE TRIGGER untold BEFORE INSERT ON trail {full}")
        yield
        database.execute("DROP TRIGGER untold")


def _rows(database: sqlite3.Connection, table: str) -> list[Any]:
    shape = database.execute(f'PRAGMA table_info("{table}")').fetchall()
    columns = [
        name for _, name, kind, *_ in shape if kind.upper() != "BLOB" and name not in _RANDOM
    ]
    chosen = ", ".join(f'"{each}"' for each in columns) or "1"
    rows = map(repr, database.execute(f'SELECT {chosen} FROM "{table}"'))
    # A login made up for a newcomer ends in digits drawn by lot.
    return sorted(re.sub(r'("login","number":"[a-z.]+)[0-9]+"', r'\1#"', row) for row in rows)


def _spaces(world: World) -> list[Any]:
    """Sealed in the database: read as their people see them."""
    accounts = {world.account(login) for login in world.logins()}
    spaces = [world.desk.own.spaces.of(each) for each in sorted(accounts)]
    return [
        json.dumps(
            [
                each.listed,
                list(each.order),
                sorted(each.favourites),
                sorted((link.name, link.address) for link in each.links),
            ]
        )
        for each in spaces
    ]
