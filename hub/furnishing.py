"""Lends the portal, the account pages and the consoles what they read and write."""

from hub.broker.release import sector_of, subject_of
from hub.contract.identifiers import AccountId, ServiceId
from hub.degraded import modes_of
from hub.extensions import Equipped
from hub.operating import operator_desk_of
from hub.lending import PAIRWISE, Books, Ground, outbox, throttle, toolbox
from hub.people.import_work import Importing
from hub.store.access_requests import SqlAccessRequests
from hub.store.askings import CLOSING, SqlAskings
from hub.store.closing import Closing
from hub.store.devices import SqlDevices
from hub.store.evictions import SqlEvictions
from hub.store.imports import SqlImports
from hub.store.kinds import kept_kinds
from hub.store.known_people import SqlKnownPeople
from hub.store.one_time import SqlOneTime
from hub.store.posted import SqlPosted
from hub.store.sealing import read_secret
from hub.store.services import SqlServices
from hub.store.spaces import SqlSpaces
from hub.web.desk import Desk, OwnSpace
from hub.web.words import HUB
from hub.welcoming import guests_of


def desk_of(ground: Ground, books: Books, equipped: Equipped) -> Desk:
    session = ground.configuration.hub.session
    return Desk(
        stores=books.stores,
        rights=books.rights,
        sessions=books.sessions,
        trail=books.trail,
        anchor=books.anchor.trouble,
        messenger=outbox(ground, books, HUB),
        throttle=throttle(ground),
        one_time=SqlOneTime(ground.database, ground.keyring, ground.clock, "hub.account"),
        evictions=SqlEvictions(ground.database, ground.keyring, ground.clock, session.per_account),
        longest=session.longest,
        idle=session.idle,
        reading=ground.database.reading,
        together=ground.database.together,
        shared_idle=session.shared_idle,
        plugins=ground.loaded,
        places=ground.configuration.places,
        guests=guests_of(ground, books),
        joined=SqlServices(ground.database, ground.clock),
        own=_own_space(ground),
        closings=SqlAskings(ground.database, ground.keyring, "account.closing", CLOSING),
        operator=operator_desk_of(ground, books),
        modes=modes_of(ground, books, equipped.methods),
        devices=SqlDevices(ground.database, ground.keyring, ground.clock),
        importing=importing_of(ground, books),
        holdings=list(equipped.holdings.values()),
        kinds=[*kept_kinds(), *equipped.holdings],
        closing=Closing(
            ground.database,
            ground.clock,
            books.sessions,
            books.trail,
            books.stores,
            equipped.holdings.values(),
        ),
    )


def importing_of(ground: Ground, books: Books) -> Importing:
    book = SqlImports(ground.database, ground.keyring)
    own, together = toolbox(ground, books, HUB), ground.database.together
    return Importing(book, own, books.rights, books.rights, together)


def _own_space(ground: Ground) -> OwnSpace:
    key = read_secret(ground.configuration.secrets / PAIRWISE)

    def name(service: ServiceId, account: AccountId) -> tuple[str, str] | None:
        found = ground.services.get(service)
        return (sector_of(found), subject_of(account, found, key)) if found else None

    return OwnSpace(
        spaces=SqlSpaces(ground.database, ground.keyring),
        posted=SqlPosted(ground.database, ground.keyring),
        known=SqlKnownPeople(ground.database, name),
        access=SqlAccessRequests(ground.database, ground.keyring),
    )
