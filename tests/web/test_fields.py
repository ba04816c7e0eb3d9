"""The field macros: every input has its label, its hint and its error, tied together and escaped."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from flask import Flask
from lxml import html as parser
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Form,
    MultipleFileField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional

from coalition.i18n import force_language
from coalition.territories.names import options_html

pytestmark = pytest.mark.one_database
HOSTILE = '"><script>alert(1)</script>'

SOURCE = """{% import "_macros/fields.html" as fields %}<title>{{ fields.title(form, "Your organisation") }}</title>
{{ fields.errors(form) }}<form>
{{ fields.text(form.name, autocomplete="organization") }}{{ fields.text(form.password, type="password") }}
{{ fields.area(form.about) }}{{ fields.select(form.country, empty="Choose one") }}
{{ fields.radios(form.kind, hints={"b": "More about b"}) }}{{ fields.tick(form.agrees) }}
{{ fields.file(form.proof, accept="application/pdf", multiple=true) }}</form>"""


class Sample(Form):
    name = StringField("Official name", [InputRequired("Enter the official name")], description="As in your statutes")
    password = PasswordField("Password")
    about = TextAreaField("About", [Optional()])
    country = SelectField("Country", choices={"SN": "Senegal", "FR": "France"})
    kind = RadioField("Kind", [InputRequired("Choose a kind")], choices={"a": "One", "b": "Two"})
    agrees = BooleanField("I agree", [InputRequired("Tick that you agree")])
    proof = MultipleFileField("Proof", [Optional()])


def page(app: Flask, values: dict[str, str], *, judged: bool) -> parser.HtmlElement:
    form = Sample(MultiDict(values))
    if judged:
        form.validate()
    with force_language("en"):
        return parser.document_fromstring(app.jinja_env.from_string(SOURCE).render(form=form))


def test_every_input_when_shown_has_a_label_and_ids_are_unique(app: Flask) -> None:
    shown = page(app, {}, judged=True)
    ids = shown.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert shown.xpath("//input | //select | //textarea") != []
    assert [
        field.get("id")
        for field in shown.xpath("//input | //select | //textarea")
        if not shown.xpath(f'//label[@for="{field.get("id")}"]')
    ] == []


def test_everything_that_is_referred_to_is_there(app: Flask) -> None:
    shown = page(app, {}, judged=True)
    named = [name for value in shown.xpath("//@aria-describedby | //@aria-labelledby") for name in value.split()]
    targets = [href[1:] for href in shown.xpath('//div[@id="errors"]//a/@href')]
    assert set(named + targets) <= set(shown.xpath("//@id"))
    assert targets == ["name", "country", "kind-0", "agrees"]


def test_summary_and_field_say_the_same_words(app: Flask) -> None:
    shown = page(app, {"country": "SN"}, judged=True)
    summary = shown.xpath('//div[@id="errors"]//li//text()')
    messages = ["".join(message.xpath("text()")).strip() for message in shown.xpath('//span[@class="msg"]')]
    assert [line.strip() for line in summary if line.strip()] == messages
    assert messages == ["Enter the official name", "Choose a kind", "Tick that you agree"]


def test_page_with_errors_says_so_in_its_title_and_takes_the_focus(app: Flask) -> None:
    assert page(app, {}, judged=True).findtext(".//title") == "Error: Your organisation"
    assert page(app, {}, judged=True).xpath('//div[@role="alert"]/@autofocus') != []
    assert page(app, {}, judged=False).findtext(".//title") == "Your organisation"
    assert page(app, {}, judged=False).xpath('//*[@role="alert"]') == []


def test_values_when_shown_again_are_kept_and_escaped(app: Flask) -> None:
    shown = page(
        app, {"name": HOSTILE, "about": "\n" + HOSTILE, "country": "FR", "kind": "b", "agrees": "y"}, judged=True
    )
    assert shown.xpath('//input[@id="name"]/@value') == [HOSTILE]
    assert shown.xpath('//textarea[@id="about"]')[0].text.lstrip("\r\n") == HOSTILE
    assert shown.xpath("//option[@selected]/@value") == ["FR"]
    assert shown.xpath("//input[@checked]/@id") == ["kind-1", "agrees"]
    assert shown.xpath("//script") == []


def test_password_when_shown_again_is_empty(app: Flask) -> None:
    assert page(app, {"password": "plum river"}, judged=True).xpath('//input[@type="password"]/@value') == []


def test_tick_when_first_shown_is_not_made(app: Flask) -> None:
    assert page(app, {}, judged=False).xpath("//input[@checked]") == []


def test_optional_field_says_so_and_a_needed_one_does_not(app: Flask) -> None:
    shown = page(app, {}, judged=False)
    assert [mark.getparent().get("for") for mark in shown.xpath('//span[@class="opt"]')] == ["about", "proof"]


def test_select_with_ready_options_shows_those(app: Flask) -> None:
    source = '{% import "_macros/fields.html" as fields %}{{ fields.select(field, options=options) }}'
    shown = parser.fromstring(
        app.jinja_env.from_string(source).render(field=Sample().country, options=options_html("en", "SN"))
    )
    assert shown.xpath("//option[@selected]/text()") == ["Senegal"]
    assert len(shown.xpath("//option")) == 250


def test_facts_when_given_hostile_words_escape_and_isolate_them(app: Flask) -> None:
    source = """{% import "_macros/facts.html" as facts %}<dl>
    {{ facts.row("Name", value, public=true, href="/x", what="name") }}{{ facts.row("None", "", public=false) }}</dl>"""
    with force_language("en"):
        shown = parser.fromstring(app.jinja_env.from_string(source).render(value=HOSTILE))
    assert shown.xpath("//bdi/text()") == [HOSTILE]
    assert [tag.text for tag in shown.xpath('//span[starts-with(@class, "tag")]')] == ["Public", "Private"]
    assert shown.xpath("//a")[0].text_content() == "Change name"
    assert shown.xpath('//span[@class="muted"]/text()') == ["Not given"]


def test_pages_when_there_is_only_one_are_not_shown(app: Flask) -> None:
    template = app.jinja_env.from_string('{% import "_macros/tables.html" as tables %}{{ tables.pages(next, first) }}')
    assert template.render(next=None, first=None).strip() == ""
    shown = parser.fromstring(template.render(next="?after=9", first="?"))
    assert shown.xpath("//a/@href") == ["?", "?after=9"]


@pytest.mark.parametrize(("number", "on"), [(1, 1), (3, 3)])
def test_steps_when_shown_fill_the_bar_up_to_now(app: Flask, number: int, on: int) -> None:
    template = app.jinja_env.from_string('{% import "_macros/steps.html" as steps %}{{ steps.steps(number, 3, next) }}')
    with force_language("en"):
        shown = parser.fromstring(template.render(number=number, next="Proof" if number == 1 else None))
    assert len(shown.xpath('//i[@class="on"]')) == on
    assert " ".join(shown.text_content().split()) == f"Step {number} of 3" + (" · Next: Proof" if number == 1 else "")


def test_mail_when_written_has_one_heading_one_button_and_its_bare_address(app: Flask) -> None:
    source = """{% extends "mail/base.html" %}{% import "mail/_macros.html" as mail %}
    {% block heading %}Hello{% endblock %}{% block why %}Because.{% endblock %}
    {% block content %}{% call mail.paragraph() %}{{ name }}{% endcall %}
    {{ mail.button(url, "Confirm") }}{% endblock %}"""
    site = SimpleNamespace(wordmark="The Charter", owner="The coalition", contact="secretariat@example.org")
    address = "https://x.example/a?b=1&c=2"
    for language, direction in (("en", "ltr"), ("fr", "ltr")):
        with force_language(language):
            shown = parser.document_fromstring(
                app.jinja_env.from_string(source).render(site=site, name=HOSTILE, url=address)
            )
        assert (shown.get("lang"), shown.get("dir")) == (language, direction)
        assert shown.xpath("//h1/text()") == shown.xpath("//title/text()") == ["Hello"]
        assert shown.xpath("//a/@href") == [address] * 2
        assert shown.xpath("//a/text()") == ["Confirm", address]
        assert shown.xpath("//script | //img | //link") == []
        assert HOSTILE in shown.text_content()
