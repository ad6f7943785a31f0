"""Puts together what is lent for those who have no account, or not yet this way into it."""

from collections.abc import Callable

from hub.federation.linking import LinkingMethod
from hub.federation.provider import Provider
from hub.federation.strangers import Strangers
from hub.lending import Books, Ground, toolbox
from hub.people.guests import Guests, guests
from hub.store.requests import SqlRequests
from hub.theme import theme_of
from hub.web.words import HUB


def guests_of(ground: Ground, books: Books) -> Guests:
    return guests(
        toolbox(ground, books, HUB),
        books.accounts,
        SqlRequests(ground.database, ground.keyring),
        books.rights,
        theme_of(ground.configuration).support.mail,
    )


def linking(guests: Guests) -> Callable[[Provider], LinkingMethod]:
    """How a provider becomes a method that knows strangers, and a means of accounts."""
    links = guests.links
    strangers = Strangers(guests.toolbox, guests.accounts, links, guests.proofs)
    return lambda provider: LinkingMethod(provider, strangers, links, guests.toolbox.accounts)
