"""What of a request does a form read? Typed text, and files only where a field takes files.

A file or a number in the place of a text would otherwise reach filters and validators that know text alone. What a form
asks for belongs to its capability.
"""

from __future__ import annotations

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.form import SUBMIT_METHODS
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import FileField, MultipleFileField


class Form(FlaskForm):
    """A form of this site."""

    class Meta(FlaskForm.Meta):
        """How what was sent is read."""

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """Return what the caller hands over, else what the request brought for the fields of `form`."""
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            if request.method not in SUBMIT_METHODS:
                return None
            takes = {field.name for field in form if isinstance(field, FileField | MultipleFileField)}
            files = [(name, file) for name, file in request.files.items(multi=True) if name in takes]
            found: Any = CombinedMultiDict([MultiDict(files), request.form])
            return found or None
