"""What does an officer look for among the letters? A value; pure."""

from __future__ import annotations

from dataclasses import dataclass

from coalition.enquiries.states import Tab, Topic

LONGEST_QUERY = 200
MOST_WORDS = 8


@dataclass(frozen=True)
class Search:
    """What an officer looks for; "" is everything. Words search every state, whatever the tab."""

    tab: Tab = Tab.OPEN
    q: str = ""
    topic: Topic | None = None
    after: int | None = None

    @property
    def typed(self) -> str:
        """What is looked for, as far as it is read."""
        return "".join(self.q[:LONGEST_QUERY].split("\x00")).strip()

    @property
    def is_address(self) -> bool:
        """Tell whether a whole mail address is looked for."""
        return "@" in self.typed

    @property
    def is_oldest_first(self) -> bool:
        """Tell whether what has waited longest stands first."""
        return not self.q and self.tab is not Tab.CLOSED
