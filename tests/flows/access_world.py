"""The people of the access table: a session each in one region, and things that belong to them."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import flask
from werkzeug.routing import Map
from werkzeug.test import Client, TestResponse

from hub.contract.accounts import KeepsAccounts
from hub.contract.identifiers import AccountId, MethodName, ServiceId
from hub.contract.tasks import SetsSecret
from hub.people.access import AccessRequest
from hub.people.importing import ImportRun, RunState
from hub.people.posted import PostedNotice
from hub.people.requests import AccountRequest, Typed
from hub.people.rights import Grant
from hub.people.space import PersonalLink, Space
from hub.web.desk import Desk
from hub_services.directory.generating import lines
from tests.flows.access_shares import share_studies
from tests.flows.books import Book, SqliteBook
from tests.flows.browser import Browser
from tests.flows.region import HUB, NOW, Region
from tests.flows.steps import signed_in

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ROLES: Mapping[str, str] = {
    "nobody": "",
    "person": "marie.durand",
    "strong": "nadia.benali",
    "limited": "lucas.moreau",
    "referent": "claire.fontaine",
    "neighbour": "paul.lambert",
    "support": "julie.perrin",
    "operator": "thomas.roche",
    "suspended": "sophie.garnier",
}
"""Who plays each role; what the roles mean is said in `tests/access.toml`."""
GIVEN = {
    "limited": ("pharmacie.developer", None),
    "neighbour": ("console.referent", "CHU de Grandval"),
}
SIMPLE = {"nobody", "person", "limited", "suspended"}


@dataclass
class Visit:
    """One role's browser, its login begun and never ended, and what its forms carry."""

    role: str
    cookies: str
    csrf: str
    login: str


@dataclass
class World:
    region: Region
    book: Book
    visits: dict[str, Visit] = field(default_factory=dict)

    @property
    def site(self) -> flask.Flask:
        found: flask.Flask = vars(self.region.app.wsgi)["_pages"]
        return found

    @property
    def rules(self) -> Map:
        return self.site.url_map

    @property
    def style(self) -> str:
        """The name under which the style sheet of all pages is served."""
        return str(self.site.extensions["hub_static"].address("hub", "hub.css")).rpartition("/")[2]

    @property
    def desk(self) -> Desk:
        found: Desk = self.site.extensions["hub_desk"]
        return found

    def account(self, login: str) -> AccountId:
        found = self.region.app.accounts.by_login(login)
        assert found, login
        return found.id

    def ask(self, role: str, method: str, path: str, sent: Mapping[str, str]) -> TestResponse:
        """One request, redirects not followed; whatever it changed is as before afterwards."""
        visit = self.visits[role]
        body = {"csrf": visit.csrf, **sent} if method != "GET" else None
        headers = {"Cookie": visit.cookies, "Origin": HUB, "Sec-Fetch-Site": "same-origin"}
        client = Client(self.region.serve, use_cookies=False)
        if method == "GET":
            return client.open(path, base_url=HUB, headers=headers, buffered=True)
        with self.undone():
            return client.open(
                path, method=method, base_url=HUB, data=body, headers=headers, buffered=True
            )

    def keep(self) -> None:
        """What is in the database now is what every request finds."""
        self.book.keep()

    def close(self) -> None:
        self.book.close()

    def logins(self) -> list[str]:
        return [login for login in ROLES.values() if login]

    def undone(self) -> AbstractContextManager[None]:
        """Whatever is changed inside is as before afterwards."""
        return self.book.undone()


def world(region: Region, book: Book | None = None) -> World:
    """Everybody signed in, once; on SQLite, unless *book* is another database's."""
    made = World(region=region, book=book or SqliteBook(region.folder / "hub.db"))
    for role, (right, structure) in GIVEN.items():
        who = made.account(ROLES[role])
        region.app.rights.give(
            Grant(id=f"given-{role}", account=who, name=right, structure=structure, since=NOW)
        )
    for role, login in ROLES.items():
        made.visits[role] = _visit(made, role, login)
    _suspend(made, ROLES["suspended"])
    _furnish(made)
    made.keep()
    return made


