"""What can go wrong when officers decide? Whoever comes second is told who did what."""

from __future__ import annotations

from coalition.errors import Conflict, Invalid, NotFound, mark


class ApplicationUnknown(NotFound):
    """No application has this reference."""

    def __init__(self) -> None:
        super().__init__(mark("There is no application with this reference. Search for it among all applications."))


class NotClaimed(Conflict):
    """Nobody holds the application, so nobody may decide on it."""

    def __init__(self) -> None:
        super().__init__(mark("Claim this application first, then decide on it. Nothing was saved."))


class ClaimedByAnother(Conflict):
    """Another officer holds the application."""

    def __init__(self, name: str) -> None:
        sentence = mark("%(name)s holds this application now: ask %(name)s to release it. Nothing was saved.")
        super().__init__(sentence, name=name)


class ApprovedMeanwhile(Conflict):
    """Another officer approved the application, which is free for the next one."""

    def __init__(self, name: str) -> None:
        sentence = mark(
            "%(name)s has approved this application and it is free again: claim it first. Nothing was saved."
        )
        super().__init__(sentence, name=name)


class CompletedMeanwhile(Conflict):
    """Another officer gave the last approval."""

    def __init__(self, name: str) -> None:
        sentence = mark("%(name)s gave the last approval: the organisation is on the register. Nothing was saved.")
        super().__init__(sentence, name=name)


class DeclinedMeanwhile(Conflict):
    """Another officer declined the application first."""

    def __init__(self, name: str) -> None:
        sentence = mark("%(name)s has declined this application already. Nothing was saved.")
        super().__init__(sentence, name=name)


class EndedMeanwhile(Conflict):
    """The application is no longer under review."""

    def __init__(self) -> None:
        super().__init__(mark("This application is no longer under review. Load its page again to see what was done."))


class ContentChanged(Conflict):
    """What the officer read is not what stands there now."""

    def __init__(self) -> None:
        super().__init__(mark("The application was changed after you opened it. Read it again before you decide."))


class ApprovedAlready(Conflict):
    """This officer's approval stands; the next has to be somebody else's."""

    def __init__(self) -> None:
        super().__init__(mark("You have approved this application already. Another officer has to approve it too."))


class CategoryUnknown(Invalid):
    """The charter has no such category."""

    def __init__(self) -> None:
        super().__init__(mark("Choose the category in which the organisation signs."))


class CategoriesDiffer(Invalid):
    """Two officers approve, each in another category."""

    def __init__(self, name: str) -> None:
        sentence = mark("%(name)s approved this application in another category. Choose the same one, or agree first.")
        super().__init__(sentence, name=name)


class NoteMissing(Invalid):
    """A mandate is not waived without saying why."""

    def __init__(self) -> None:
        super().__init__(mark("Say in the note why the proof of mandate is waived."))


class ProofMissing(Invalid):
    """The charter asks for proof of the mandate and none was sent."""

    def __init__(self) -> None:
        sentence = mark(
            "This text asks for proof of mandate and none was sent. Wait for it, or choose “waived” and say why in the "
            "note."
        )
        super().__init__(sentence)


class ReasonUnknown(Invalid):
    """The charter has no such reason."""

    def __init__(self) -> None:
        super().__init__(mark("Choose the reason for declining."))
