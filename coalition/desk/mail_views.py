"""What becomes of our mails? Every one with its history, sent again, reports taken in, templates read beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement

from coalition import clock
from coalition.accounts.permissions import Act
from coalition.accounts.views import officer, requires, speak_officers_language
from coalition.audit import record
from coalition.desk import mail_queries, resending, samples
from coalition.desk.mail_forms import ReportForm
from coalition.errors import Conflict, Invalid
from coalition.i18n import LANGUAGES, known_languages, told
from coalition.i18n import gettext as _
from coalition.mail import bounces, history, queries
from coalition.mail.bounces import Taken
from coalition.mail.message import MailState
from coalition.mail.models import OutboxMessage
from coalition.mail.reports import reports_in
from coalition.mail.writing import addresses_without_tokens, written
from coalition.signing.application import SigningRules
from coalition.transactions import transaction
from coalition.web.headers import FRAMES_OUR_OWN, POWERLESS
from coalition.web.pagination import cursor_of
from coalition.web.sizes import accepts_up_to

bp = Blueprint("mail_desk", __name__)
bp.before_request(speak_officers_language)
STANDINGS = (*(state.value for state in MailState), queries.BOUNCED)
LONGEST_QUERY = 320
REPORT_BYTES = 3 * 1024 * 1024


@bp.get("/mail/")
@requires(Act.MANAGE_MAIL)
def mails() -> ResponseReturnValue:
    """List the mails, newest first."""
    typed, scope = request.args, officer().scope
    q = "".join(sign for sign in typed.get("q", "")[:LONGEST_QUERY] if sign.isprintable()).strip()
    standing = typed.get("state", "") if typed.get("state", "") in STANDINGS else ""
    wanted: list[ColumnElement[bool]] = mail_queries.conditions(q=q, scope=scope)
    if standing:
        wanted.append(queries.in_standing(standing))
    page = queries.page_of(wanted, after=cursor_of(typed.get("after")))
    return render_template(
        "desk/mails.html",
        page=page,
        references=mail_queries.references(page.rows),
        counts=queries.counts(mail_queries.within(scope)),
        standings=STANDINGS,
        standing=standing,
        q=q,
        after=typed.get("after"),
    )


@bp.get("/mail/<int:mail>/")
@requires(Act.MANAGE_MAIL)
def mail(mail: int) -> ResponseReturnValue:
    """Show one mail: what it said, and all that became of it."""
    return _page(mail_queries.mail_of(mail, scope=officer().scope))


def _page(found: OutboxMessage, *, wrong: str = "") -> str:
    words = None
    if found.values:
        links = addresses_without_tokens(found.links, found.language)
        words = written(found.template, language=found.language, values=found.values, links=links)
    line = next(one for one in queries.mails_by([OutboxMessage.id == found.id]))
    return render_template(
        "desk/mail.html",
        mail=line,
        words=words,
        events=history.events_of(found.id),
        reference=mail_queries.references([line]).get(found.about, ""),
        may_send_again=found.state != MailState.WAITING and bool(found.recipient and found.values),
        written_in=LANGUAGES[found.language],
        wrong=wrong,
    )


@bp.post("/mail/<int:mail>/send-again")
@requires(Act.MANAGE_MAIL)
def send_again(mail: int) -> ResponseReturnValue:
    """Send a mail once more, as a new one."""
    person = officer()
    found = mail_queries.mail_of(mail, scope=person.scope)
    rules = SigningRules.of(current_app.config)
    try:
        with transaction():
            resending.send_again(mail_id=found.id, rules=rules, actor=person.actor, now=clock.now())
    except (Conflict, Invalid) as wrong:
        return _page(mail_queries.mail_of(mail, scope=person.scope), wrong=told(wrong)), (
            409 if isinstance(wrong, Conflict) else 422
        )
    return redirect(url_for(".mail", mail=mail))


@dataclass(frozen=True)
class Outcome:
    """What became of a report that was sent in: the mails that it was about, and how many recipients it named."""

    taken: tuple[Taken, ...]
    named: int


@bp.get("/mail/reports")
@requires(Act.MANAGE_MAIL)
def reports() -> ResponseReturnValue:
    """Ask for a report."""
    return _report_page(ReportForm(formdata=None))


@bp.post("/mail/reports")
@accepts_up_to(lambda settings: REPORT_BYTES)
@requires(Act.MANAGE_MAIL)
def take_report() -> ResponseReturnValue:
    """Take a report in, and say what it was about."""
    form, person, now = ReportForm(), officer(), clock.now()
    if not form.validate():
        return _report_page(form), 422
    found = reports_in(form.data_sent())
    if not found:
        form.text.errors = [_("This is not a report on a message that could not be delivered.")]
        return _report_page(form), 422
    with transaction():
        taken = [one for report in found if (one := bounces.take(report, trusts_address=True, now=now))]
        for one in (one for one in taken if one.is_new):
            reason = one.event.value
            record.append(actor=person.actor, act="report_mail", subject=one.about, now=now, reason=reason)
    return _report_page(ReportForm(formdata=None), outcome=Outcome(tuple(taken), len(found)))


def _report_page(form: ReportForm, **more: Any) -> str:
    return render_template("desk/mail_reports.html", form=form, **more)


@bp.get("/mail/templates/")
@requires(Act.MANAGE_MAIL)
def templates() -> ResponseReturnValue:
    """List every mail that can be sent, with its subject in each language."""
    spoken = [LANGUAGES[code] for code in known_languages()]
    subjects = {
        name: {one.code: samples.example(name, one.code).subject for one in spoken} for name in samples.templates()
    }
    return render_template("desk/mail_templates.html", subjects=subjects, spoken=spoken)


@bp.get("/mail/templates/<capability>/<name>/<spoken>/")
@requires(Act.MANAGE_MAIL)
def template(capability: str, name: str, spoken: str) -> Response:
    """Show a mail with example words in one language: its text, and its HTML in a frame."""
    words = _example(capability, name, spoken)
    languages = [LANGUAGES[code] for code in known_languages()]
    shown = {"name": f"{capability}/{name}", "words": words, "written_in": LANGUAGES[spoken], "languages": languages}
    response = make_response(render_template("desk/mail_template.html", **shown))
    response.headers["Content-Security-Policy"] = FRAMES_OUR_OWN
    return response


@bp.get("/mail/templates/<capability>/<name>/<spoken>/html")
@requires(Act.MANAGE_MAIL)
def template_html(capability: str, name: str, spoken: str) -> Response:
    """Serve the HTML part of an example, without any power over the site."""
    html = _example(capability, name, spoken).html
    return Response(html, mimetype="text/html", headers={"Content-Security-Policy": POWERLESS})


def _example(capability: str, name: str, spoken: str) -> Any:
    template = f"{capability}/{name}"
    if spoken not in known_languages() or template not in samples.templates():
        abort(404)
    return samples.example(template, spoken)
