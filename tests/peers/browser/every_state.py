"""All states there are: importing the modules they stand in enters them."""

from collections.abc import Sequence

from tests.peers.browser import (
    states_operator,
    states_account,
    states_announced,
    states_card,
    states_console,
    states_developer,
    states_devices,
    states_directory,
    states_errors,
    states_front,
    states_joined,
    states_medimail,
    states_portal,
    states_referent,
    states_requests,
    states_share,
    states_signin,
    states_situations,
    states_space,
)
from tests.peers.browser.state import STATES, State

MODULES = (
    states_portal,
    states_front,
    states_signin,
    states_situations,
    states_space,
    states_account,
    states_devices,
    states_developer,
    states_console,
    states_operator,
    states_announced,
    states_errors,
    states_joined,
    states_requests,
    states_referent,
    states_directory,
    states_card,
    states_share,
    states_medimail,
)


def every_state() -> Sequence[State]:
    return STATES.all
