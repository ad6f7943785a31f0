"""What plugins tell of people: to services that may learn it, for the place they act for."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from hub.contract.accounts import Account, Situation, UpstreamIdentity
from hub.contract.events import Authentication
from hub.contract.facts import Fact
from hub.contract.services import Service
from hub.contract.values import Json
from hub.broker.assurance import Satisfied
from hub.broker.release import release
from hub.broker.telling import with_facts
from hub.contract.identifiers import SessionId
from hub.testing.hub import service
from hub.testing.people import ANN, CLINIC, SURGERY
from tests.broker.test_release import KEY, KNOWN, NEWER, OLDER

BOXES: Json = [{"address": "ann@mail.test", "kind": "PER"}]
MAIL = service("mail", claims=["mailboxes", "surname"])


class Boxes:
    """Tells one mailbox, and notes for whom it was asked."""

    name = "mail.boxes"
    claims = frozenset({"mailboxes"})

    def __init__(self, told: Mapping[str, Fact] | None = None) -> None:
        self.told = {"mailboxes": Fact(texts=("ann@mail.test",), shape=BOXES)}
        if told is not None:
            self.told = dict(told)
        self.asked: list[tuple[Account, Situation | None]] = []

    def tell(self, account: Account, situation: Situation | None) -> Mapping[str, Fact]:
        self.asked.append((account, situation))
        return self.told


class Broken(Boxes):
    def tell(self, account: Account, situation: Situation | None) -> Mapping[str, Fact]:
        raise RuntimeError("its database is elsewhere")


def told(boxes: Boxes, to: Service = MAIL, of: Account = ANN) -> Authentication:
    known = with_facts([boxes], replace(KNOWN, account=of), to)
    satisfied = Satisfied(acr="urn:acr:top", events=known.events)
    return release(satisfied, known, SessionId("s-1"), to, KEY)


def test_a_fact_is_told_as_texts_and_in_its_own_shape() -> None:
    authentication = told(Boxes())
    assert authentication.claims == {"mailboxes": ("ann@mail.test",), "surname": ("Martin",)}
    assert authentication.native == {"mailboxes": BOXES}


def test_a_service_that_may_not_learn_it_does_not_and_nobody_is_asked() -> None:
    boxes = Boxes()
    authentication = told(boxes, service("images", claims=["surname"]))
    assert authentication.claims == {"surname": ("Martin",)} and not authentication.native
    assert boxes.asked == []


def test_it_is_asked_for_the_place_acted_for() -> None:
    boxes = Boxes()
    for place in (CLINIC, SURGERY, None):
        with_facts([boxes], replace(KNOWN, situation=place), MAIL)
    assert boxes.asked == [(ANN, CLINIC), (ANN, SURGERY), (ANN, None)]


@pytest.mark.parametrize("boxes", [Boxes(), Boxes({}), Broken()], ids=["told", "none", "broken"])
def test_a_provider_never_speaks_in_a_plugin_s_place(boxes: Boxes) -> None:
    forged = UpstreamIdentity(
        issuer="https://idp.test",
        subject="1",
        attributes={"mailboxes": ("chief@mail.test",)},
        native={"mailboxes": json.dumps([{"address": "chief@mail.test"}])},
    )
    known = replace(KNOWN, events=(OLDER, replace(NEWER, upstream=forged)))
    known = with_facts([boxes], known, MAIL)
    satisfied = Satisfied(acr="urn:acr:top", events=known.events)
    authentication = release(satisfied, known, SessionId("s-1"), MAIL, KEY)
    assert "chief" not in str(authentication.claims) + str(authentication.native)
    assert authentication.claims["surname"] == ("Martin",)


def test_what_the_account_s_store_says_wins_whole() -> None:
    stated = replace(ANN, attributes={"mailboxes": ("own@mail.test",)})
    authentication = told(Boxes(), of=stated)
    assert authentication.claims == {"mailboxes": ("own@mail.test",)}
    assert not authentication.native


def test_a_plugin_tells_only_what_it_declared_and_never_a_proved_address() -> None:
    liar = Boxes({"surname": Fact(texts=("Other",)), "mailboxes": Fact(texts=("a@mail.test",))})
    assert told(liar).claims == {"mailboxes": ("a@mail.test",), "surname": ("Martin",)}
    liar.claims = frozenset({"email"})
    liar.told = {"email": Fact(texts=("chief@mail.test",))}
    assert told(liar, service("mail", claims=["email"])).claims["email"] == ("ann@hub.test",)


def test_one_that_breaks_keeps_nobody_out() -> None:
    assert told(Broken()).claims == {"surname": ("Martin",)}
