"""Asks plugins what they know of a person, for the one service that is about to learn it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial

from hub.contract.facts import AccountFacts, Fact
from hub.contract.services import Service
from hub.broker import contained
from hub.broker.assurance import Known


def with_facts(sources: Iterable[AccountFacts], known: Known, service: Service) -> Known:
    """The same, with all that plugins tell under the names this service may learn."""
    told: dict[str, Fact] = {}
    for source in sources:
        if wanted := source.claims & service.claims:
            said = _said(source, known)
            # Declared and not told is empty, not open: a provider must not fill it.
            told |= {name: said.get(name, Fact()) for name in wanted}
    return replace(known, told=told) if told else known


def _said(source: AccountFacts, known: Known) -> Mapping[str, Fact]:
    """Nothing when it breaks: one mailbox too few is no reason to keep somebody out."""
    asked = partial(source.tell, known.account, known.situation)
    return contained.unless_broken(source.name, asked, {})
