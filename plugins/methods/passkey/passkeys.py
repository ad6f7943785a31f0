"""What is kept of each person's passkeys, and how one proof is spent."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from hub import AccountId, Credential, CredentialDrawer, Json, Means, value

from .challenges import LIFETIME


@value
class Passkey:
    """One of them, as it was when it was read."""

    account: AccountId
    raw_id: bytes
    public_key: bytes
    handle: bytes
    """How the authenticator calls the person: random, and nothing else."""
    counter: int
    backup_eligible: bool
    attested: bool
    spent: tuple[str, ...]
    """The challenges it signed lately."""
    transports: tuple[str, ...] = ()
    kept: Credential

    @property
    def id(self) -> str:
        return self.kept.id


@value
class NewPasskey:
    """What an authenticator made, verified."""

    raw_id: bytes
    public_key: bytes
    handle: bytes
    counter: int
    backup_eligible: bool
    backed_up: bool
    attested: bool
    aaguid: str
    transports: tuple[str, ...]


@value
class Use:
    """One verified proof by a passkey."""

    challenge: bytes
    counter: int
    backed_up: bool


class Passkeys:
    def __init__(self, drawer: CredentialDrawer) -> None:
        self._drawer = drawer

    def of(self, account: AccountId) -> Sequence[Passkey]:
        return [_read(each) for each in self._drawer.of(account)]

    def means(self, account: AccountId) -> Sequence[Means]:
        """The oldest first."""
        kept = sorted(self._drawer.of(account), key=lambda each: str(each.public["since"]))
        return [
            Means(
                id=each.id,
                label=each.label,
                since=_moment(each.public["since"]),
                used=_moment(each.public.get("used")),
            )
            for each in kept
        ]

    def find(self, raw_id: bytes) -> Passkey | None:
        found = self._drawer.find(_name(raw_id))
        return _read(found) if found else None

    def add(self, account: AccountId, label: str, new: NewPasskey, now: datetime) -> None:
        public: dict[str, Json] = {
            "raw_id": new.raw_id.hex(),
            "handle": new.handle.hex(),
            "counter": new.counter,
            "backup_eligible": new.backup_eligible,
            "backed_up": new.backed_up,
            "attested": new.attested,
            "aaguid": new.aaguid,
            "transports": list[Json](new.transports),
            "since": now.isoformat(),
        }
        # The key is no secret; sealed, it cannot be laid over another person's in the database.
        self._drawer.put(
            Credential(
                id=_name(new.raw_id),
                account=account,
                label=label,
                public=public,
                secret=new.public_key,
            )
        )

    def spend(self, passkey: Passkey, use: Use, now: datetime) -> None:
        """Raise `StaleCredential` when another proof by the same passkey was first."""
        public = passkey.kept.public
        lately = {name: until for name, until in _spent(public).items() if until > now.timestamp()}
        lately[_name(use.challenge)] = int((now + LIFETIME).timestamp())
        changed: dict[str, Json] = {
            **public,
            "counter": use.counter,
            "backed_up": use.backed_up,
            "used": now.isoformat(),
            "spent": dict[str, Json](lately),
        }
        self._drawer.put(replace(passkey.kept, public=changed))

    def remove(self, account: AccountId, passkey_id: str) -> str | None:
        """Its label, or `None` when there was none."""
        label = next((each.label for each in self.means(account) if each.id == passkey_id), None)
        removed = label is not None and self._drawer.remove(account, passkey_id)
        return label if removed else None


def was_spent(passkey: Passkey, challenge: bytes) -> bool:
    return _name(challenge) in passkey.spent


def _name(raw: bytes) -> str:
    return sha256(raw).hexdigest()


def _read(kept: Credential) -> Passkey:
    public = kept.public
    transports, counter = public.get("transports"), public.get("counter")
    return Passkey(
        account=kept.account,
        raw_id=bytes.fromhex(str(public["raw_id"])),
        public_key=kept.secret,
        handle=bytes.fromhex(str(public["handle"])),
        counter=counter if isinstance(counter, int) else 0,
        backup_eligible=public["backup_eligible"] is True,
        attested=public["attested"] is True,
        spent=tuple(_spent(public)),
        transports=tuple(map(str, transports)) if isinstance(transports, list) else (),
        kept=kept,
    )


def _spent(public: Mapping[str, Json]) -> dict[str, int]:
    listed = public.get("spent")
    kept = listed.items() if isinstance(listed, dict) else ()
    return {name: until for name, until in kept if isinstance(until, int)}


def _moment(text: Json) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
