"""Hands a short message to the message centre: bind, submit each part, leave."""

import logging
import secrets
import ssl
from contextlib import suppress
from struct import error as StructError
from typing import Any

from smpplib import client as smpp
from smpplib import consts, exceptions

from hub import ChannelKind, DeliveryFailed, Letter, Receipt

from .segments import Segments, segments
from .settings import SmppSettings

MOST_PARTS = 10
MOST_OTHERS = 20
"""Of what else a centre may say before it answers; one that only talks is given up."""

_FAULTS = (
    exceptions.ConnectionError,
    exceptions.PDUError,
    exceptions.UnknownCommandError,
    OSError,
    StructError,
    ValueError,
)
_OF_NUMBER = frozenset(
    {
        consts.SMPP_ESME_RINVDSTADR,
        consts.SMPP_ESME_RINVDSTTON,
        consts.SMPP_ESME_RINVDSTNPI,
        consts.SMPP_ESME_RINVNUMDESTS,
    }
)
"""What a centre that works answers for a number that is none (SMPP 3.4, 5.1.3)."""
# The library writes whole PDUs at DEBUG, password and code included: it gets a log of its own
# that nothing reads.
_SILENT = logging.Logger("smpp.silent", logging.CRITICAL + 1)


class SmppChannel:
    """One bind for each message: a session kept open dies unseen, and codes are few."""

    name = "smpp"
    kind = ChannelKind("sms")

    def __init__(self, settings: SmppSettings, password: str) -> None:
        self._settings = settings
        self._password = password

    def send(self, letter: Letter) -> Receipt:
        text = segments(letter.text.rstrip(), secrets.randbelow(256))
        if len(text.parts) > MOST_PARTS:
            raise DeliveryFailed("too long for a short message", of_letter=True)
        centre = _Client(self._settings)
        try:
            self._bind(centre)
            references = [self._submit(centre, letter.to, text, part) for part in text.parts]
            # The centre has it: one rude at parting must not make us send it twice.
            with suppress(*_FAULTS):
                centre.unbind()
        except _FAULTS as error:
            of_number = isinstance(error, _Refused) and error.args[1] in _OF_NUMBER
            raise DeliveryFailed(_reason(error), of_letter=of_number) from None
        finally:
            centre.disconnect()
        return Receipt(channel=self.name, reference=references[0])

    def _bind(self, centre: "_Client") -> None:
        centre.connect()
        centre.bind_transmitter(
            system_id=self._settings.system_id,
            password=self._password,
            system_type=self._settings.system_type,
        )

    def _submit(self, centre: "_Client", to: str, text: Segments, part: bytes) -> str | None:
        sent = centre.send_message(
            source_addr_ton=self._settings.source_ton,
            source_addr_npi=self._settings.source_npi,
            source_addr=self._settings.source,
            dest_addr_ton=consts.SMPP_TON_INTL,
            dest_addr_npi=consts.SMPP_NPI_ISDN,
            destination_addr=to.lstrip("+"),
            data_coding=text.coding,
            esm_class=consts.SMPP_GSMFEAT_UDHI if text.joined else consts.SMPP_MSGMODE_DEFAULT,
            short_message=part,
        )
        return centre.answer_to(sent.sequence)


class _Refused(exceptions.PDUError):  # type: ignore[misc]
    """The centre let us in and does not take this message; `args[1]` is its status."""


class _Client(smpp.Client):  # type: ignore[misc]
    """smpplib's, waiting for the answer to what was sent and checking whose certificate it is."""

    def __init__(self, settings: SmppSettings) -> None:
        super().__init__(
            settings.host, settings.port, timeout=settings.timeout, allow_unknown_opt_params=True
        )
        self.logger = _SILENT
        self._tls = settings.tls
        self._authorities = settings.authorities or None

    def answer_to(self, sequence: int) -> str | None:
        """The centre's number of the message, or an error when it refused."""
        for _ in range(MOST_OTHERS):
            pdu = self.read_pdu()
            if pdu.command == "submit_sm_resp" and pdu.sequence == sequence:
                if pdu.is_error():
                    raise _Refused("refused", int(pdu.status))
                return pdu.message_id.decode("ascii", "replace") if pdu.message_id else None
            if pdu.command == "enquire_link":
                self._enquire_link_received(pdu)
        raise exceptions.PDUError("no answer among many")

    def _create_socket(self) -> Any:
        if not self._tls:
            return super()._create_socket()
        # The library wraps without a name, which would accept any host's certificate.
        context = ssl.create_default_context(cafile=self._authorities)
        return context.wrap_socket(super()._create_socket(), server_hostname=self.host)


def _reason(error: Exception) -> str:
    """Without the centre's own words."""
    status = error.args[1] if isinstance(error, exceptions.PDUError) and error.args[1:] else None
    return f"refused, status {status}" if status else f"no centre: {type(error).__name__}"
