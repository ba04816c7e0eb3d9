"""What does an officer look for in the queue? An address's query turned into a value and back; pure.

Whatever is unknown is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from coalition.accounts.permissions import Scope
from coalition.review.states import OLDEST_FIRST, STATES, UNDECIDED, Flag, Tab
from coalition.signing.states import OPEN, State
from coalition.web.pagination import cursor_of

LONGEST_QUERY = 200
NOBODY = "nobody"
KEY = re.compile(r"[A-Za-z0-9_-]{1,60}", re.ASCII)
COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
FIELDS = ("tab", "q", "charter", "country", "language", "state", "officer", "flag")


@dataclass(frozen=True)
class Search:
    """What an officer looks for; "" is everything. Words search every state, whatever the tab.

    `officer` is the public id of whoever has it on the list or in hand, or NOBODY. `scope` is what the officer may see.
    """

    tab: Tab = Tab.TO_REVIEW
    q: str = ""
    charter: str = ""
    country: str = ""
    language: str = ""
    state: State | None = None
    officer: str = ""
    flag: Flag | None = None
    after: int | None = None
    scope: Scope = field(default_factory=Scope)

    @classmethod
    def of_query(cls, query: Mapping[str, str], *, scope: Scope) -> Search:
        """Make a search of an address's query."""
        typed = "".join(sign for sign in query.get("q", "")[:LONGEST_QUERY] if sign.isprintable()).strip()
        tab, state = _tab(query.get("tab", "")), _state(query.get("state", ""))
        return cls(
            tab=tab,
            q=typed.encode("utf-8", "ignore").decode(),
            charter=_matching(KEY, query.get("charter", "")),
            country=_matching(COUNTRY, query.get("country", "").upper()),
            language=_matching(KEY, query.get("language", "")),
            state=state,
            officer=_matching(KEY, query.get("officer", "")),
            flag=_flag(query.get("flag", ""), tab=tab, state=state),
            after=cursor_of(query.get("after")),
            scope=scope,
        )

    @property
    def is_oldest_first(self) -> bool:
        """Tell whether what has waited longest stands first."""
        if self.state is not None and not self.q:
            return self.state in OPEN
        return not self.q and self.tab in OLDEST_FIRST

    @property
    def walks_all(self) -> bool:
        """Tell whether every application is listed, whatever its state, the newest first."""
        return self.tab is Tab.ALL and not self.q and self.state is None and self.flag is None

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything but a tab was asked for."""
        return any(name != "tab" for name in self.query())

    def query(self) -> dict[str, str]:
        """Return what an address says to ask for this again, from the first page on."""
        asked = {name: getattr(self, name) for name in FIELDS}
        return {name: str(value) for name, value in asked.items() if value and value is not Tab.TO_REVIEW}

    def address(self) -> str:
        """Return the same as an address's query, "" of the queue as it opens."""
        return urlencode(self.query())


def _tab(text: str) -> Tab:
    return Tab(text) if text in set(Tab) else Tab.TO_REVIEW


def _state(text: str) -> State | None:
    return State(text) if text in set(State) else None


def _flag(text: str, *, tab: Tab, state: State | None) -> Flag | None:
    """Return a flag where it can mean something: it tells of applications that are not decided yet."""
    states = STATES[tab] if state is None else frozenset({state})
    return Flag(text) if text in set(Flag) and states & UNDECIDED else None


def _matching(pattern: re.Pattern[str], text: str) -> str:
    return text if pattern.fullmatch(text) else ""
