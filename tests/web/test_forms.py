"""Does a form read texts as texts, whatever was sent in their place?"""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from wtforms import FileField, StringField
from wtforms.validators import Length

from coalition.web.forms import Form


class Letter(Form):
    """A text and a file."""

    subject = StringField(validators=[Length(max=10)])
    letter = FileField()


pytestmark = pytest.mark.one_database


def sent(app: Flask, **request: Any) -> Letter:
    with app.test_request_context("/", method="POST", **request):
        form = Letter()
        form.validate()
        return form


def file_of(name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(b"bytes"), name


def test_file_when_sent_in_the_place_of_a_text_is_left_out(app: Flask) -> None:
    form = sent(app, data={"subject": file_of("a.txt"), "letter": file_of("b.txt")})
    assert (form.subject.data, form.letter.data.filename) == (None, "b.txt")


def test_text_when_sent_beside_a_file_is_read(app: Flask) -> None:
    form = sent(app, data={"subject": "Hello", "letter": file_of("b.txt")})
    assert (form.subject.data, form.letter.data.filename) == ("Hello", "b.txt")


def test_json_when_sent_to_a_page_for_people_is_not_read(app: Flask) -> None:
    assert sent(app, json={"subject": 12}).subject.data in (None, "")


def test_form_when_given_values_of_its_own_reads_those(app: Flask) -> None:
    with app.test_request_context("/", method="POST", data={"subject": "Hello"}):
        assert Letter(formdata=None).subject.data is None


def test_page_when_only_looked_at_reads_nothing(app: Flask) -> None:
    with app.test_request_context("/?subject=Hello"):
        assert Letter().subject.data is None
