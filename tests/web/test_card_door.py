"""What a whole hub answers under the names where cards are shown, by a proxy that is believed."""

from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs
from werkzeug.test import Client, TestResponse

from hub.broker.returning import WebReturning
from hub.card_self_test import CardSelfTest, Reach
from hub.contract.errors import ConfigError, ConfigErrors
from hub.testing.running import RunningHub, running_hub
from hub.web.card_gate import Gate
from tests.web.card_proxy import SECRET, Proxy

DOMAIN = "card.hub.test"
BACK = "/login/l-1/cps"
DER = b"0\x82 whatever a card holds"


def told(der: bytes = DER) -> str:
    return f"{SECRET} {b64encode(der).decode()}"


def hub_with(folder: Path, **card_host: Any) -> RunningHub:
    secret = folder / "card.secret"
    secret.touch(mode=0o600)
    secret.write_text(SECRET)
    table = {"domain": DOMAIN, "secret_file": "card.secret", **card_host}
    return running_hub(folder, trusted_hops=1, card_host=table)


@pytest.fixture
def hub(tmp_path: Path) -> RunningHub:
    running = hub_with(tmp_path)
    running.app.cards.gate.standing = Gate.OPEN
    return running


def label(hub: RunningHub) -> str:
    address = hub.app.cards.hosts.lent_to("cps").fresh(BACK)
    assert address
    return address.removeprefix("https://").removesuffix("/")


def ask(hub: RunningHub, host: str, path: str = "/", **more: Any) -> TestResponse:
    """Past the proxy, so that a test says each header itself."""
    headers: Mapping[str, str] = {"X-Forwarded-For": "198.51.100.7", **more.pop("headers", {})}
    peer = {"REMOTE_ADDR": more.pop("peer", "127.0.0.1")}
    method = more.pop("method", "GET")
    client = Client(hub.app.wsgi)
    base = f"https://{host}"
    return client.open(
        path, base_url=base, method=method, headers=headers, environ_overrides=peer, **more
    )


def counted(hub: RunningHub, outcome: str) -> bool:
    text = hub.app.cards.door.metrics.text().decode()
    return f'hub_cards_shown_total{{outcome="{outcome}"}} 1.0' in text


def test_a_card_shown_to_the_proxy_comes_back_with_a_ticket(hub: RunningHub) -> None:
    answer = ask(hub, label(hub), headers={"Hub-Card": told()})
    path, _, ticket = answer.headers["Location"].partition("?ticket=")
    assert (answer.status_code, path) == (303, f"https://hub.test{BACK}")
    laid = WebReturning(hub.app.cards.hosts.returning, "cps").taken(BACK, ticket)
    assert laid and laid.certificate == DER


def test_the_card_host_gives_no_cookie_and_keeps_what_it_knows(hub: RunningHub) -> None:
    answer = ask(hub, label(hub), headers={"Hub-Card": told()})
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("path", ["/login/l-1", "/health/live", "/static/hub.css", "/favicon.ico"])
def test_no_page_of_the_hub_is_served_where_cards_are_shown(hub: RunningHub, path: str) -> None:
    answer = ask(hub, label(hub), path, headers={"Hub-Card": told()})
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (404, False)


@pytest.mark.parametrize("host", [DOMAIN, f"short.{DOMAIN}", f"a.{'b' * 32}.{DOMAIN}"])
def test_names_nobody_lent_lead_nowhere(hub: RunningHub, host: str) -> None:
    assert ask(hub, host, headers={"Hub-Card": told()}).status_code == 404


@pytest.mark.parametrize("method", ["POST", "HEAD", "OPTIONS"])
def test_a_name_is_not_spent_by_anything_but_a_visit(hub: RunningHub, method: str) -> None:
    name = label(hub)
    assert ask(hub, name, method=method, headers={"Hub-Card": told()}).status_code == 405
    assert BACK in ask(hub, name, headers={"Hub-Card": told()}).headers["Location"]


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ({"headers": {}}, "no_header"),
        ({"headers": {"Hub-Card": f"{'x' * 32} aGk="}}, "wrong_secret"),
        ({"headers": {"Hub-Card": f"{told()},{told()}"}}, "doubled_header"),
        ({"headers": {"Hub-Card": told()}, "peer": "203.0.113.9"}, "wrong_hop"),
        ({"headers": {"Hub-Card": told(), "X-Forwarded-For": ""}}, "wrong_hop"),
        ({"headers": {"Hub-Card": told(b"x" * 16_385)}}, "too_large"),
        ({"headers": {"Hub-Card": f"{SECRET} SUCCESS"}}, "malformed"),
        ({"headers": {"X-SSL-Client-Cert": "aGk=", "Client-Cert": ":aGk=:"}}, "no_header"),
    ],
)
def test_what_no_known_proxy_says_is_refused_counted_and_logged(
    hub: RunningHub, changed: dict[str, Any], cause: str
) -> None:
    name = label(hub)
    with capture_logs() as lines:
        assert ask(hub, name, **changed).status_code == 400
    assert {"event": "card_host.refused", "cause": cause, "log_level": "warning"} in lines
    assert counted(hub, cause)
    # Whoever showed the card still can: a stranger's request spends nothing.
    assert BACK in ask(hub, name, headers={"Hub-Card": told()}).headers["Location"]


def test_the_header_is_refused_at_the_hub_s_own_address(hub: RunningHub) -> None:
    for path in ("/", BACK, "/.well-known/openid-configuration"):
        assert ask(hub, "hub.test", path, headers={"Hub-Card": told()}).status_code == 400
    assert ask(hub, "hub.test").status_code == 200


