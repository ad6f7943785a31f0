"""Short messages are cut as telephones join them. The message centre itself: `tests/peers`."""

from pathlib import Path

import pytest
from smpplib import consts

from hub.contract.errors import ConfigError, DeliveryFailed
from hub.contract.identifiers import ChannelKind
from hub.contract.messages import Letter
from hub.contract.values import Json
from hub.testing.settings import TableSettings
from hub.testing.toolbox import MemoryToolbox
from hub_plugins.channels.smpp import message_channels
from hub_plugins.channels.smpp.channel import SmppChannel
from hub_plugins.channels.smpp.segments import GSM, UCS2, segments
from tests.plugins.channels.centre import BIND, SUBMIT, centre
from tests.ports import free_port

SMS = ChannelKind("sms")
LETTER = Letter(kind=SMS, to="+33612345642", text="042042")


@pytest.mark.parametrize(
    ("text", "coded"),
    [
        ("@", b"\x00"),
        ("é à", b"\x05 \x7f"),
        ("[€]", b"\x1b<\x1be\x1b>"),
        ("A\nB", b"A\nB"),
        ("l’été : oui", b"l'\x05t\x05 : oui"),
        ("§", b"_"),
    ],
)
def test_what_gsm_has_letters_for_takes_seven_bits(text: str, coded: bytes) -> None:
    cut = segments(text, 0)
    assert (cut.coding, cut.parts) == (GSM, (coded,))


@pytest.mark.parametrize("text", ["garçon", "`", "Ωmega ω", "é\u0301"])
def test_other_letters_take_sixteen_bits(text: str) -> None:
    cut = segments(text, 0)
    assert (cut.coding, cut.parts) == (UCS2, (text.encode("utf-16-be"),))


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("a" * 160, [160]),
        ("a" * 161, [6 + 153, 6 + 8]),
        ("ç" * 70, [140]),
        ("ç" * 71, [6 + 134, 6 + 8]),
    ],
)
def test_long_messages_become_parts_with_a_header(text: str, lengths: list[int]) -> None:
    cut = segments(text, 7)
    assert [len(part) for part in cut.parts] == lengths
    assert cut.joined == (len(lengths) > 1)
    if cut.joined:
        assert [part[:6] for part in cut.parts] == [
            bytes((5, 0, 3, 7, len(lengths), place + 1)) for place in range(len(lengths))
        ]


def test_no_part_ends_within_an_escape_or_a_pair() -> None:
    escaped = segments("a" * 152 + "€" * 10, 1)
    assert [part[6:].count(b"\x1b") for part in escaped.parts] == [0, 10]
    pairs = segments("😀" * 40, 1)
    assert "".join(part[6:].decode("utf-16-be") for part in pairs.parts) == "😀" * 40


def test_a_centre_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(DeliveryFailed, match="no centre: ConnectionError"):
        _channel(tmp_path, free_port()).send(Letter(kind=SMS, to="+33612345642", text="042042"))


def test_a_centre_that_takes_the_message_names_it(tmp_path: Path) -> None:
    with centre({}) as port:
        assert _channel(tmp_path, port).send(LETTER).reference == "7"


@pytest.mark.parametrize(
    ("command", "status", "of_number"),
    [
        (SUBMIT, consts.SMPP_ESME_RINVDSTADR, True),
        (SUBMIT, consts.SMPP_ESME_RINVDSTTON, True),
        (SUBMIT, consts.SMPP_ESME_RINVDSTNPI, True),
        (SUBMIT, consts.SMPP_ESME_RINVNUMDESTS, True),
        (SUBMIT, consts.SMPP_ESME_RINVSRCADR, False),
        (SUBMIT, consts.SMPP_ESME_RTHROTTLED, False),
        (SUBMIT, consts.SMPP_ESME_RMSGQFUL, False),
        (SUBMIT, consts.SMPP_ESME_RSYSERR, False),
        (SUBMIT, consts.SMPP_ESME_RSUBMITFAIL, False),
        (BIND, consts.SMPP_ESME_RINVPASWD, False),
        (BIND, consts.SMPP_ESME_RINVDSTADR, False),
    ],
)
def test_a_number_that_is_none_says_nothing_against_the_centre(
    tmp_path: Path, command: int, status: int, of_number: bool
) -> None:
    with centre({command: status}) as port, pytest.raises(DeliveryFailed) as failed:
        _channel(tmp_path, port).send(LETTER)
    assert failed.value.of_letter is of_number


def test_a_text_of_many_pages_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(DeliveryFailed, match="too long"):
        _channel(tmp_path, 1).send(Letter(kind=SMS, to="+33612345642", text="a" * 2000))


@pytest.mark.parametrize("kept", ["", "ninechars", "mötley"])
def test_a_password_the_protocol_cannot_carry_is_refused(tmp_path: Path, kept: str) -> None:
    with pytest.raises(ConfigError, match=r"plugin\.smpp\.password_file"):
        _channel(tmp_path, 1, kept)


def test_a_password_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"plugin\.smpp\.password_file"):
        message_channels(TableSettings(tmp_path, smpp=_table(1)), MemoryToolbox("smpp"))


def _channel(folder: Path, port: int, password: str = "secret") -> SmppChannel:
    (folder / "centre.password").write_text(password + "\n", "utf-8")
    (folder / "centre.password").chmod(0o600)
    settings = TableSettings(folder, smpp=_table(port))
    (channel,) = message_channels(settings, MemoryToolbox("smpp"))
    assert isinstance(channel, SmppChannel)
    return channel


def _table(port: int) -> dict[str, Json]:
    return {
        "host": "127.0.0.1",
        "port": port,
        "system_id": "hub",
        "password_file": "centre.password",
        "source": "Sante",
        "timeout": 2,
    }
