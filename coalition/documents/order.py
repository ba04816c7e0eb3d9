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
    """A file that travels within the PDF as the data the page was made from."""

    name: str
    content: bytes
    description: str


@dataclass(frozen=True, kw_only=True)
class Order:
    """One document to render: its HTML, its sheet and all that the two may refer to.

    `assets` maps an address to its file; nothing else is ever fetched. `identifier` is the PDF's ID (16 bytes) and
    `created` its aware moment: given, so that the same order gives the same bytes in every process.
    """

    html: str
    sheet: str
    identifier: bytes
    created: datetime
    assets: Mapping[str, Asset] = field(default_factory=dict)
    attachment: Attachment | None = None
    most_pages: int = 1

    def as_json(self) -> bytes:
        """Return the order as one line for another process."""
        attached = self.attachment
        return json.dumps(
            {
                "html": self.html,
                "sheet": self.sheet,
                "identifier": self.identifier.hex(),
                "created": self.created.isoformat(),
                "assets": {address: [asset.media_type, _text(asset.content)] for address, asset in self.assets.items()},
                "attachment": attached and [attached.name, _text(attached.content), attached.description],
                "most_pages": self.most_pages,
            }
        ).encode()

    @classmethod
    def from_json(cls, line: bytes) -> Order:
        """Read what `as_json` wrote."""
        told = json.loads(line)
        attached = told["attachment"]
        return cls(
            html=told["html"],
            sheet=told["sheet"],
            identifier=bytes.fromhex(told["identifier"]),
            created=datetime.fromisoformat(told["created"]),
            assets={address: Asset(kind, b64decode(content)) for address, (kind, content) in told["assets"].items()},
            attachment=Attachment(attached[0], b64decode(attached[1]), attached[2]) if attached else None,
            most_pages=told["most_pages"],
        )


def _text(content: bytes) -> str:
    return b64encode(content).decode()
