"""What is to be rendered? One document as plain values that can be handed to another process.

What the page says is decided before; how it is drawn belongs to `rendering`.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Asset:
    """A file that the page may show, kept in memory under its address."""

    media_type: str
    content: bytes


@dataclass(frozen=True)
class Attachment:
    """A file that travels within the PDF as the data the page was made from, or as their proof."""

    name: str
    content: bytes
    description: str
    media_type: str = "application/json"


@dataclass(frozen=True)
class Stamp:
    """A drawing beneath the page: PDF operators that draw it, and for each print of it those that set pen and place.

    Operators are ours alone: nothing that somebody typed may become one.
    """

    drawing: str
    prints: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Order:
    """One document to render: its HTML, its sheet and all that the two may refer to.

    `assets` maps an address to its file; nothing else is ever fetched. `underlay` is drawn beneath the first page.
    `identifier` is the PDF's ID (16 bytes) and `created` its aware moment: given, so that the same order gives the same
    bytes in every process.
    """

    html: str
    sheet: str
    identifier: bytes
    created: datetime
    assets: Mapping[str, Asset] = field(default_factory=dict)
    underlay: tuple[Stamp, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    most_pages: int = 1

    def as_json(self) -> bytes:
        """Return the order as one line for another process."""
        return json.dumps(
            {
                "html": self.html,
                "sheet": self.sheet,
                "identifier": self.identifier.hex(),
                "created": self.created.isoformat(),
                "assets": {address: [asset.media_type, _text(asset.content)] for address, asset in self.assets.items()},
                "underlay": [[stamp.drawing, stamp.prints] for stamp in self.underlay],
                "attachments": [[a.name, _text(a.content), a.description, a.media_type] for a in self.attachments],
                "most_pages": self.most_pages,
            }
        ).encode()

    @classmethod
    def from_json(cls, line: bytes) -> Order:
        """Read what `as_json` wrote."""
        told = json.loads(line)
        return cls(
            html=told["html"],
            sheet=told["sheet"],
            identifier=bytes.fromhex(told["identifier"]),
            created=datetime.fromisoformat(told["created"]),
            assets={address: Asset(kind, b64decode(content)) for address, (kind, content) in told["assets"].items()},
            underlay=tuple(Stamp(drawing, tuple(prints)) for drawing, prints in told["underlay"]),
            attachments=tuple(Attachment(name, b64decode(data), *rest) for name, data, *rest in told["attachments"]),
            most_pages=told["most_pages"],
        )


def _text(content: bytes) -> str:
    return b64encode(content).decode()
