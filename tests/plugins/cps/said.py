"""Says what a test wants said about whether cards are revoked."""

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from hub_plugins.methods.cps.judging import Status


class Says:
    def __init__(self, status: Status = Status.GOOD) -> None:
        self.status_of_all = status
        self.asked = 0
        self.doubt = False

    def status(self, path: Sequence[x509.Certificate], now: datetime) -> Status:
        self.asked += 1
        return self.status_of_all

    def in_doubt(self, now: datetime) -> bool:
        return self.doubt
