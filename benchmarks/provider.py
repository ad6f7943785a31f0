"""An OpenID provider to be measured: where it is, and who is signed in there."""

from dataclasses import field

from hub.contract.values import value


@value
class Endpoints:
    authorize: str
    token: str
    userinfo: str
    jwks: str
    introspection: str = ""
    """Empty: it has none."""


@value
class Provider:
    """`cookie` is the live session; `pid` the root of all processes that serve."""

    name: str
    port: int
    host: str
    pid: int
    issuer: str
    endpoints: Endpoints
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    cookie: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    """Of everybody who has one here."""
