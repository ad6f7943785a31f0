"""Mail reaches a relay, and a relay's refusals reach the chain without naming anybody."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from hub.contract.errors import ConfigError, DeliveryFailed
from hub.contract.identifiers import ChannelKind
from hub.contract.messages import Letter
from hub.contract.values import Json
from hub.testing.settings import TableSettings
from hub.testing.toolbox import MemoryToolbox
from hub_plugins.channels.smtp import message_channels
from hub_plugins.channels.smtp.channel import SmtpChannel
from tests.plugins.channels.relay import Relay, relay
from tests.ports import free_port

MAIL = ChannelKind("mail")
LETTER = Letter(kind=MAIL, to="ann@hub.test", subject="Votre code : 042042", text="C’est l’été.\n")


@pytest.fixture
def plain() -> Iterator[Relay]:
    with relay() as started:
        yield started


def test_a_mail_arrives_with_its_words_and_what_no_machine_answers(plain: Relay) -> None:
    receipt = _channel(plain.port).send(LETTER)
    (mail,) = plain.mails
    assert mail["Subject"] == LETTER.subject
    assert mail.get_content().splitlines() == ["C’est l’été."]
    assert (mail["From"], mail["To"]) == ("Accès <hub@hub.test>", "ann@hub.test")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == receipt.reference and "@hub.test>" in mail["Message-ID"]
    assert mail["Date"].datetime == datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_a_qr_code_is_a_picture_beside_words_that_say_the_same(plain: Relay) -> None:
    _channel(plain.port).send(replace(LETTER, qr="https://hub.test/apps/emage/shared/x"))
    (mail,) = plain.mails
    (picture,) = mail.iter_attachments()
    assert picture.get_content_type() == "image/png" and picture.get_filename() == "qr.png"
    assert picture.get_content().startswith(b"\x89PNG")
    words = mail.get_body()
    assert words and words.get_content().splitlines() == ["C’est l’été."]


def test_bounces_come_back_to_the_sender(plain: Relay) -> None:
    _channel(plain.port).send(LETTER)
    (envelope,) = plain.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("hub@hub.test", ["ann@hub.test"])


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("550 no such ann@hub.test", "recipient refused, 550"),
        ("451 later ann@hub.test", "recipient refused, 451"),
    ],
)
def test_a_refused_recipient_is_a_failure_that_names_nobody(
    plain: Relay, answer: str, words: str
) -> None:
    plain.answers["RCPT"] = answer
    with pytest.raises(DeliveryFailed) as failed:
        _channel(plain.port).send(LETTER)
    assert str(failed.value) == words
    assert failed.value.__cause__ is None and failed.value.__suppress_context__


@pytest.mark.parametrize(
    ("answer", "of_mailbox"),
    [
        ("550 no such mailbox", True),
        ("550 5.1.1 no such mailbox", True),
        ("550-5.1.1 no such mailbox\r\n550 5.1.1 of ours", True),
        ("550 #5.1.0 Address rejected.", True),
        ("553 5.1.3 no address", True),
        ("551 5.1.6 moved", True),
        ("552 5.2.2 full", True),
        ("501 5.1.3 no address", True),
        ("501 what do you mean", False),
        ("454 4.7.1 Relay access denied", False),
        ("554 5.7.1 Relay access denied", False),
        ("550 5.7.1 Unable to relay", False),
        ("550 #5.7.1 Unable to relay", False),
        ("550 5.1.8 Sender address rejected: Domain not found", False),
        ("550 5.4.4 no route", False),
        ("554 no", False),
        ("450 4.1.1 no such mailbox now", True),
        ("450 4.1.2 Domain not found", True),
        ("450 4.1.8 Sender domain not found", False),
        ("451 4.1.1 later", False),
        ("450 4.2.0 Greylisted", False),
        ("451 later", False),
        ("421 4.3.2 closing", False),
    ],
)
def test_only_a_mailbox_refused_for_itself_says_nothing_against_the_relay(
    plain: Relay, answer: str, of_mailbox: bool
) -> None:
    plain.answers["RCPT"] = answer
    with pytest.raises(DeliveryFailed) as failed:
        _channel(plain.port).send(LETTER)
    assert failed.value.of_letter is of_mailbox


@pytest.mark.parametrize(
    ("answer", "words"),
    [("554 spam", "refused for good, 554"), ("452 full", "refused for now, 452")],
)
def test_a_refused_mail_says_whether_for_good(plain: Relay, answer: str, words: str) -> None:
    plain.answers["DATA"] = answer
    with pytest.raises(DeliveryFailed, match=words) as failed:
        _channel(plain.port).send(LETTER)
    assert not failed.value.of_letter


@pytest.mark.parametrize(
    ("answer", "of_mailbox"),
    [
        ("550 5.1.1 no such mailbox", True),
        ("552 5.2.2 full", True),
        ("553 no such mailbox", True),
        ("550 5.7.1 you may not send here", False),
        ("553 5.1.8 no such sender", False),
        ("552 5.3.4 too big for this relay", False),
        ("554 5.1.1 no", False),
        ("450 4.2.1 later", False),
    ],
)
def test_a_mailbox_refused_after_the_mail_says_nothing_against_the_relay(
    plain: Relay, answer: str, of_mailbox: bool
) -> None:
    plain.answers["DATA"] = answer
    with pytest.raises(DeliveryFailed) as failed:
        _channel(plain.port).send(LETTER)
    assert failed.value.of_letter is of_mailbox


def test_a_relay_that_is_not_there_is_a_failure() -> None:
    with pytest.raises(DeliveryFailed, match="no relay: ConnectionRefusedError"):
        _channel(free_port()).send(LETTER)


def test_a_relay_without_starttls_gets_nothing_in_clear(plain: Relay) -> None:
    with pytest.raises(DeliveryFailed, match="SMTPNotSupportedError"):
        _channel(plain.port, tls="starttls").send(LETTER)
    assert plain.mails == []


@pytest.mark.parametrize("to", ["ann@hub.test\r\nBcc: eve@hub.test", "ann", "é@hub.test"])
def test_what_is_not_an_address_is_a_failure_and_not_a_second_header(plain: Relay, to: str) -> None:
    letter = Letter(kind=MAIL, to=to, subject="x", text="x")
    with pytest.raises(DeliveryFailed) as failed:
        _channel(plain.port).send(letter)
    assert to not in str(failed.value) and plain.mails == []
    # Anybody may type one: it says nothing of the relay.
    assert failed.value.of_letter


def test_a_subject_of_two_lines_is_a_failure(plain: Relay) -> None:
    letter = Letter(kind=MAIL, to="a@hub.test", subject="x\nBcc: e@x.test", text="x")
    with pytest.raises(DeliveryFailed, match="not a mail"):
        _channel(plain.port).send(letter)
    assert plain.mails == []


def test_over_starttls_the_hub_signs_in_with_the_password_of_the_file(tmp_path: Path) -> None:
    trusted, server = _certificate(tmp_path)
    with relay(password="secret", tls_context=server, auth_required=True) as started:
        channel = _channel(
            started.port, tmp_path, tls="starttls", authorities=trusted, username="hub"
        )
        channel.send(LETTER)
        assert len(started.mails) == 1


def test_a_wrong_password_is_a_failure(tmp_path: Path) -> None:
    trusted, server = _certificate(tmp_path)
    with relay(password="other", tls_context=server, auth_required=True) as started:
        channel = _channel(
            started.port, tmp_path, tls="starttls", authorities=trusted, username="hub"
        )
        with pytest.raises(DeliveryFailed, match="535"):
            channel.send(LETTER)


def test_a_relay_with_a_certificate_of_nobody_gets_nothing(tmp_path: Path) -> None:
    _, server = _certificate(tmp_path)
    with relay(tls_context=server) as started:
        with pytest.raises(DeliveryFailed, match="SSLCertVerificationError"):
            _channel(started.port, tls="starttls").send(LETTER)
        assert started.mails == []


def test_a_password_never_travels_in_clear(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"plugin\.smtp\.tls"):
        _channel(1, tmp_path, username="hub")


def test_a_password_file_that_is_missing_is_named() -> None:
    with pytest.raises(ConfigError, match=r"plugin\.smtp\.password_file"):
        _channel(1, tls="tls", username="hub")


def _channel(port: int, folder: Path = Path("/nowhere"), **said: Json) -> SmtpChannel:
    table: dict[str, Json] = {
        "host": "127.0.0.1",
        "port": port,
        "sender": "hub@hub.test",
        "sender_name": "Accès",
        "tls": "none",
        "timeout": 5,
        "password_file": "relay.password",
        **said,
    }
    if folder.is_dir():
        (folder / "relay.password").write_text("secret\n")
        (folder / "relay.password").chmod(0o600)
    (channel,) = message_channels(TableSettings(folder, smtp=table), MemoryToolbox("smtp"))
    assert isinstance(channel, SmtpChannel)
    return channel


def _certificate(folder: Path) -> tuple[str, ssl.SSLContext]:
    """A self-signed one for 127.0.0.1, as a file to trust and as the server's own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "relay")])
    now = datetime.now(UTC)
    place = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
        .add_extension(place, critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "relay.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(certificate.public_bytes(Encoding.PEM) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return str(file), context
