"""The way back of a browser that a method, an action or an enrolment sent away."""

from typing import Protocol

from hub.contract.steps import Answer


class Returning(Protocol):
    def bring_back(self, return_url: str, answer: Answer) -> str:
        """The path to send that browser to; there, once and soon, *answer* is its answer.

        *return_url* is that of the `Attempt` or `Task`. Whoever receives what came from outside
        calls this: a POST from another site (SAML, form_post) and the card's own host carry no
        cookie of ours, so nobody there knows whose browser it is. The pages know, and take the
        answer only in the browser that was sent away.
        """
