"""Why an answer of the provider is not believed, before the catalogue says it to people."""


class Fault(Exception):
    """*reason* is the refusal's last word: `saml_provider.<reason>`.

    *cause* is for the support's timeline: words of our own, never what the provider sent.
    """

    def __init__(self, reason: str, cause: str = "") -> None:
        super().__init__(cause or reason)
        self.reason = reason
        self.cause = cause
