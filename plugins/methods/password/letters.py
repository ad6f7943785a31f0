"""What is written to people about their password."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from hub import Account, ChannelKind, Json, Message

MAIL = ChannelKind("mail")


def language_of(wished: Sequence[str]) -> str:
    """The first wish these letters are written in; else French."""
    spoken = (wish.replace("_", "-").partition("-")[0].lower() for wish in wished)
    return next((each for each in spoken if each in ("fr", "en")), "fr")


def changed(account: Account, language: str) -> Sequence[Message]:
    return _letters(account, "changed", {}, language)


def reset(account: Account, link: str, life: timedelta, language: str) -> Sequence[Message]:
    values: Mapping[str, Json] = {"link": link, "minutes": int(life.total_seconds() // 60)}
    return _letters(account, "reset", values, language, life)


def invitation(account: Account, link: str, life: timedelta, language: str) -> Sequence[Message]:
    values: Mapping[str, Json] = {"link": link, "hours": int(life.total_seconds() // 3600)}
    return _letters(account, "invitation", values, language, life)


def identifier(account: Account, login: str, language: str) -> Sequence[Message]:
    return _letters(account, "identifier", {"login": login}, language)


def nothing(to: str) -> Message:
    """Costs what a letter costs, and is worth nothing from the start: it never leaves."""
    return Message(kind=MAIL, to=to, template="nothing", expires_in=timedelta(0))


def _letters(
    account: Account,
    template: str,
    values: Mapping[str, Json],
    language: str,
    life: timedelta | None = None,
) -> Sequence[Message]:
    """One to each validated address: whoever took one over must not be the only one told."""
    return [
        Message(
            kind=MAIL,
            to=contact.address,
            template=template,
            values={"name": account.display_name, **values},
            language=language,
            account=account.id,
            expires_in=life,
            urgent=life is not None,
            notice=template == "changed",
        )
        for contact in account.contacts
        if contact.kind == MAIL and contact.validated
    ]
