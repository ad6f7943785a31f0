"""Which addresses there are, as Flask knows them, and which of them are no page to look at."""

from collections.abc import Mapping

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map

from hub.app import compose
from hub.configuration import read
from tests.peers.browser.town import Town

NO_PAGES: Mapping[str, str] = {
    "/login/<login>/<method>": "the address of a form: loaded, it leads to /login/<login>",
    "/login/<login>/do/<action>": "the address of a form: loaded, it leads to /login/<login>",
    "/login/<login>/complete": "leads to the page that was wanted",
    "/account/means": "leads to /account, or to the sign-in page",
    "/situation": "leads to /login/<login>, where a place is chosen",
    "/logout/returned": "leads from a provider to /logout/<farewell>, or to /logout/done",
    "/logout/heard": "for the frames of /logout/<key>, or leads to it",
    "/logout/<key>/to/<service>": "leads to the service, by a form for some",
    "/apps/cps/agent/<pairing>": "for the page's script and the agent",
    "/apps/directory/suggest": "for the script of the search page",
    "/apps/directory/export.csv": "a file",
    "/console/audit/export.csv": "a file",
    "/apps/emage/shares/<name>": "for machines",
    "/console/people/import/model.csv": "a file",
    "/console/people/import/<run>/refused.csv": "a file",
    "/notices/<notice>": "leads to the record at its service",
    "/session/left": "for machines",
    "/diagnostic/now": "for the script of /diagnostic",
    "/health/live": "for machines",
    "/health/ready": "for machines",
    "/metrics": "for machines",
    "/favicon.ico": "a picture",
    "/static/<owner>/<name>": "files",
}


def rules_of(town: Town) -> Map:
    """Of a second hub put together from the same configuration."""
    app = compose(read(town.hub.folder / "hub.toml"))
    pages = vars(app.wsgi)["_pages"]
    found: Map = pages.url_map
    return found


def readable(rules: Map) -> set[str]:
    """Everything a browser may load."""
    return {each.rule for each in rules.iter_rules() if "GET" in (each.methods or ())}


def rule_of(rules: Map, path: str) -> str:
    try:
        return str(rules.bind("hub.test").match(path, return_rule=True)[0].rule)
    except HTTPException:
        return ""
