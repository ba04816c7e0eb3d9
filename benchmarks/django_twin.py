"""The second anchor of the register page: the same page by Django, its ORM and its templates, on the same database.

Written as its tutorial would: a model, a queryset with a count, a template. The frame is fixed text, as in `bare`.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine, Template
from django.urls import path

from benchmarks.bare import ROWS
from coalition.commands.serve import THREADS, Server

ROW = """<tr role="row"><th scope="row" role="rowheader"><a href="/en/register/{{ e.number }}/">\
<bdi>{{ e.official_name }}</bdi></a>\
{% if e.latin_name %}<span class="sub"><bdi>{{ e.latin_name }}</bdi></span>{% endif %}\
{% if e.status == "suspended" %} <span class="tag warn">Suspended</span>{% endif %}</th>\
<td role="cell" data-l="Country">{{ e.country }}</td>\
<td role="cell" data-l="Category">{{ e.category }}</td>\
<td role="cell" data-l="Signed"><time datetime="{{ e.signed_on|date:"Y-m-d" }}">{{ e.signed_on|date }}</time></td>\
<td role="cell" data-l="Number" class="mono">{{ e.number }}</td></tr>
"""


def serve(port: str, sample: str, database: str) -> None:
    """Serve it as `coalition serve --workers 1` serves the site."""
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database}},
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=sys.modules[__name__],
        USE_I18N=False,
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    )
    django.setup()
    _tell_pages(Path(sample))
    options = {"bind": f"127.0.0.1:{port}", "workers": 1, "worker_class": "gthread", "threads": THREADS}
    options |= {"preload_app": True, "loglevel": "warning", "control_socket_disable": True}
    Server(get_wsgi_application(), options).run()


urlpatterns: list[Any] = []


def _tell_pages(sample: Path) -> None:
    class RegisterEntry(models.Model):
        number = models.CharField(max_length=40)
        status = models.CharField(max_length=20)
        official_name = models.CharField(max_length=300)
        latin_name = models.CharField(max_length=300)
        country = models.CharField(max_length=2)
        category = models.CharField(max_length=60)
        signed_on = models.DateField()

        class Meta:
            app_label = "twin"
            managed = False
            db_table = "register_entries"

    before, after = (f"{{% verbatim %}}{part}{{% endverbatim %}}" for part in _frame(sample))
    template = Template(f"{before}{{% for e in rows %}}{ROW}{{% endfor %}}{{{{ total }}}}{after}", engine=Engine())

    def page(_request: HttpRequest) -> HttpResponse:
        shown = RegisterEntry.objects.filter(status__in=["active", "suspended"])
        context = Context({"rows": shown.order_by("-id")[:25], "total": shown.count()})
        return HttpResponse(template.render(context))

    urlpatterns.append(path("page", page))


def _frame(sample: Path) -> tuple[str, str]:
    before, after = re.split(ROWS, json.loads(sample.read_text("utf-8"))["html"])
    return before, after


if __name__ == "__main__":
    serve(*sys.argv[1:])