def _visit(made: World, role: str, login: str) -> Visit:
    browser = made.region.browser()
    begun = urlsplit(browser.open(f"{HUB}/account").address).path.rpartition("/")[2]
    if login:
        signed_in(browser, login)
    if role not in SIMPLE:
        _prove_more(made, browser, login)
    page = browser.open(f"{HUB}/help")
    csrf = page.forms()[0].sent({}, "")["csrf"]
    cookies = "; ".join(f"{name}={text}" for name, text in browser.cookies().items())
    return Visit(role=role, cookies=cookies, csrf=csrf, login=begun)


def _prove_more(made: World, browser: Browser, login: str) -> None:
    method = made.region.app.rules.methods[MethodName("totp")]
    assert isinstance(method, SetsSecret)
    method.set_secret(made.account(login), SEED, None)
    page = browser.open(f"{HUB}/account/means")
    if not page.has("code"):
        page = browser.submit(page.form(to="/totp"), {"begin": "1"})
    page = browser.submit(page.form(asking="code"), {"code": made.region.totp()})
    assert page.path.startswith("/account"), page.words


def _suspend(made: World, login: str) -> None:
    """In the store alone: a session that outlived it must open nothing either."""
    store = made.region.app.stores["own"]
    assert isinstance(store, KeepsAccounts)
    store.suspend(made.account(login))


def _furnish(made: World) -> None:
    """One thing of each kind for everybody, so that each has an own one and others' ones."""
    desk = made.desk
    for role, login in ROLES.items():
        if login:
            who = made.account(login)
            mine = PersonalLink(id=f"link-{role}", name="Labo", address="https://labo.test/")
            desk.own.spaces.keep(who, Space(links=(mine,)))
            desk.own.posted.post(
                PostedNotice(
                    id=f"notice-{role}",
                    account=who,
                    service=ServiceId("medimail"),
                    text="Un avis",
                    posted_at=NOW,
                )
            )
    _bring_files(made)
    _ask_for_rights(made)
    _ask_for_accounts(made)
    senders = {role: made.account(login) for role, login in ROLES.items() if login}
    share_studies(made.site, made.region.app.database, senders, NOW)
    file = made.region.folder / "extraction.txt"
    file.write_text("".join(lines(20)), encoding="utf-8")
    command = made.region.app.equipped.commands["directory"]
    assert command.run(["import", str(file)]) == 0 and command.run(["accounts"]) == 0


def _bring_files(made: World) -> None:
    """One of each role, whether or not they may bring any."""
    assert made.desk.importing
    for role, login in ROLES.items():
        if login:
            run = ImportRun(
                id=f"import-{role}",
                account=made.account(login),
                made_at=NOW,
                state=RunState.SHOWN,
            )
            made.desk.importing.book.begin(run)


def _ask_for_rights(made: World) -> None:
    for name, login, structure in (
        ("right-here", "henri.vasseur", "Clinique du Parc"),
        ("right-there", "anne.delmas", "CHU de Grandval"),
    ):
        made.desk.own.access.add(
            AccessRequest(
                id=name,
                account=made.account(login),
                service=ServiceId("emage"),
                structure=structure,
                made_at=NOW,
            )
        )


def _ask_for_accounts(made: World) -> None:
    for name, structure in (
        ("account-here", "Clinique du Parc"),
        ("account-there", "CHU de Grandval"),
        ("account-nowhere", None),
    ):
        typed = Typed(
            given_name="Cléo",
            family_name="d’Arc",
            mail=f"{name}@clinique.example",
            profession="Infirmière",
            structure=structure or "ailleurs",
        )
        book = made.desk.guests.requests
        book.add(AccountRequest(id=name, made_at=NOW, structure=structure, typed=typed), name)
        book.confirm(name, NOW)
