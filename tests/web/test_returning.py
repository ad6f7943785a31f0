"""Somebody sent away comes back with a ticket: once, to the same place, in the same browser."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from hub.contract.accounts import Identifier, Situation, UpstreamIdentity
from hub.contract.identifiers import ActionName, MethodName
from hub.contract.methods import Attempt
from hub.contract.steps import Answer, Done, Proved, Redirect, Refusal, Refused, Step
from hub.contract.tasks import Task
from hub.broker.returning import WebReturning
from hub.testing.methods import VOUCHED, FakeAction, FakeMethod, card
from hub.testing.people import ANN
from hub.testing.toolbox import MemoryClock, MemoryOneTime, MemoryToolbox
from tests.web.site import ADDRESS, Site

ELSEWHERE = "https://provider.test/authorize?state=s-1"
IDENTITY = UpstreamIdentity(
    issuer="https://provider.test",
    subject="ann",
    name="Ann, at the provider",
    identifiers=(Identifier(system="rpps", number="99700000001"),),
    acr="eidas2",
    attributes={"given_name": ("Ann",)},
    situations=(Situation(id="c", structure="Clinique", role="infirmière", source="provider"),),
    session={"id_token": "e30"},
)
CAME = Answer(
    upstream=IDENTITY,
    evidence=replace(VOUCHED, proved_at=datetime(2026, 11, 22, tzinfo=UTC), vouched_acr="eidas2"),
)
SAID_NO = Answer(refused=Refusal(code="card.expired", counts=False, detail={"on": "2026-11-01"}))


class Provider(FakeMethod):
    """Sends people away, and believes what is brought back in their name."""

    def __init__(self, site: Site) -> None:
        super().__init__(card("card", identifies=True), site.hub.accounts, VOUCHED)
        self.came: list[Answer] = []

    def begin(self, attempt: Attempt) -> Step:
        return Redirect(url=ELSEWHERE, memory={"state": "s-1"})

    def advance(self, attempt: Attempt, answer: Answer) -> Step:
        self.came.append(answer)
        if answer.upstream is None or attempt.memory["state"] != "s-1":
            return Refused(why=Refusal(code="code.wrong"))
        return Proved(account=ANN.id, evidence=VOUCHED, upstream=answer.upstream)


@pytest.fixture
def provider(site: Site) -> Provider:
    made = Provider(site)
    cast(dict[MethodName, Any], site.hub.rules.methods)[made.card.name] = made
    return made


def sent_away(site: Site) -> str:
    """The place somebody left from."""
    path = site.arrive("low")
    assert site.post(f"{path}/card", begin="1").location == f"{path}?away=1"
    return f"{path}/card"


def laid(site: Site, place: str, answer: Answer = CAME, plugin: str = "fakes") -> str:
    return WebReturning(site.box, plugin).bring_back(place, answer)


def test_who_comes_back_with_their_ticket_is_through(site: Site, provider: Provider) -> None:
    place = sent_away(site)
    answer = site.get(laid(site, place))
    assert answer.location == f"/broker/complete/{place.split('/')[2]}"
    assert site.session() and provider.came == [CAME]


def test_a_ticket_works_once(site: Site, provider: Provider) -> None:
    place = sent_away(site)
    back = laid(site, place)
    provider.advance = lambda attempt, answer: provider.begin(attempt)  # type: ignore[method-assign]
    site.get(back)
    del provider.advance
    assert site.get(back).location == place.rpartition("/")[0]
    assert provider.came == [] and not site.session()


def test_a_ticket_is_worth_nothing_in_another_browser_and_is_not_used_up_there(
    site: Site, provider: Provider
) -> None:
    back = laid(site, sent_away(site))
    other = site.another()
    other.get("/help", base_url=ADDRESS)
    answer = other.get(back, base_url=ADDRESS)
    assert answer.status_code == 403 and provider.came == []
    site.get(back)
    assert site.session()


def elsewhere_laid(site: Site, place: str) -> str:
    """For a login of the attacker's own, then put behind the address of the victim's."""
    return laid(site, "/login/theirs/card").replace("/login/theirs/card", place)


def by_another_plugin(site: Site, place: str) -> str:
    return laid(site, place, plugin="other")


def invented(site: Site, place: str) -> str:
    return f"{place}?ticket=0000000000000000000000"


@pytest.mark.parametrize("made", [elsewhere_laid, by_another_plugin, invented])
def test_a_ticket_that_was_not_laid_for_this_place_moves_nothing(
    site: Site, provider: Provider, made: Callable[[Site, str], str]
) -> None:
    place = sent_away(site)
    answer = site.get(made(site, place))
    assert answer.location == place.rpartition("/")[0]
    assert provider.came == [] and not site.session()
    site.get(laid(site, place))
    assert site.session()


def test_nobody_comes_back_who_was_not_sent_away(site: Site, provider: Provider) -> None:
    path = site.arrive("low")
    assert site.get(laid(site, f"{path}/card")).location == path
    assert site.get(laid(site, f"{path}/password")).location == path
    assert provider.came == [] and site.hub.password.attempts == [] and not site.session()


def test_who_changed_to_another_method_meanwhile_is_not_brought_back(
    site: Site, provider: Provider
) -> None:
    place = sent_away(site)
    path = place.rpartition("/")[0]
    site.post(f"{path}/password", identifier="ann", secret="wrong")
    assert site.get(laid(site, place)).location == path
    assert provider.came == [] and not site.session()


class Association(FakeAction):
    def begin(self, task: Task) -> Redirect:  # type: ignore[override]
        return Redirect(url="https://low.test/associate", memory={"of": "s-2"})

    def advance(self, task: Task, answer: Answer) -> Done:
        assert task.memory["of"] == "s-2" and answer.fields == {"done": "yes"}
        return Done()


def test_a_required_action_done_elsewhere_ends_with_a_ticket_too(site: Site) -> None:
    actions = cast(dict[ActionName, Any], site.hub.rules.actions)
    actions[ActionName("terms")] = Association("terms")
    path = site.arrive("terms")
    site.post(f"{path}/password", identifier="ann", secret="1234")
    back = laid(site, f"{path}/do/terms", Answer(fields={"done": "yes"}))
    assert site.get(back).location == f"/broker/complete/{path.split('/')[2]}"


def test_what_is_laid_comes_back_as_it_was_and_not_too_late() -> None:
    clock = MemoryClock()
    returning = WebReturning(MemoryOneTime(clock), "x")
    for answer in (CAME, SAID_NO, Answer(certificate=b"\x00\xff"), Answer(fields={"é": "1"})):
        ticket = returning.bring_back("/login/1/x", answer).partition("=")[2]
        assert returning.taken("/login/1/x", ticket) == answer
    ticket = returning.bring_back("/login/1/x", CAME).partition("=")[2]
    clock.now += timedelta(minutes=2)
    assert returning.taken("/login/1/x", ticket) is None


def test_a_plugin_is_lent_its_own_way_back(site: Site, provider: Provider) -> None:
    toolbox = MemoryToolbox("fakes")
    back = toolbox.returning.bring_back("/login/1/card", CAME)
    path, _, ticket = back.partition("?ticket=")
    assert WebReturning(toolbox.one_time, "other").taken(path, ticket) is None
    assert WebReturning(toolbox.one_time, "fakes").taken(path, ticket) == CAME
