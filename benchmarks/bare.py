"""The anchor of the page figures: Flask and one Jinja template under the same server, and nothing else.

The page has the bytes of the register's first page: its frame as fixed text, its 25 rows filled in from memory, without
database, translation, session or extension. `/kept` answers those bytes as one string, `/word` one word.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from flask import Flask, render_template
from jinja2 import DictLoader

from coalition.commands.serve import THREADS, Server

ROW = """<tr role="row"><th scope="row" role="rowheader"><a href="/en/register/{{ e.number }}/">\
<bdi>{{ e.official_name }}</bdi></a>\
{% if e.latin_name %}<span class="sub"><bdi>{{ e.latin_name }}</bdi></span>{% endif %}\
{% if e.status == "suspended" %} <span class="tag warn">Suspended</span>{% endif %}</th>\
<td role="cell" data-l="Country">{{ e.country_shown }}</td>\
<td role="cell" data-l="Category">{{ e.category_shown }}</td>\
<td role="cell" data-l="Signed"><time datetime="{{ e.signed_on }}">{{ e.signed_text }}</time></td>\
<td role="cell" data-l="Number" class="mono">{{ e.number }}</td></tr>
"""
ROWS = re.compile(r'<tr role="row"><th scope="row".*</tr>', re.DOTALL)


def bare(html: str, rows: list[dict[str, Any]]) -> Flask:
    """Make the application from the page's HTML and its rows."""
    before, after = ROWS.split(html)
    loop = "{% for e in rows %}" + ROW + "{% endfor %}"
    app = Flask("bare", static_folder=None)
    app.jinja_loader = DictLoader(
        {"page.html": f"{{% raw %}}{before}{{% endraw %}}{loop}{{% raw %}}{after}{{% endraw %}}"}
    )
    shown = [row | {"signed_text": re.sub(r"<[^>]*>", "", row["signed_shown"])} for row in rows]

    @app.get("/page")
    def page() -> str:
        return render_template("page.html", rows=shown)

    @app.get("/kept")
    def kept() -> str:
        return html

    @app.get("/word")
    def word() -> str:
        return "ok"

    return app


def main(port: str, sample: str) -> None:
    """Serve it as `coalition serve --workers 1` serves the site."""
    told = json.loads(Path(sample).read_text("utf-8"))
    options = {
        "bind": f"127.0.0.1:{port}",
        "workers": 1,
        "worker_class": "gthread",
        "threads": THREADS,
        "preload_app": True,
    }
    Server(bare(told["html"], told["rows"]), options | {"loglevel": "warning", "control_socket_disable": True}).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
