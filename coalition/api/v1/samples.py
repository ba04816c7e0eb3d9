"""What do the examples name on this site? Its first charter, so that they can be tried out as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from coalition.api.v1 import answers, schema
from coalition.api.v1.described import Operation, Parameter
from coalition.api.v1.description import JSON
from coalition.charters.shapes import CharterDefinition


@dataclass(frozen=True)
class Sample:
    """Values of this site by the names of fields and parameters, and answers to its charter's questions."""

    values: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, definition: CharterDefinition | None) -> Sample:
        """Make the sample of a charter; without one the description's own examples stand."""
        if definition is None:
            return cls()
        number = f"{definition.number_prefix}-00001"
        namesake = schema.example(answers.Namesake, {"number": f"{definition.number_prefix}-00002"})
        values: dict[str, Any] = {"slug": definition.slug, "charter": definition.slug, "number": number}
        values["namesakes"] = [namesake]
        if not definition.extra_fields:
            values["extra_fields"] = []
        return cls(values, {question.key: question.options[0].key for question in definition.questions})

    def parameter(self, parameter: Parameter) -> str:
        """Return an example of a parameter; "" where none is sent."""
        return str(self.values.get(parameter.name, parameter.example)) if parameter.example else ""

    def body(self, operation: Operation) -> Any:
        """Return an example of what is sent; None where nothing is."""
        if operation.body is None:
            return None
        is_asked = operation.body.media_type == JSON and self.answers
        return {"answers": dict(self.answers)} if is_asked else operation.body.example

    def answer(self, operation: Operation) -> dict[str, Any]:
        """Return an example of the answer."""
        return schema.example(operation.answer, self.values)
