"""What the mail server and the message centre were given, by whom it was for."""

import re
from collections import defaultdict
from email.message import EmailMessage
from queue import Empty

from tests.peers.mail import Mailbox
from tests.peers.sms import MessageCentre

_CODE = re.compile(r"(?<![0-9])[0-9]{6}(?![0-9])")
_PATIENCE = 30


class Post:
    """Many people write to one mail server: nobody reads what is for another."""

    def __init__(self, mailbox: Mailbox, centre: MessageCentre) -> None:
        self._mailbox = mailbox
        self._centre = centre
        self._mails: dict[str, list[EmailMessage]] = defaultdict(list)
        self._texts: dict[str, list[str]] = defaultdict(list)

    def mail(self, address: str, about: str = "") -> str:
        """The words of the next one for *address* with *about* in it; waits for it."""
        while True:
            for each in self._mails[address]:
                words = f"{each['Subject']}\n{_words(each)}"
                if about in words:
                    self._mails[address].remove(each)
                    return words
            arrived = self._next(address, about)
            self._mails[str(arrived["To"])].append(arrived)

    def code_by_mail(self, address: str) -> str:
        while not (found := _CODE.search(self.mail(address))):
            continue
        return found[0]

    def code_by_sms(self, number: str) -> str:
        """Of the next short message for *number*, written with its country."""
        wanted = number.removeprefix("+")
        while not self._texts[wanted]:
            arrived = self._centre.next(_PATIENCE)
            self._texts[arrived.to].append(arrived.text)
        found = _CODE.search(self._texts[wanted].pop(0))
        assert found, "a short message without a code"
        return found[0]

    def _next(self, address: str, about: str) -> EmailMessage:
        try:
            return self._mailbox.next(_PATIENCE)
        except Empty:
            subjects = [str(each["Subject"]) for each in self._mails[address]]
            raise AssertionError(f"no mail for {address} about {about!r}: {subjects}") from None


def _words(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body
    return str(body.get_content())
