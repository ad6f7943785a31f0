"""Short messages through a message centre we did not write (npm `smpp`)."""

import logging
from dataclasses import replace

import pytest

from hub.contract.errors import DeliveryFailed
from hub.contract.identifiers import ChannelKind
from hub.contract.messages import Letter
from hub_plugins.channels.smpp.channel import SmppChannel
from hub_plugins.channels.smpp.settings import SmppSettings
from tests.peers.sms import MessageCentre

CODE = Letter(
    kind=ChannelKind("sms"), to="+33612345642", text="042042 : votre code. [ok] l’été €\n"
)


def test_a_code_arrives_with_its_accents(centre: MessageCentre) -> None:
    receipt = _channel(centre).send(CODE)
    arrived = centre.next()
    assert (arrived.to, arrived.text) == ("33612345642", "042042 : votre code. [ok] l'été €")
    assert (receipt.channel, receipt.reference) == ("smpp", arrived.reference)


def test_what_seven_bits_cannot_say_arrives_all_the_same(centre: MessageCentre) -> None:
    _channel(centre).send(replace(CODE, text="garçon, cœur, où ?"))
    assert centre.next().text == "garçon, cœur, où ?"


def test_a_long_message_arrives_in_parts(centre: MessageCentre) -> None:
    text = "".join(f"{number:03} " for number in range(80))
    receipt = _channel(centre).send(replace(CODE, text=text))
    parts = [centre.next() for _ in range(3)]
    assert "".join(part.text for part in parts) == text.rstrip()
    assert receipt.reference == parts[0].reference


def test_a_wrong_password_is_a_failure_and_the_right_one_works(centre: MessageCentre) -> None:
    with pytest.raises(DeliveryFailed, match="refused, status 13"):
        SmppChannel(_settings(centre), "wrong").send(CODE)
    _channel(centre).send(CODE)
    assert centre.next().to == "33612345642"


def test_nothing_sent_is_written_to_a_log(
    centre: MessageCentre, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    _channel(centre).send(CODE)
    hidden = (b"042042".hex(), b"secret".hex(), "33612345642")
    assert not any(each in caplog.text for each in hidden)


def _channel(centre: MessageCentre) -> SmppChannel:
    return SmppChannel(_settings(centre), centre.password)


def _settings(centre: MessageCentre) -> SmppSettings:
    return SmppSettings(
        host="127.0.0.1",
        port=centre.port,
        system_id="hub",
        password_file="",
        source="Sante",
    )
