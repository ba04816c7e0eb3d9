"""How does the API say what is wrong? Problem details, by the one place that maps errors. Source: RFC 9457."""

from __future__ import annotations

from coalition.errors import Invalid, NotFound, mark


class NothingHere(NotFound):
    """There is no such thing in the API."""

    def __init__(self) -> None:
        super().__init__(mark("There is nothing of this name."))


class BadBody(Invalid):
    """The body is not what the address takes."""

    def __init__(self, what: str) -> None:
        super().__init__(what)


class ParameterUnknown(Invalid):
    """The query holds a parameter that the address does not take."""

    def __init__(self, name: str) -> None:
        super().__init__(mark("There is no parameter “%(name)s” here. Compare it with the description."), name=name)


class BadParameter(Invalid):
    """A parameter is given twice, or outside its limits."""

    def __init__(self, name: str) -> None:
        super().__init__(mark("The parameter “%(name)s” cannot be this. Give it once, within its limits."), name=name)
