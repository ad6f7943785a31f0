"""The CPS card and its family, read by the browser or by an agent on the workstation."""

from collections.abc import Iterable

from hub import (
    PUBLIC,
    AuthenticationMethod,
    Job,
    Pages,
    Settings,
    Tables,
    Toolbox,
    hookimpl,
)

from . import tables as cps_tables
from .agent_route import AgentRoute
from .job import Fetching
from .judging import Judge
from .lists import Lists
from .method import CpsMethod
from .ocsp import Ocsp
from .pairing_pages import PairingPages, blueprint
from .path import Paths
from .revocation import Checks
from .settings import CpsSettings
from .trust import accepted, trust


@hookimpl
def authentication_methods(settings: Settings, toolbox: Toolbox) -> Iterable[AuthenticationMethod]:
    own = settings.section("cps", CpsSettings)
    trusted = trust(own, settings)
    lists = Lists(toolbox.unit_of_work, toolbox.clock)
    checks = Checks(own, lists, Ocsp(own.ocsp, toolbox), trusted.authorities)
    judge = Judge(Paths(trusted.roots, trusted.authorities), accepted(own, settings), checks)
    return (CpsMethod(own, toolbox, judge, AgentRoute(own.agent, toolbox), checks.ended),)


@hookimpl
def jobs(settings: Settings, toolbox: Toolbox) -> Iterable[Job]:
    own = settings.section("cps", CpsSettings)
    lists = Lists(toolbox.unit_of_work, toolbox.clock)
    fetching = Fetching(own.crls, settings, toolbox, trust(own, settings), lists)
    return [Job(name="cps.lists", every=own.refresh, run=fetching.run)]


@hookimpl
def tables(settings: Settings) -> Iterable[Tables]:
    return [cps_tables.tables()]


@hookimpl
def pages(settings: Settings, toolbox: Toolbox) -> Iterable[Pages]:
    return [Pages(blueprint=blueprint(PairingPages(toolbox)), access=PUBLIC)]
