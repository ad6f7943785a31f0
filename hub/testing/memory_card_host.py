"""A card host in memory: addresses that lead nowhere, and where each would lead back to."""


class MemoryCardHost:
    """Gives addresses while `there`; keeps where each leads back to."""

    def __init__(self) -> None:
        self.there = True
        self.lent: dict[str, str] = {}

    def fresh(self, return_url: str) -> str | None:
        if not self.there:
            return None
        address = f"https://{len(self.lent) + 1}.card.hub.test/"
        self.lent[address] = return_url
        return address
