"""The same pages over the real store and plugins, as the composition root wires them."""

import re
from pathlib import Path

import pyotp
import pytest
from werkzeug.test import Client, TestResponse

from hub.contract.accounts import Account, Contact, Identifier, Situation
from hub.contract.identifiers import AccountId, ChannelKind, MethodName
from hub.contract.tasks import SetsSecret
from hub.people.rights import Grant
from hub.testing.running import NOON, RunningHub, running_hub
from tests.web.site import ADDRESS, SAME, said

pytestmark = pytest.mark.slow
SECRET, OTHER = "un long secret de test", "un autre secret aussi long"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CLINIC = Situation(id="c", structure="Clinique du Parc", role="infirmière", source="own")


def person(name: str) -> Account:
    return Account(
        id=AccountId(name),
        display_name=name.title(),
        identifiers=(Identifier(system="login", number=name),),
        situations=(CLINIC,),
        contacts=(Contact(kind=ChannelKind("mail"), address=f"{name}@hub.test", validated=True),),
    )


class Visitor:
    """A browser that fills in the forms it is shown."""

    def __init__(self, hub: RunningHub, source: str = "") -> None:
        # Werkzeug's browser forgets its address at each redirect.
        here = {"REMOTE_ADDR": source}
        self._client = Client(lambda environ, start: hub.app.wsgi({**environ, **here}, start))
        self._signing_in = ""

    def cookies(self) -> str:
        """As the next request to the hub brings them."""
        sent = self._client.open("/health/live", base_url=ADDRESS).request
        return str(sent.headers["Cookie"])

    def get(self, path: str) -> TestResponse:
        return self._client.get(path, base_url=ADDRESS, follow_redirects=True)

    def submit(self, path: str, form: str, **fields: str) -> TestResponse:
        """Load *path*, and send the form there that goes to *form*."""
        found = re.search(r'name="csrf" value="(\w+)"', self.get(path).text)
        assert found
        return self._client.post(
            form,
            data={"csrf": found[1], **fields},
            base_url=ADDRESS,
            headers=SAME,
            follow_redirects=True,
        )

    def sign_in(self, name: str, secret: str = SECRET) -> TestResponse:
        page = self.get("/services")
        self._signing_in = self.get("/account").text
        action = re.search(r'action="(/login/[^"]+/password)"', page.text)
        assert action
        login = action[1].rpartition("/")[0]
        return self.submit(login, action[1], identifier=name, password=secret)

    def sign_in_again(self, name: str) -> TestResponse:
        """The same person, in a login of another tab: a newer proof in the same session."""
        action = re.search(r'action="(/login/[^"]+/password)"', self._signing_in)
        assert action
        login = action[1].rpartition("/")[0]
        return self.submit(login, action[1], identifier=name, password=SECRET)

    def left(self) -> int:
        """Seconds, as the page's script asks."""
        return int(self.get("/session/left").get_json()["left"])

    def prove_more(self, path: str) -> TestResponse:
        """Give the authenticator's code on the way to *path*."""
        action = re.search(r'action="(/login/[^"]+/totp)"', self.get(path).text)
        assert action
        login = action[1].rpartition("/")[0]
        self.submit(login, action[1], begin="1")
        return self.submit(login, action[1], code=pyotp.TOTP(SEED).at(NOON))


def make_referent(hub: RunningHub, name: str) -> None:
    hub.app.rights.give(
        Grant(
            id=name,
            account=AccountId(name),
            name="console.referent",
            structure=CLINIC.structure,
            since=NOON,
        )
    )


def enrol(hub: RunningHub, name: str) -> None:
    method = hub.app.rules.methods[MethodName("totp")]
    assert isinstance(method, SetsSecret)
    method.set_secret(AccountId(name), SEED, None)


@pytest.fixture
def hub(tmp_path: Path) -> RunningHub:
    made = running_hub(
        tmp_path,
        plugins=["own", "regional", "password", "totp", "console"],
        messages={"chains": {"mail": ["console"]}},
        service={
            "mail": {
                "title": "Medimail",
                "minimum": "strong",
                "summary": "Messagerie sécurisée",
                "launch": "https://mail.test/",
            }
        },
    )
    for name in ("marie", "paul"):
        made.settle(person(name), password=SECRET)
    return made


