"""The mails of requests and links, as people read them in both languages."""

from dataclasses import replace

import pytest

from hub.broker.accounts import AllStores
from hub.contract.accounts import UpstreamIdentity
from hub.people.links import Links
from hub.people.request_letters import RequestLetters
from hub.testing.people import ANN
from hub.testing.requests import CLEO, asked
from hub.testing.toolbox import MemoryToolbox
from hub.web.letters import make_writer
from hub.web.parts import Help, Look
from hub.web.words import HUB

SUBJECTS = {
    "fr": [
        "Confirmez votre demande de compte",
        "Votre demande de compte est transmise",
        "Une demande de compte attend votre réponse",
        "Votre compte est ouvert",
        "Votre demande de compte est refusée",
        "Une identité est reliée au compte de Ann Martin",
        "Une identité n’est plus reliée au compte de Ann Martin",
    ],
    "en": [
        "Confirm your request for an account",
        "Your request for an account was passed on",
        # To whoever decides: in the language of the region.
        "Une demande de compte attend votre réponse",
        "Your account is open",
        "Your request for an account is refused",
        "An identity was linked to the account of Ann Martin",
        "An identity is no longer linked to the account of Ann Martin",
    ],
}


def posted(language: str) -> MemoryToolbox:
    """Every mail there is, in the order of the table."""
    toolbox = MemoryToolbox("hub")
    toolbox.people.create(ANN)
    request = replace(asked("r-1"), typed=replace(CLEO, language=language))
    letters = RequestLetters(toolbox, "assistance@region.example")
    letters.confirm(request, "a-ticket")
    letters.confirmed(request, ())
    letters.accepted(request, "/apps/password/set?ticket=b")
    letters.refused(request, "Vous n’êtes pas de la clinique.")
    links = Links(toolbox, AllStores([toolbox.people]))
    links.add(ANN, UpstreamIdentity(issuer="i", subject="s"), "psc", "PSC", language)
    ((key, _),) = links.of(ANN.id)
    links.end(ANN, key, "PSC", language)
    return toolbox


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_mail_can_be_read(language: str) -> None:
    help_ = Help(telephone="03 00 00 00 00", hours="9 h – 18 h")
    write = make_writer({}, Look(), help_)
    written = [write(HUB, each) for each in posted(language).outbox.messages]
    assert [each.subject for each in written] == SUBJECTS[language]
    texts = [each.text for each in written]
    assert "https://hub.test/request/confirm?ticket=a-ticket" in texts[0]
    assert "https://hub.test/console/requests" in texts[2]
    assert "https://hub.test/apps/password/set?ticket=b" in texts[3]
    assert "Vous n’êtes pas de la clinique." in texts[4]
    assert all("{" not in each for each in texts)


def test_only_the_first_mail_can_be_held_back() -> None:
    # Anybody may type anybody's address there.
    notices = [each.template for each in posted("fr").outbox.messages if each.notice]
    assert "request_confirm" not in notices and "request_waiting" in notices


def test_the_link_in_a_mail_dies_with_the_request() -> None:
    first = posted("fr").outbox.messages[0]
    assert first.expires_in is not None and first.expires_in.days == 1
