"""A step-up by a sent code through the whole hub: real store, worker, inbox and pages."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from hub.contract.accounts import Account, Contact, Identifier
from hub.contract.identifiers import AccountId, ChannelKind
from hub.testing.running import RunningHub, running_hub

pytestmark = pytest.mark.slow
ADDRESS = "https://hub.test"
SECRET = "huit pommes vertes au jardin"
NUMBER = "+33612345642"
MARIE = Account(
    id=AccountId("a-1"),
    display_name="Marie Durand",
    identifiers=(Identifier(system="login", number="marie.durand"),),
    contacts=(
        Contact(kind=ChannelKind("sms"), address=NUMBER, validated=True),
        Contact(kind=ChannelKind("mail"), address="marie@hub.test", validated=True),
    ),
)


class Visit:
    """A browser on the way to the account's strong pages, at the question for a code."""

    def __init__(self, folder: Path, sms: str = "console", **changes: Any) -> None:
        plugins = ["own", "regional", "password", "sent_code", "oidc", "console", "sms_http"]
        gateway = {"address": "http://127.0.0.1:1/send"}
        self.hub: RunningHub = running_hub(
            folder,
            plugins=plugins,
            messages={"chains": {"sms": [sms], "mail": ["console"]}},
            plugin={"sms_http": gateway},
            **changes,
        )
        self.hub.settle(MARIE, password=SECRET)
        self.client = Client(self.hub.app.wsgi)
        self.page = self._follow(self._get("/account/means"))
        self.say("password", identifier="marie.durand", password=SECRET)

    def say(self, method: str, **fields: str) -> TestResponse:
        path, data, headers = self._form(method)
        answer = self.client.post(path, base_url=ADDRESS, data={**data, **fields}, headers=headers)
        self.page = self._follow(answer)
        return self.page

    def at_once(self, codes: list[str]) -> list[TestResponse]:
        """The same form, answered by as many tabs of this browser at the same moment."""
        path, data, headers = self._form("sent_code")

        def type_in(code: str) -> TestResponse:
            tab = Client(self.hub.app.wsgi)
            for name in ("__Host-browser", "__Host-hub"):
                cookie = self.client.get_cookie(name, "hub.test")
                tab.set_cookie(name, cookie.value if cookie else "", domain="hub.test")
            return tab.post(path, base_url=ADDRESS, data={**data, "code": code}, headers=headers)

        with ThreadPoolExecutor(len(codes)) as tabs:
            return list(tabs.map(type_in, codes))

    def choose(self, kind: str) -> TestResponse:
        label = {"sms": "Par SMS", "mail": "Par mail"}[kind]
        button = re.search(rf'name="means" value="([0-9a-f]+)"[^>]*>{label}', self.page.text)
        assert button, self.page.text
        return self.say("sent_code", means=button.group(1))

    def reload(self) -> TestResponse:
        self.page = self._get(self.page.request.path)
        return self.page

    def inbox(self) -> list[str]:
        """The codes that arrived, newest first."""
        page = self._get("/apps/console/")
        return re.findall(r"(?:@hub\.test #|<h2[^>]*>Votre code\W+)(\d{6})", page.text)

    def _form(self, method: str) -> tuple[str, dict[str, str], dict[str, str]]:
        csrf = re.search(r'name="csrf" value="([^"]+)"', self.page.text)
        assert csrf
        path = re.sub(r"(/login/[^/]+).*", r"\1", self.page.request.path)
        same = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}
        return f"{path}/{method}", {"csrf": csrf.group(1)}, same

    def _get(self, path: str) -> TestResponse:
        return self.client.get(path, base_url=ADDRESS)

    def _follow(self, answer: TestResponse) -> TestResponse:
        for _ in range(6):
            if answer.status_code != 303:
                break
            answer = self._get(answer.headers["Location"])
        return answer


@pytest.fixture
def visit(tmp_path: Path) -> Visit:
    return Visit(tmp_path)


