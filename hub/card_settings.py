"""The shape of `[card_host]` in hub.toml: the host that asks browsers for a card's certificate."""

from hub.contract.values import value


@value
class CardHostSettings:
    """Where cards are shown by TLS (route A); without `domain` there is no such place."""

    domain: str = ""
    """Each try gets a name of its own below it, `<one-time>.card.region.example`: a wildcard in the
    DNS and in the server's certificate. With `:port` where browsers do not come by 443."""
    listen: str = ""
    """Address and port of the hub's own listener for it; empty: a proxy of yours receives cards."""
    certificate: str = ""
    """Of the own listener, with the issuing ones: a PEM file, good for `*.<domain>`."""
    key: str = ""
    """Its private key, unreadable for others on the machine."""
    issuers: str = ""
    """A PEM file of authorities: browsers offer only certificates these issued. Empty: any. What a
    certificate is worth is judged elsewhere."""
    secret_file: str = ""
    """Shared with the proxy that receives cards: 32 characters or more, unreadable for others on
    the machine. Empty: no proxy is believed."""
    hops: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    """The networks that proxy connects from."""
    reached_at: str = ""
    """Address and port by which this machine reaches what browsers reach, for the test that a
    forged certificate is refused; empty: as the DNS says."""
    authorities: str = ""
    """A PEM file trusted in that test, in the place of the public authorities."""