def test_without_a_secret_no_proxy_is_believed(tmp_path: Path) -> None:
    more = {"secret_file": "", "listen": "127.0.0.1:0", "certificate": "c.pem", "key": "c.key"}
    hub = hub_with(tmp_path, **more)
    assert ask(hub, label(hub), headers={"Hub-Card": told()}).status_code == 400
    assert counted(hub, "wrong_hop")


class TestSelf:
    """A forged certificate is sent as a stranger would, through proxies good and bad."""

    @pytest.fixture
    def closed(self, tmp_path: Path) -> RunningHub:
        return hub_with(tmp_path)

    def tried(self, hub: RunningHub, proxy: Proxy | httpx.BaseTransport) -> Gate:
        transport = httpx.WSGITransport(proxy) if isinstance(proxy, Proxy) else proxy
        cards = hub.app.cards
        return CardSelfTest(cards.hosts, cards.gate, Reach(transport=transport)).run()

    def ready(self, hub: RunningHub) -> Any:
        return ask(hub, "hub.test", "/health/ready").get_json()

    def test_nobody_is_sent_before_a_test_has_shown_it(self, closed: RunningHub) -> None:
        assert closed.app.cards.hosts.lent_to("cps").fresh(BACK) is None
        assert self.ready(closed) == {"status": "ready", "card_host": "unproved"}

    def test_a_careful_proxy_opens_the_card_host(self, closed: RunningHub) -> None:
        assert self.tried(closed, Proxy(closed.app.wsgi)) is Gate.OPEN
        assert closed.app.cards.hosts.lent_to("cps").fresh(BACK)
        assert self.ready(closed)["card_host"] == "open"

    def test_a_proxy_that_vouches_for_what_it_is_sent_closes_it_loudly(
        self, closed: RunningHub
    ) -> None:
        self.tried(closed, Proxy(closed.app.wsgi))
        name = label(closed)
        believes = Proxy(
            closed.app.wsgi, lambda environ: f"{SECRET} {environ.get('HTTP_CLIENT_CERT', '')}"
        )
        with capture_logs() as lines:
            assert self.tried(closed, believes) is Gate.UNSAFE
        (line,) = [each for each in lines if each["event"] == "card_host.tested"]
        assert (line["found"], line["log_level"]) == ("unsafe", "error")
        assert closed.app.cards.hosts.lent_to("cps").fresh(BACK) is None
        # Nor is what was on its way taken any more.
        late = ask(closed, name, headers={"Hub-Card": told()})
        assert late.headers["Location"] == "https://hub.test/"

    def test_a_proxy_that_passes_on_what_it_is_sent_does_not_open_it(
        self, closed: RunningHub
    ) -> None:
        passes = Proxy(closed.app.wsgi, lambda environ: str(environ.get("HTTP_HUB_CARD", "")))
        assert self.tried(closed, passes) is Gate.MISFIT

    def test_an_address_that_answers_something_else_does_not_open_it(
        self, closed: RunningHub
    ) -> None:
        elsewhere = httpx.MockTransport(lambda _: httpx.Response(200, text="hello"))
        assert self.tried(closed, elsewhere) is Gate.UNPROVED

    def test_what_was_shown_outlasts_a_lost_packet(self, closed: RunningHub) -> None:
        def lost(request: httpx.Request) -> httpx.Response:
            raise httpx.ConnectError("lost", request=request)

        assert self.tried(closed, httpx.MockTransport(lost)) is Gate.UNPROVED
        self.tried(closed, Proxy(closed.app.wsgi))
        assert self.tried(closed, httpx.MockTransport(lost)) is Gate.OPEN


@pytest.mark.parametrize(
    ("table", "at"),
    [
        ({"domain": ""}, "card_host.domain"),
        ({"domain": "card hub"}, "card_host.domain"),
        ({"domain": "hub.test"}, "card_host.domain"),
        ({"domain": "test"}, "card_host.domain"),
        ({"secret_file": ""}, "card_host"),
        ({"listen": "8443"}, "card_host.listen"),
        ({"listen": "0.0.0.0:8443"}, "card_host.certificate"),
        ({"hops": ["10.0.0.1/8"]}, "card_host.hops"),
        ({"secret_file": "none"}, "card_host.secret_file"),
        ({"authorities": "card.secret"}, "card_host.authorities"),
    ],
)
def test_settings_that_cannot_work_are_named(
    tmp_path: Path, table: dict[str, Any], at: str
) -> None:
    with pytest.raises((ConfigError, ConfigErrors)) as wrong:
        hub_with(tmp_path, **table)
    assert f"{at}: " in str(wrong.value)


@pytest.mark.parametrize("secret", ["tooshort", "with a blank in the middle of it, and a comma"])
def test_a_secret_that_can_be_guessed_or_misread_is_refused(tmp_path: Path, secret: str) -> None:
    short = tmp_path / "short"
    short.touch(mode=0o600)
    short.write_text(secret)
    with pytest.raises(ConfigError, match="secret_file"):
        hub_with(tmp_path, secret_file="short")


def test_a_proxy_nobody_counts_is_refused(tmp_path: Path) -> None:
    (tmp_path / "card.secret").touch(mode=0o600)
    (tmp_path / "card.secret").write_text(SECRET)
    with pytest.raises(ConfigErrors, match="trusted_hops"):
        running_hub(tmp_path, card_host={"domain": DOMAIN, "secret_file": "card.secret"})
