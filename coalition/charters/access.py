"""What do the pages of the charters desk share? The blueprint, and the charter that this officer may open."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from coalition import clock
from coalition.accounts.views import officer, speak_officers_language
from coalition.charters import history
from coalition.charters.errors import CharterUnknown
from coalition.charters.history import DeskCharter
from coalition.i18n import LANGUAGES, localised

bp = Blueprint("charters_desk", __name__)
bp.before_request(speak_officers_language)
INVALID = 422


def covered(slug: str) -> bool:
    """Tell whether this officer's scope holds the charter; one case of it does not make it theirs."""
    return officer().scope.covers(charter=slug, reference="")


def opened(slug: str) -> DeskCharter:
    """Return a charter that lies within this officer's scope. Raises CharterUnknown."""
    if not covered(slug):
        raise CharterUnknown
    return history.charter_of(slug, now=clock.now())


def language_name(code: str) -> str:
    """Return a language's own name, or its code where we know none."""
    known = LANGUAGES.get(code)
    return known.name if known else code


def direction(code: str) -> str:
    """Return the direction of a language's script."""
    known = LANGUAGES.get(code)
    return known.direction if known else "auto"


def page(name: str, charter: DeskCharter, form: Any = None, **more: Any) -> tuple[str, int]:
    """Show a page of a charter; one whose form has errors says so in its status."""
    shown = {"language_name": language_name, "direction": direction, "localised": localised}
    text = render_template(f"charters/admin/{name}.html", charter=charter, form=form, **shown, **more)
    return text, INVALID if form is not None and form.errors else 200