def test_somebody_signs_in_and_sees_their_tiles(hub: RunningHub) -> None:
    page = Visitor(hub).sign_in("marie")
    assert "Mes services" in said(page) and "Medimail" in said(page)
    assert "Connexion simple, mot de passe" in said(page)


def test_the_history_calls_an_accepted_text_by_its_title(tmp_path: Path) -> None:
    (tmp_path / "terms.txt").write_text("Article 1.", encoding="utf-8")
    text = {"version": "2026-01", "title": "Conditions du portail", "file": "terms.txt"}
    hub = running_hub(
        tmp_path,
        plugins=["own", "regional", "password", "terms"],
        portal={"requires": ["terms.portal"]},
        plugin={"terms": {"texts": {"portal": text}}},
    )
    hub.settle(person("marie"), password=SECRET)
    visitor = Visitor(hub)
    page = visitor.sign_in("marie")
    form = re.search(r'action="((/login/[^/"]+)/do/terms.portal)"', page.text)
    assert form and "Article 1." in page.text
    visitor.submit(form[2], form[1], accept="yes")
    words = said(visitor.get("/account/history"))
    assert "Texte accepté : Conditions du portail, version 2026-01" in words
    assert "terms.portal" not in words


def test_the_pages_of_a_plugin_are_called_by_their_title(tmp_path: Path) -> None:
    hub = running_hub(tmp_path, plugins=["own", "regional", "password", "terms"])
    words = said(Visitor(hub).get("/apps/terms/mine"))
    assert "Mes conditions acceptées" in words and "apps-terms" not in words


def test_the_account_pages_read_the_real_store(hub: RunningHub) -> None:
    here, there = Visitor(hub), Visitor(hub)
    here.sign_in("marie")
    there.sign_in("marie")
    assert "Marie" in said(here.get("/account"))
    page = here.get("/account/sessions")
    assert page.text.count('/account/sessions/end"') == 1
    other = re.search(r'name="session" value="([^"]+)"', page.text)
    assert other
    here.submit("/account/sessions", "/account/sessions/end", session=other[1])
    assert "Accès professionnels" in said(there.get("/account"))
    assert "Une connexion a été fermée" in said(here.get("/account/history"))


def test_a_password_is_changed_from_the_account_and_opens_the_next_session(hub: RunningHub) -> None:
    visitor = Visitor(hub)
    visitor.sign_in("marie")
    form = "/account/means/password"
    assert 'name="new_password"' in visitor.submit("/account", form, begin="1").text
    again = {"new_password": OTHER, "new_password_again": OTHER}
    wrong = visitor.submit(form, form, password="not the right one", **again)
    assert 'role="alert"' in wrong.text
    assert "C’est enregistré" in said(visitor.submit(form, form, password=SECRET, **again))
    assert "Le mot de passe a été changé" in said(visitor.get("/account/history"))
    assert "Medimail" not in said(Visitor(hub).sign_in("marie"))
    assert "Medimail" in said(Visitor(hub).sign_in("marie", OTHER))


def test_a_weak_sign_in_opens_no_console_and_says_why(hub: RunningHub) -> None:
    make_referent(hub, "marie")
    visitor = Visitor(hub)
    visitor.sign_in("marie")
    assert 'href="/console"' in visitor.get("/services").text
    assert "n’atteint le niveau" in said(visitor.get("/console"))


def test_a_referent_resets_a_colleague_s_password_and_both_are_told(hub: RunningHub) -> None:
    make_referent(hub, "marie")
    enrol(hub, "marie")
    visitor, colleague = Visitor(hub), Visitor(hub)
    visitor.sign_in("marie")
    colleague.sign_in("paul")
    assert "Paul" in said(visitor.prove_more("/console/people"))
    page = visitor.submit("/console/people/paul", "/console/people/paul/reset/password")
    assert "Le moyen est réinitialisé" in said(page)
    assert "Accès professionnels" in said(colleague.get("/services"))
    assert "Medimail" not in said(Visitor(hub).sign_in("paul"))
    hub.turn()
    inbox = said(visitor.get("/apps/console/"))
    assert inbox.count("Un changement sur le compte de Paul") == 2
    assert "Fait par Marie, référent" in inbox
