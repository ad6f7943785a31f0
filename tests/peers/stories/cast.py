"""Who the stories are about: each has somebody of its own, so that none waits for another."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from tests.peers.browser.people import Kind, Person
from tests.peers.browser.state import SEED

_DOCTORS = (
    "wants-medimail lost-in-tabs changes-mind in-english on-a-phone without-scripts three-tries"
    " forgets-password forgets-identifier reads-policy masked by-mail-instead reloads"
    " steps-up bubbles favourites by-keyboard links searches padlock noticed accepts leaves"
    " leaves-one idles shared evicted opens-by-mail opens-by-number blocked"
    " no-carrier first-day first-week a-year terms-again resends waits-too-long ten-minutes"
    " hides another-device associates looks-up types-slowly types-in-english"
    " left-open restarted only-keys from-mail wishes is-told asked-again shows-who header"
    " types-on leaves-late counts-wrong seen-from-afar adds-app mailboxes opens-links"
    " guessed capped only-hash told-quietly never-ends mailboxes-told"
    " ward-network ward-types card-refused card-told psc-away code-too-old"
)
_STRONG = (
    "new-number reads-history closes-sessions pairs-phone two-browsers exports notified shares"
    " asks-links six-digits silent-sms silent-codes"
)


def _cast() -> Mapping[str, Person]:
    logins = [*_DOCTORS.split(), *_STRONG.split()]
    everybody = {
        login: Person(login=login, number=9100 + number) for number, login in enumerate(logins)
    }
    for login in _STRONG.split():
        everybody[login] = replace(everybody[login], seed=SEED)
    for login, kind in _OTHERS.items():
        number = 9100 + len(everybody)
        seed = "" if kind in _PLAIN or login == "not-mine" else SEED
        everybody[login] = Person(login=login, number=number, kind=kind, seed=seed)
    for number, login in enumerate(_WITHOUT_MEANS.split(), 9304):
        everybody[login] = Person(login=login, number=number, reachable=False)
    everybody["unreachable"] = Person(login="unreachable", number=9302, reachable=False)
    everybody["links-psc"] = Person(login="links-psc", number=9303, seed=SEED, reachable=False)
    everybody["reads-at-one"] = replace(everybody["reads-at-one"], family="Roussel")
    for way, logins_there in _WAYS.items():
        for login in logins_there.split():
            number = 9310 + len(everybody)
            person = replace(everybody[login], login=f"{login}-{way}", number=number)
            everybody[person.login] = person
    everybody["expired"] = replace(everybody["a-year"], login="expired", number=9301, expired=True)
    return everybody


_WITHOUT_MEANS: Final = "no-means stars"
_PLAIN: Final = (Kind.TWO_PLACES, Kind.NO_RIGHT_YET, Kind.SECRETARY)
"""Have no application that shows digits."""
_OTHERS: Final = {
    "acts-for-two": Kind.TWO_PLACES,
    "closes-former": Kind.TWO_PLACES,
    "reads-at-one": Kind.NO_RIGHT_YET,
    "gives-at-one": Kind.REFERENT,
    "lacks-right": Kind.SECRETARY,
    "not-mine": Kind.REFERENT,
    "gives-rights": Kind.REFERENT,
    "opens-accounts": Kind.REFERENT,
    "answers": Kind.REFERENT,
    "resets-means": Kind.REFERENT,
    "reads-codes": Kind.SUPPORT,
    "explains": Kind.SUPPORT,
    "imports": Kind.REFERENT,
    "decides": Kind.REFERENT,
    "asks-access": Kind.REFERENT,
    "looks-elsewhere": Kind.REFERENT,
    "suspends": Kind.REFERENT,
    "invites": Kind.REFERENT,
    "lists": Kind.REFERENT,
    "old-proof": Kind.REFERENT,
    "sorts-requests": Kind.SUPPORT,
    "reads-timeline": Kind.SUPPORT,
    "reads-cards": Kind.SUPPORT,
    "switches": Kind.OPERATOR,
    "watches-carriers": Kind.OPERATOR,
    "operates": Kind.OPERATOR,
    "announces": Kind.OPERATOR,
    "verifies": Kind.OPERATOR,
}
_EVERYWHERE: Final = (
    "steps-up bubbles favourites links padlock accepts lacks-right hides closes-sessions"
    " reads-history asks-links exports acts-for-two closes-former associates looks-up answers"
    " opens-accounts gives-rights asks-access decides imports reads-codes explains operates"
    " verifies announces shared leaves leaves-one forgets-password forgets-identifier masked"
    " not-mine changes-mind lost-in-tabs wants-medimail first-day first-week a-year reads-policy"
    " three-tries opens-by-mail opens-by-number blocked reloads by-mail-instead resends no-carrier"
    " ten-minutes two-browsers unreachable another-device pairs-phone notified waits-too-long"
    " evicted looks-elsewhere resets-means terms-again new-number shares suspends noticed"
    " left-open restarted only-keys from-mail wishes is-told asked-again shows-who header types-on"
    " leaves-late counts-wrong seen-from-afar six-digits invites lists sorts-requests"
    " reads-timeline switches old-proof adds-app mailboxes opens-links"
    " reads-at-one gives-at-one watches-carriers by-keyboard guessed capped links-psc silent-sms"
    " ward-network ward-types card-refused card-told psc-away no-means stars"
    " reads-cards code-too-old"
    " silent-codes"
    " only-hash told-quietly never-ends mailboxes-told"
)
_WAYS: Final = {
    "phone": f"{_EVERYWHERE} searches idles types-in-english",
    "plain": _EVERYWHERE,
}
"""Who goes there again in another way, as somebody of their own: see `ways`."""


def _next_door() -> Mapping[str, Person]:
    found: dict[str, Person] = {}
    for kind, logins in _NEXT_DOOR.items():
        for login in logins.split():
            for name in (login, f"{login}-phone", f"{login}-plain"):
                number = 9700 + len(found)
                found[name] = Person(login=name, number=number, kind=kind, seed=SEED)
    return found


_NEXT_DOOR: Final = {
    Kind.DOCTOR: (
        "strict-codes renamed dated compares proves-anew told-later idles-out pharmacist own-scheme"
        " joins skips-carrier shares-once shows-ticket"
    ),
    Kind.OPERATOR: "lets-in reads-carriers",
}
NEXT_DOOR: Final = _next_door()
"""Those of the neighbouring region."""
CAST: Final = {**_cast(), **NEXT_DOOR}
