"""A gateway is asked as its template says, and believed only when it says it took the message."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from urllib.parse import parse_qs

import httpx
import pytest

from hub.contract.errors import ConfigErrors, DeliveryFailed
from hub.contract.identifiers import ChannelKind
from hub.contract.messages import Letter
from hub.contract.values import Json, value
from hub.testing.settings import TableSettings
from hub.testing.toolbox import MemoryToolbox
from hub_plugins.channels.sms_http import message_channels
from hub_plugins.channels.sms_http.channel import SmsHttpChannel

LETTER = Letter(kind=ChannelKind("sms"), to="+33612345642", text="042042 : votre code & {secret}\n")


@value
class Asked:
    method: str
    headers: dict[str, str]
    body: str


class Gateway:
    """Answers as told; `meanwhile` runs first."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}/send"
        self.answer = (200, '{"status": "queued", "id": "m-7"}')
        self.asked: list[Asked] = []
        self.meanwhile: Callable[[], object] = lambda: None


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with _serving() as started:
        yield started


def test_the_message_arrives_as_the_template_says(gateway: Gateway, tmp_path: Path) -> None:
    channel = _channel(
        gateway,
        tmp_path,
        headers={"Authorization": "Bearer {secret}"},
        body={"receivers": ["{to}"], "message": "{text}", "priority": 1},
        reference='"id": "([^"]+)"',
    )
    receipt = channel.send(LETTER)
    (asked,) = gateway.asked
    assert asked.method == "POST" and asked.headers["authorization"] == "Bearer s3cret"
    assert json.loads(asked.body) == {
        "receivers": ["+33612345642"],
        "message": "042042 : votre code & {secret}",
        "priority": 1,
    }
    assert (receipt.channel, receipt.reference) == ("sms_http", "m-7")


def test_a_form_is_encoded_as_a_form(gateway: Gateway, tmp_path: Path) -> None:
    body: dict[str, Json] = {"to": "{to}", "text": "{text}"}
    _channel(gateway, tmp_path, send_as="form", method="PUT", plus=False, body=body).send(LETTER)
    (asked,) = gateway.asked
    assert asked.method == "PUT"
    assert parse_qs(asked.body) == {
        "to": ["33612345642"],
        "text": ["042042 : votre code & {secret}"],
    }


@pytest.mark.parametrize("status", [302, 400, 401, 500, 503])
def test_any_other_status_is_a_failure(gateway: Gateway, tmp_path: Path, status: int) -> None:
    channel = _channel(gateway, tmp_path)
    channel.send(LETTER)
    gateway.answer = (status, "+33612345642 is not welcome")
    with pytest.raises(DeliveryFailed) as failed:
        channel.send(LETTER)
    assert str(failed.value) == f"the gateway answered {status}"


@pytest.mark.parametrize(
    ("status", "of_number"),
    [
        (400, True),
        (422, True),
        (401, False),
        (403, False),
        (404, False),
        (429, False),
        (500, False),
    ],
)
def test_a_number_that_is_none_is_not_a_wrong_address_of_the_gateway(
    gateway: Gateway, tmp_path: Path, status: int, of_number: bool
) -> None:
    gateway.answer = (status, "")
    with pytest.raises(DeliveryFailed) as failed:
        _channel(gateway, tmp_path).send(LETTER)
    assert failed.value.of_letter is of_number


def test_a_gateway_that_lies_is_not_believed(gateway: Gateway, tmp_path: Path) -> None:
    channel = _channel(gateway, tmp_path, success='"status": "queued"')
    channel.send(LETTER)
    gateway.answer = (200, '{"status": "error", "reason": "no credit"}')
    with pytest.raises(DeliveryFailed, match="does not say"):
        channel.send(LETTER)


def test_a_gateway_slower_than_allowed_is_a_failure(gateway: Gateway, tmp_path: Path) -> None:
    released = Event()
    gateway.meanwhile = lambda: released.wait(10)
    try:
        with pytest.raises(DeliveryFailed, match="no answer: ReadTimeout"):
            _channel(gateway, tmp_path, seconds=0.1).send(LETTER)
    finally:
        released.set()


def test_a_gateway_that_is_gone_is_a_failure(tmp_path: Path) -> None:
    with _serving() as gone:
        channel = _channel(gone, tmp_path)
    with pytest.raises(DeliveryFailed, match="no answer: ConnectError"):
        channel.send(LETTER)


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ({"address": "http://gateway.test/send"}, r"plugin\.sms_http\.address"),
        ({"address": "ftp://127.0.0.1/"}, r"plugin\.sms_http\.address"),
        ({"success": "("}, r"plugin\.sms_http\.success"),
        ({"reference": "id"}, r"plugin\.sms_http\.reference"),
        ({"secret_file": "missing"}, r"plugin\.sms_http\.secret_file"),
    ],
)
def test_a_configuration_that_cannot_work_names_the_key(
    gateway: Gateway, tmp_path: Path, said: dict[str, Json], path: str
) -> None:
    with pytest.raises(ConfigErrors, match=path):
        _channel(gateway, tmp_path, 5, **said)


def _channel(gateway: Gateway, folder: Path, seconds: float = 5, **said: Json) -> SmsHttpChannel:
    (folder / "gateway.secret").write_text("s3cret\n")
    (folder / "gateway.secret").chmod(0o600)
    box = MemoryToolbox("sms_http")
    box.parties["sms_http"] = httpx.Client(timeout=seconds, trust_env=False)
    table: dict[str, Json] = {
        "address": gateway.address,
        "secret_file": "gateway.secret",
        **said,
    }
    (channel,) = message_channels(TableSettings(folder, sms_http=table), box)
    assert isinstance(channel, SmsHttpChannel)
    return channel


@contextmanager
def _serving() -> Iterator[Gateway]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Door)
    server.daemon_threads = False
    gateway = Gateway(server.server_port)
    _Door.gateways[server.server_port] = gateway
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Door(BaseHTTPRequestHandler):
    gateways: dict[int, Gateway] = {}

    def do_POST(self) -> None:
        gateway = self.gateways[self.server.server_address[1]]  # type: ignore[index]
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length).decode()
        headers = {name.lower(): text for name, text in self.headers.items()}
        gateway.asked.append(Asked(method=self.command, headers=headers, body=body))
        gateway.meanwhile()
        status, text = gateway.answer
        with suppress(BrokenPipeError, ConnectionResetError):  # the hub waited no longer
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

    do_PUT = do_POST

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""
