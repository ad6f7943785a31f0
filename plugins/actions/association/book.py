"""The proof of each association: who, when, which words, what was confirmed; sealed."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from hub import AccountId, Credential, CredentialDrawer, StaleCredential, value

from .forms import Form

_ONLY = "association"


@value
class Proof:
    version: str
    sha256: str
    """Of the attestation's words."""
    at: datetime
    confirmed: Mapping[str, str]
    directory: tuple[str, ...]
    """Those of `confirmed` that the directory said, and nobody typed."""


class Book:
    """Written once for each person and never changed."""

    def __init__(self, drawer: CredentialDrawer) -> None:
        self._drawer = drawer

    def associated(self, account: AccountId) -> bool:
        return bool(self._drawer.of(account))

    def of(self, account: AccountId) -> Proof | None:
        found = next(iter(self._drawer.of(account)), None)
        if found is None:
            return None
        kept = json.loads(found.secret)
        return Proof(
            version=kept["version"],
            sha256=kept["sha256"],
            at=datetime.fromisoformat(kept["at"]),
            confirmed=kept["confirmed"],
            directory=tuple(kept["directory"]),
        )

    def write(
        self,
        account: AccountId,
        form: Form,
        confirmed: Mapping[str, str],
        told: Mapping[str, str],
        now: datetime,
    ) -> bool:
        """Whether this is the proof: the first one stays, another tab's does not replace it."""
        kept = {
            "version": form.version,
            "sha256": form.digest,
            "at": now.astimezone(UTC).isoformat(timespec="seconds"),
            "confirmed": dict(confirmed),
            "directory": sorted(told),
        }
        # All of it in the sealed part: names, numbers and addresses stand nowhere in clear.
        secret = json.dumps(kept, ensure_ascii=False, sort_keys=True).encode()
        try:
            self._drawer.put(Credential(id=_ONLY, account=account, secret=secret))
        except StaleCredential:
            return False
        return True

    def forget(self, account: AccountId) -> bool:
        """Whether there was one. The next opening asks again."""
        return self._drawer.remove(account, _ONLY)
