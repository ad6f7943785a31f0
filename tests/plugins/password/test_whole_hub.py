"""A password that must be changed, in a whole hub: one sign-in, ending where it was going."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import Client, TestResponse

from hub.contract.identifiers import MethodName
from hub.testing.pages import Read
from hub.testing.people import ANN
from hub.testing.running import RunningHub, running_hub
from hub_plugins.methods.password.method import PasswordMethod

from .desk import BETTER, GOOD

pytestmark = pytest.mark.slow
HUB = "https://hub.test"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningHub]:
    plugins = ["own", "regional", "password", "terms", "oidc"]
    (tmp_path / "terms.txt").write_text("Article 1.\n")
    texts = {"portal": {"version": "1", "title": "Conditions", "file": "terms.txt"}}
    hub = running_hub(
        tmp_path,
        plugins=plugins,
        portal={"requires": ["terms.portal"]},
        plugin={"password": {"memory": 8, "passes": 1}, "terms": {"texts": texts}},
    )
    hub.settle(ANN, password=GOOD)
    yield hub


class Visitor:
    def __init__(self, hub: RunningHub) -> None:
        self._client = Client(hub.app.wsgi)

    def open(self, path: str) -> tuple[str, Read]:
        return self._read(self._client.get(path, base_url=HUB, follow_redirects=True))

    def send(self, page: Read, **typed: str) -> tuple[str, Read]:
        fields = {**page.fields, **typed}
        headers = {"Origin": HUB}
        return self._read(
            self._client.post(
                page.action, data=fields, base_url=HUB, headers=headers, follow_redirects=True
            )
        )

    def _read(self, answer: TestResponse) -> tuple[str, Read]:
        return answer.request.path, Read(answer.status_code, answer.text)


def test_an_expired_password_is_changed_before_the_portal_opens(running: RunningHub) -> None:
    running.clock.later(days=365)
    visitor = Visitor(running)
    _, page = visitor.open("/services")
    path, page = visitor.send(page, identifier="ann", password=GOOD)
    assert path.startswith("/login/") and "expiré" in page.words
    assert page.action.endswith("/do/password.change")
    path, _ = visitor.open("/services")
    assert path.startswith("/login/"), "nothing opens without the change"
    _, page = visitor.send(page, new_password=GOOD, new_password_again=GOOD)
    assert "déjà utilisé" in page.words
    path, page = visitor.send(page, new_password=BETTER, new_password_again=BETTER)
    assert page.action.endswith("/do/terms.portal") and "Article 1." in page.words
    path, page = visitor.send(page, accept="yes")
    assert path == "/services"


def test_a_first_password_is_changed_at_the_first_sign_in(running: RunningHub) -> None:
    method = running.app.rules.methods[MethodName("password")]
    assert isinstance(method, PasswordMethod)
    given = method.temporary(ANN.id)
    visitor = Visitor(running)
    _, page = visitor.open("/services")
    _, page = visitor.send(page, identifier="ann", password=given)
    assert page.action.endswith("/do/password.change") and "remis" in page.words


def test_a_wrong_password_is_refused_in_words(running: RunningHub) -> None:
    visitor = Visitor(running)
    _, page = visitor.open("/services")
    path, page = visitor.send(page, identifier="ann", password=BETTER)
    assert path.startswith("/login/") and "incorrect" in page.words
    assert page.fields["identifier"] == "ann" and page.fields["password"] == ""
