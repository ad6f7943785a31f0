"""Why an answer of the provider is not believed, before anybody says it in a plugin's words."""


class Fault(Exception):
    """*reason* is the code's last part: `wrong_nonce`.

    *cause* is for the support's timeline: words of our own, never what the provider sent.
    *silent*: the hub itself called and got no answer. Never by what a browser brings: anybody
    could tell everybody that the provider is away.
    """

    def __init__(self, reason: str, cause: str = "", *, silent: bool = False) -> None:
        super().__init__(cause or reason)
        self.reason = reason
        self.cause = cause
        self.silent = silent
