"""The pages of the directory: search, card, favourites."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, jsonify, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from hub import Access, Pages, SignedIn, Toolbox, value

from .exporting import heads, written
from .favourites import Favourites
from .folding import LONGEST
from .people import People
from .search import MOST, PAGE, Found, Query, Search
from .settings import DirectorySettings

HERE = "/apps/directory/"


@value
class Shown:
    """What the page says of a search."""

    found: Found
    query: Query
    facets: Mapping[str, str]
    """The address of each facet, and of the search without it."""
    before: str
    after: str
    export: str


def directory_pages(settings: DirectorySettings, toolbox: Toolbox) -> Pages:
    drawn = DirectoryPages(settings, toolbox)
    routes = Blueprint("directory", __name__)
    routes.add_url_rule("/", "search", drawn.search)
    routes.add_url_rule("/suggest", "suggest", drawn.suggest)
    routes.add_url_rule("/export.csv", "export", drawn.export)
    routes.add_url_rule("/favourites", "favourites", drawn.favourites)
    routes.add_url_rule("/favourites", "like", drawn.like, methods=["POST"])
    routes.add_url_rule("/card/<key>", "card", drawn.card)
    return Pages(blueprint=routes, access=Access(minimum=settings.minimum))


class DirectoryPages:
    def __init__(self, settings: DirectorySettings, toolbox: Toolbox) -> None:
        self._settings = settings
        self._toolbox = toolbox
        self._people = People(toolbox)

    def search(self) -> Response:
        query = _query()
        found = self._search().find(query)
        if query.page > 1 and not found.entries:
            return redirect(_address(query, page=1), 303)
        shown = Shown(
            found=found,
            query=query,
            facets=_facets(query, found),
            before=_address(query, page=query.page - 1) if query.page > 1 else "",
            after=_address(query, page=query.page + 1) if query.page * PAGE < found.count else "",
            export=_address(query, "export.csv", page=1) if self._settings.exported else "",
        )
        return self._page("search.html", shown=shown, most=MOST)

    def suggest(self) -> Response:
        """Names for the field « qui », while one types."""
        answer: Response = jsonify(self._search().suggested(request.args.get("who", "")[:LONGEST]))
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def export(self) -> Response:
        if not self._settings.exported:
            abort(404)
        found = self._search().find(_query(), size=self._settings.exported)
        account = self._person().account.id
        self._toolbox.note("directory.exported", account, lines=str(len(found.entries)))
        titles = render_template("directory/heads.txt", heads=heads()).strip().split("|")
        answer = make_response(written(found.entries, titles))
        answer.headers["Content-Type"] = "text/csv; charset=utf-8"
        answer.headers["Content-Disposition"] = 'attachment; filename="annuaire.csv"'
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def card(self, key: str) -> Response:
        """Whoever hides, and whoever never was, is no more here than anywhere."""
        entry = self._search().one(key[:200])
        if entry is None:
            return self._page("gone.html", status=404)
        return self._page("card.html", entry=entry, back=_back())

    def favourites(self) -> Response:
        return self._page("favourites.html", found=self._search().liked())

    def like(self) -> Response:
        key = request.form.get("key", "")[:200]
        mine = Favourites(self._toolbox.unit_of_work, self._person().account.id)
        room = True
        if request.form.get("liked") == "no":
            mine.remove(key)
        elif self._search().one(key):
            room = mine.add(key)
        if not room:
            return self._page("full.html", status=409)
        return redirect(_back(request.form.get("back", "")), 303)

    def _search(self) -> Search:
        # Asked before every look: who hid a second ago is found by nobody.
        self._people.hide_new()
        person = self._person()
        mine = {each.structure for each in (*person.account.situations, *person.places)}
        return Search(self._toolbox.unit_of_work, person.account.id, sorted(mine))

    def _person(self) -> SignedIn:
        return self._toolbox.signed_in() or abort(404)

    def _page(self, template: str, status: int = 200, **values: Any) -> Response:
        known = {"person": self._person().account, "here": HERE, **values}
        answer = make_response(render_template(f"directory/{template}", **known), status)
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _query() -> Query:
    said = {name: request.args.get(name, "")[:255].strip() for name in _TEXTS}
    number = request.args.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 1
    return Query(**said, page=min(max(page, 1), MOST // PAGE))


_TEXTS = ("who", "activity", "where", "profession", "department")


def _address(query: Query, under: str = "", **changed: object) -> str:
    said = {name: getattr(query, name) for name in (*_TEXTS, "page")}
    kept = {name: text for name, text in {**said, **changed}.items() if text and text != 1}
    return f"{HERE}{under}?{urlencode(kept)}"


def _facets(query: Query, found: Found) -> Mapping[str, str]:
    addresses = {
        f"{name}:{text}": _address(query, page=1, **{name: text})
        for name, rows in (("profession", found.professions), ("department", found.departments))
        for text, _ in rows
    }
    without = {f"-{name}": _address(query, page=1, **{name: ""}) for name in _TEXTS[3:]}
    return {**addresses, **without}


def _back(wanted: str | None = None) -> str:
    """Only ever to a page of the directory."""
    said = request.args.get("back", "") if wanted is None else wanted
    inside = said.startswith((f"{HERE}?", f"{HERE}card/", f"{HERE}favourites"))
    return said if inside and "\\" not in said and len(said) < 2000 else HERE
