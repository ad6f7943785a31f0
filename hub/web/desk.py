"""What the portal, the account pages and the consoles are lent beside the site's parts."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import field
from datetime import timedelta
from typing import Protocol, cast

import flask

from hub.contract.accounts import AccountStore
from hub.contract.holdings import Holding
from hub.contract.identifiers import ServiceId
from hub.contract.messages import Messenger
from hub.contract.toolbox import OneTimeBox
from hub.contract.values import value
from hub.broker.throttle import Throttle
from hub.extensions import Loaded
from hub.people.access import AccessBook
from hub.people.asking import Askings
from hub.people.closing import ClosesAccounts
from hub.people.activity import EvictionsBook, SessionsBook, TrailBook
from hub.people.degraded import Modes
from hub.people.devices import DevicesBook, EveryDeviceKnown
from hub.people.guests import Guests
from hub.people.import_work import Importing
from hub.people.joining import JoinedBook
from hub.people.posted import KnownBook, PostedBook
from hub.people.rights import GivesOnce, RightsBook
from hub.people.space import SpacesBook
from hub.web.operator_desk import OperatorDesk


class HubRights(RightsBook, GivesOnce, Protocol):
    """The hub's own."""


@value
class OwnSpace:
    """What « Mes services » keeps of each account."""

    spaces: SpacesBook
    posted: PostedBook
    known: KnownBook
    access: AccessBook


@value
class Desk:
    stores: Mapping[str, AccountStore]
    rights: HubRights
    sessions: SessionsBook
    trail: TrailBook
    messenger: Messenger
    throttle: Throttle
    one_time: OneTimeBox
    """The account pages' own: an enrolment between two requests."""
    guests: Guests
    """For those who have no account, or link one more identity to it."""
    own: OwnSpace
    joined: JoinedBook
    operator: OperatorDesk
    evictions: EvictionsBook
    """What the screen of a session that gave way is told."""
    longest: timedelta
    """How long a session lasts at most."""
    devices: DevicesBook = EveryDeviceKnown()
    idle: timedelta = timedelta(minutes=30)
    """How long it lasts unused."""
    shared_idle: timedelta = timedelta(minutes=5)
    """The same on a workstation of many people."""
    closings: Askings
    """Who asked lately for their account to be closed."""
    reading: Callable[[], AbstractContextManager[None]] = nullcontext
    """Around a page that is only drawn, see `hub.store.database`."""
    together: Callable[[], AbstractContextManager[None]] = nullcontext
    """Around an act and its entry in the trail, see `hub.web.whole_acts`."""
    anchor: Callable[[], str] = str
    """Why the audit trail's anchor cannot be written; empty: it can, or there is none."""
    modes: Modes = tuple
    """How each degraded mode stands now."""
    importing: Importing | None = None
    """Files of people that référents bring; `None`: this hub takes none."""
    holdings: Sequence[Holding] = ()
    """What plugins keep of people."""
    kinds: Sequence[str] = ()
    """All that is kept of people, as the register of processing calls it."""
    closing: ClosesAccounts | None = None
    """Accounts erased for good; `None`: this hub's console closes none."""
    plugins: Sequence[Loaded] = ()
    """As the survey at start found them, refused ones with the reason."""
    places: Mapping[ServiceId, str] = field(default_factory=dict)
    """Where each service is written, as `hub.toml:42`; unknown for those of plugins."""


def desk() -> Desk:
    """The desk of the site whose request is being answered."""
    return cast(Desk, flask.current_app.extensions["hub_desk"])
