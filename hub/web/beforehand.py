"""Templates with what cannot change while the hub runs already in them, a set for each language.

A page of the sign-in says thirty sentences and draws a dozen icons. Looked up as each page is
drawn, they cost more than all the rest of it.
"""

from collections.abc import Callable, Collection, Mapping, MutableMapping
from pathlib import Path
from typing import Any, Final

import flask
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer

from hub.contract.values import value
from hub.web.parts import Look, language
from hub.web.words import HUB, Words

_LENT: Final = "hub/"
"""Templates that plugins draw with words of their own."""


@value
class Known:
    """What templates may ask for and is the same for every page."""

    words: Words
    look: Look
    owners: Collection[str]
    """Plugins, whose templates lie below their names."""
    ours: Path
    """The folder of the hub's own: in one of its folders a plugin of that name has no say."""
    drawn: Mapping[str, Callable[..., str]]
    """By the names that templates call: icons, addresses of files."""


class Spoken(Environment):
    """Jinja's, which draws each page from the set of the language of its request.

    Templates of this site have no globals of their own either: all read the environment's.
    Through Flask's chain of two mappings each import compares them in Python, name by name.
    """

    known: Known | None = None
    language: str = ""
    """Whose set this is; empty: the environment that Flask knows."""
    sets: "Mapping[str, Spoken]" = {}

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals

    def speak(self, known: Known) -> None:
        """To be called once everything is set but the globals, which all sets share."""
        self.sets = {each: self._set(known, each) for each in known.words.languages}

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        if self.sets and flask.has_request_context():
            return self.sets[language()].get_template(name, parent, globals)
        return super().get_template(name, parent, globals)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if self.known is not None and name is not None:
            owner = _owner(self.known, name, filename)
            _Filling(self.known, self.language, owner, name, _given(tree)).visit(tree)
        return tree

    def _set(self, known: Known, spoken: str) -> "Spoken":
        one = self.overlay()
        one.known, one.language, one.sets = known, spoken, {}
        return one


class _Filling(NodeTransformer):
    """Puts a constant in the place of each question whose answer is known."""

    def __init__(
        self, known: Known, spoken: str, owner: str, template: str, given: Collection[str]
    ) -> None:
        self._known = known
        self._spoken = spoken
        self._owner = owner
        self._given = given
        self._lent = template.startswith(_LENT)

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:
        self.generic_visit(node)
        told = [each.value for each in node.args if isinstance(each, nodes.Const)]
        if not isinstance(node.node, nodes.Name) or node.kwargs or len(told) < len(node.args):
            return node
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            return node
        return self._or(node, self._answer(node.node.name, told))

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Expr:
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.node.name != "look":
            return node
        found = None if "look" in self._given else getattr(self._known.look, node.attr, None)
        return self._or(node, found if isinstance(found, str) else None)

    def _answer(self, name: str, told: list[Any]) -> str | None:
        if name in self._given:
            return None
        if name == "t":
            words = self._known.words
            return None if self._lent else words.plain(self._spoken, told[0], self._owner)
        try:
            return self._known.drawn[name](*told)
        except KeyError:
            # A file that this installation lacks is named under a condition only.
            return None

    def _or(self, node: nodes.Expr, found: str | None) -> nodes.Expr:
        if found is None:
            return node
        return nodes.Const(found, lineno=node.lineno, environment=node.environment)


def _owner(known: Known, template: str, filename: str | None) -> str:
    """Whose words come first in it."""
    folder = template.partition("/")[0]
    if folder not in known.owners or (filename and Path(filename).is_relative_to(known.ours)):
        return HUB
    return folder


def _given(tree: nodes.Template) -> Collection[str]:
    """Names that mean something else in this template: parameters, what it sets or imports."""
    names = {each.name for each in tree.find_all(nodes.Name) if each.ctx != "load"}
    for each in tree.find_all(nodes.FromImport):
        names |= {name if isinstance(name, str) else name[1] for name in each.names}
    return names
