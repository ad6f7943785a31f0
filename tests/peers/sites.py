"""Where a test site is: its name, its port on loopback, its certificate."""

from hub.contract.values import value
from tests.peers.authority import Authority, Certificate
from tests.ports import free_port


@value
class Site:
    name: str
    port: int
    certificate: Certificate

    @property
    def origin(self) -> str:
        return f"https://{self.name}:{self.port}"


def site(authority: Authority, name: str) -> Site:
    return Site(name=name, port=free_port(), certificate=authority.site(name))
