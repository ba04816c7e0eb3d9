"""What hostile visitors type and send."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote_plus

from hypothesis import strategies as st

MARK = "zzmark"
VALUES = (
    f"<script>{MARK}()</script>",
    f'"><img src=x onerror={MARK}()>',
    f"'><svg/onload={MARK}()>",
    f"</textarea></title></style><script>{MARK}()</script>",
    f"<a href='javascript:{MARK}()'>{MARK}</a>",
    f"javascript:{MARK}()",
    f"[{MARK}](javascript:{MARK}())",
    f"{{{{7*7}}}}{MARK}{{% raw %}}",
    f"%(name)s %s %n {MARK}",
    f"<!--{MARK}--><![CDATA[{MARK}",
    f"=cmd|'/C {MARK}'!A0",
    f"@SUM({MARK})",
    f"+{MARK}",
    f"-{MARK}",
    f"\t={MARK}",
    f"\u202e{MARK}\u2066\u2069\u200f",
    f"{MARK}\x00{MARK}",
    f"{MARK}\ud800",
    f"{MARK}\r\nSet-Cookie: {MARK}=1\r\n\r\n<script>",
    f"'; DROP TABLE signatures; -- {MARK}",
    f"../../../../etc/{MARK}\\..\\",
    "é" * 50_000,
    "<" * 100_000,
    "\u0301" * 3000,
    "9" * 400,
    "-1",
    "1e309",
    "0x10",
    "[]",
    "{}",
    "null",
    "y",
    "",
    " \u3000\u200b",
    "財団法人" * 60,
    "\U0001f600" * 40,
    f"awa+{MARK}@reseau.example.org",
    f'"{MARK}"@example.org\nBcc: x@example.org',
    f'https://{MARK}.example.org/"onmouseover="{MARK}()',
    f"data:text/html,<script>{MARK}()</script>",
)
TYPES = (
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-7",
    "multipart/form-data; boundary=mark",
    "multipart/form-data",
    "multipart/form-data; boundary=" + "m" * 300,
    "application/json",
    "text/plain",
    "image/png",
    "nonsense",
    "",
)
FORM, PARTS = TYPES[0], TYPES[2]
value = st.sampled_from(VALUES) | st.text(max_size=60)
changes = st.dictionaries(st.integers(0, 30), st.lists(value, max_size=3), max_size=4)
kinds = st.sampled_from((FORM, FORM, FORM, FORM, PARTS, PARTS, PARTS, *TYPES))
unknown = st.lists(
    st.tuples(st.sampled_from(("__proto__", "csrf_token", "state", "id", "a[]", "x" * 5000)), value), max_size=2
)


def raw(text: str) -> bytes:
    """Return a text as bytes, a lone surrogate as no decoder likes it."""
    return text.encode("utf-8", "surrogatepass")


def as_form(pairs: list[tuple[str, str]]) -> bytes:
    return "&".join(f"{quote_plus(raw(name))}={quote_plus(raw(one))}" for name, one in pairs).encode()


def as_parts(pairs: list[tuple[str, str]], *, files: frozenset[int] = frozenset()) -> bytes:
    """Write fields as parts; those at the places `files` come as files, whatever they are."""
    body = b""
    for place, (name, one) in enumerate(pairs):
        body += b'--mark\r\nContent-Disposition: form-data; name="' + quoted(name) + b'"'
        body += b'; filename="' + quoted(one[:300]) + b'"' if place in files else b""
        body += b"\r\n\r\n" + raw(one) + b"\r\n"
    return body + b"--mark--\r\n"


def quoted(text: str) -> bytes:
    """Return a text as it stands within quotes in the head of a part."""
    return raw(text).replace(b'"', b"%22").replace(b"\r\n", b" ")


def body_of(pairs: list[tuple[str, str]], content_type: str, *, files: frozenset[int]) -> bytes:
    """Write fields in the way that a content type asks for; for one that asks for none, as a form."""
    if "multipart" in content_type:
        return as_parts(pairs, files=files)
    if "json" in content_type:
        return json.dumps(dict(pairs)).encode()
    return as_form(pairs)


def spoiled(fields: dict[str, str], chosen: dict[int, list[str]], more: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the fields with some of them replaced: none of a value leaves it out, several send it several times."""
    pairs: list[tuple[str, Any]] = []
    for place, (name, preset) in enumerate(fields.items()):
        values = chosen.get(place % 31, [preset])
        pairs += [(name, one) for one in values]
    return pairs + more
