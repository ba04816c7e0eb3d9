"""How does a mail read? Its subject, text and HTML from a template, in its language; sending does not belong here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app, render_template

from coalition.i18n import force_language

HIDDEN = "…"


@dataclass(frozen=True)
class Written:
    """A mail's words."""

    subject: str
    text: str
    html: str


def written(
    template: str, *, language: str, values: Mapping[str, object], links: Mapping[str, str] | None = None
) -> Written:
    """Write the mail of a template; `links` are whole addresses by their names."""
    folder, context = f"mail/{template}", {"values": values, "links": {} if links is None else links}
    with force_language(language):
        subject = " ".join(render_template(f"{folder}/subject.txt", **context).split())
        text = render_template(f"{folder}/body.txt", subject=subject, **context)
        html = render_template(f"{folder}/body.html", subject=subject, **context)
    return Written(subject, text.strip(), html)


def subject_of(template: str, *, language: str, values: Mapping[str, object]) -> str:
    """Return a mail's subject alone: of values and nothing else, so that a list of them costs little."""
    with force_language(language):
        words = current_app.jinja_env.get_template(f"mail/{template}/subject.txt").render(values=values, links={})
    return " ".join(words.split())


def addresses_without_tokens(links: Mapping[str, Mapping[str, str]], language: str) -> dict[str, str]:
    """Return the addresses of a mail's links for somebody who must not be able to open them."""
    base = current_app.config["PUBLIC_URL"]
    return {name: base + link["path"].format(language=language, token=HIDDEN) for name, link in links.items()}
