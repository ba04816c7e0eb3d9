"""What can go wrong with a signature?"""

from __future__ import annotations

from coalition.errors import Conflict, Invalid, NotFound, mark


class StateChanged(Conflict):
    """The signature is no longer in the state that the act needs: somebody else was first."""

    def __init__(self) -> None:
        super().__init__(
            mark("This application has changed since you opened it. Load the page again to see what was done.")
        )


class LinkEnded(NotFound):
    """The link was ours, but a newer one has taken its place, or its act is done or no longer possible."""

    def __init__(self) -> None:
        super().__init__(mark("This link is no longer in use. Open the newest mail from us, or ask for a new link."))


class LinkExpired(NotFound):
    """The link was ours, but its time is over."""

    def __init__(self) -> None:
        super().__init__(mark("The time of this link is over. Ask for a new one."))


class DraftSigned(NotFound):
    """The link opens a draft that has become a signature."""

    def __init__(self) -> None:
        super().__init__(mark("This form has been signed already. Nothing more can be changed in it."))


class NotEligible(Invalid):
    """The answers do not allow this organisation to sign this charter."""

    def __init__(self) -> None:
        super().__init__(mark("With these answers your organisation cannot sign. Check them once more."))


class AlreadyOnRegister(Conflict):
    """An organisation of this name and country stands on the register already."""

    def __init__(self, number: str) -> None:
        sentence = mark("This organisation is on the register already, as %(number)s. It cannot be entered twice.")
        super().__init__(sentence, number=number)


class SentOftenJustNow(Conflict):
    """One more mail would have to wait for its turn, and the link that is there would end before it comes."""

    def __init__(self) -> None:
        super().__init__(
            mark("We have sent the message several times just now. Open the newest one, or ask again in an hour.")
        )


class ResendsUsedUp(Conflict):
    """The confirmation was sent as often as it may be."""

    def __init__(self, contact: str) -> None:
        sentence = mark("We have sent the message as often as we may. Write to %(contact)s and a person will help you.")
        super().__init__(sentence, contact=contact)