def test_the_code_received_by_sms_opens_what_asks_for_strong(visit: Visit) -> None:
    visit.choose("sms")
    visit.hub.turn()
    (code,) = visit.inbox()
    page = visit.say("sent_code", code=code)
    assert (page.status_code, page.request.path) == (200, "/account")


def test_the_page_waits_for_the_message_and_then_stands_still(visit: Visit) -> None:
    page = visit.choose("sms")
    assert f'<iframe class="watched" src="{page.request.path}/sent_code/watched"' in page.text
    assert "http-equiv" not in page.text, "what is typed stays"
    frame = visit._get(f"{page.request.path}/sent_code/watched")
    assert "en cours d’envoi" in frame.text and 'content="3; url=?look=1"' in frame.text
    visit.hub.turn()
    page = visit.reload()
    assert "remis à l’opérateur" in page.text and "http-equiv" not in page.text


def test_neither_a_reload_nor_a_return_sends_a_code_again(visit: Visit) -> None:
    visit.reload()
    visit.choose("sms")
    visit.reload()
    visit.reload()
    visit.hub.turn()
    assert len(visit.inbox()) == 1


def test_a_wrong_code_is_refused_and_the_right_one_still_opens(visit: Visit) -> None:
    visit.choose("sms")
    visit.hub.turn()
    (code,) = visit.inbox()
    page = visit.say("sent_code", code=f"{(int(code) + 1) % 1_000_000:06}")
    assert "Il vous reste" in page.text and 'role="alert"' in page.text
    page = visit.say("sent_code", code=code)
    assert page.request.path == "/account"


def test_a_code_opens_one_sign_in_once(visit: Visit) -> None:
    visit.choose("sms")
    visit.hub.turn()
    (code,) = visit.inbox()
    question = visit.page
    visit.say("sent_code", code=code)
    visit.page = question
    page = visit.say("sent_code", code=code)
    assert page.request.path == "/services", "already through: no error, and nothing new"
    assert _proofs(visit) == ["password", "sent_code"]


def test_a_gateway_that_fails_is_said_and_the_mail_opens_the_same_sign_in(tmp_path: Path) -> None:
    visit = Visit(tmp_path, sms="sms_http")
    visit.choose("sms")
    visit.hub.turn()
    page = visit.reload()
    assert "Échec de l’envoi du SMS" in page.text and "http-equiv" not in page.text
    assert visit.inbox() == []
    visit.choose("mail")
    visit.hub.turn()
    (code,) = visit.inbox()
    assert visit.say("sent_code", code=code).request.path == "/account"


def test_the_right_code_sent_many_times_at_once_proves_once(visit: Visit) -> None:
    visit.choose("sms")
    visit.hub.turn()
    (code,) = visit.inbox()
    answers = visit.at_once([code] * 20)
    assert {answer.status_code for answer in answers} <= {303, 503}
    assert _proofs(visit) == ["password", "sent_code"]


def test_guesses_sent_at_once_are_counted_one_by_one(visit: Visit) -> None:
    visit.choose("sms")
    visit.hub.turn()
    (code,) = visit.inbox()
    visit.at_once([f"{(int(code) + off) % 1_000_000:06}" for off in range(1, 21)])
    page = visit.say("sent_code", code=code)
    assert 'role="alert"' in page.text and page.request.path.startswith("/login/")
    assert _proofs(visit) == ["password"]


def test_another_browser_cannot_use_the_sign_in_nor_its_code(visit: Visit) -> None:
    visit.choose("sms")
    visit.hub.turn()
    (code,) = visit.inbox()
    path = visit.page.request.path
    mine, visit.client = visit.client, Client(visit.hub.app.wsgi)
    assert visit._get(path).status_code == 403
    visit.say("sent_code", code=code)
    assert _proofs(visit) == ["password"]
    visit.client = mine
    visit.page = visit._get(path)
    assert visit.say("sent_code", code=code).request.path == "/account"


def _proofs(visit: Visit) -> list[str]:
    """The methods proved so far, oldest first."""
    entries = visit.hub.app.trail.of_account(MARIE.id, 100)
    proved = [entry.details["place"] for entry in entries if entry.action == "method.proved"]
    return sorted(proved)
