"""What two runs of the tests at once are given: never the same port."""

import socket
from contextlib import closing

import pytest

from tests.ports import EACH, Ports, free_ports


def test_a_place_that_another_run_has_is_given_to_nobody_else() -> None:
    ports = Ports()
    with pytest.raises(AssertionError, match="other runs"):
        Ports([ports.place])


def test_a_port_comes_again_only_after_all_the_others() -> None:
    ports = Ports()
    given = [ports.neighbours(1) for _ in range(EACH // 2)]
    assert len(set(given)) == EACH // 2
    assert given[0] in [ports.neighbours(1) for _ in range(EACH)]


def test_a_port_where_somebody_listens_is_passed_over() -> None:
    ports = Ports()
    first = ports.neighbours(1)
    with closing(socket.create_server(("127.0.0.1", first + 3))):
        assert ports.neighbours(7) > first + 3


def test_neighbours_are_all_of_one_place() -> None:
    ports = Ports()
    given = [ports.neighbours(7) for _ in range(2 * EACH // 7)]
    place = range(ports.place, ports.place + EACH)
    assert all(each in place and each + 6 in place for each in given)
    assert free_ports(2) not in place
