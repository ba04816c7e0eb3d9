"""What can go wrong with what stands on the register? Whoever comes second is told who did what."""

from __future__ import annotations

from coalition.errors import Conflict, Invalid, NotFound, mark


class SignatoryUnknown(NotFound):
    """No signature has this number in the register."""

    def __init__(self) -> None:
        super().__init__(mark("There is no signatory with this number. Search for it among all signatories."))


class ChangeUnknown(NotFound):
    """No change of this name was asked for."""

    def __init__(self) -> None:
        super().__init__(mark("There is no such change here. Look at the signatory’s page for what was asked for."))


class NotOnRegister(Conflict):
    """The signature does not stand on the register any more."""

    def __init__(self) -> None:
        sentence = mark(
            "This signatory is no longer on the register in this way. Load its page again. Nothing was saved."
        )
        super().__init__(sentence)


class SuspensionOpen(Conflict):
    """A suspension was announced or lasts already."""

    def __init__(self, name: str) -> None:
        super().__init__(mark("%(name)s has announced a suspension already. Nothing was saved."), name=name)


class NoSuspension(Conflict):
    """There is no suspension to end."""

    def __init__(self) -> None:
        super().__init__(mark("No suspension is announced or lasts here any more. Load the page again."))


class EndsTooSoon(Invalid):
    """The suspension would be over before the notice is."""

    def __init__(self) -> None:
        super().__init__(mark("Choose a last day that comes after the period of notice."))


class DelistingOpen(Conflict):
    """Somebody has proposed to remove the signatory already."""

    def __init__(self, name: str) -> None:
        sentence = mark("%(name)s has proposed to remove this signatory already. Confirm or refuse that proposal.")
        super().__init__(sentence, name=name)


class DelistingClosed(Conflict):
    """The proposal was answered or taken back."""

    def __init__(self, name: str) -> None:
        sentence = mark("%(name)s has closed this proposal already. Load the page again to see how it ended.")
        super().__init__(sentence, name=name)


class NoDelisting(Conflict):
    """Nobody proposes to remove this signatory."""

    def __init__(self) -> None:
        super().__init__(mark("Nobody proposes to remove this signatory any more. Load the page again."))


class RevocationOpen(Conflict):
    """Somebody has proposed to revoke the certificate already."""

    def __init__(self, name: str) -> None:
        sentence = mark("%(name)s has proposed to revoke this certificate already. Confirm or refuse that proposal.")
        super().__init__(sentence, name=name)


class RevocationClosed(Conflict):
    """The proposal was answered or taken back."""

    def __init__(self, name: str) -> None:
        sentence = mark("%(name)s has closed this proposal already. Load the page again to see how it ended.")
        super().__init__(sentence, name=name)


class NoRevocation(Conflict):
    """Nobody proposes to revoke this certificate."""

    def __init__(self) -> None:
        super().__init__(mark("Nobody proposes to revoke this certificate any more. Load the page again."))


class SecondOfficerNeeded(Conflict):
    """Nobody confirms the own proposal."""

    def __init__(self) -> None:
        super().__init__(mark("You have proposed this yourself: another officer has to confirm it."))


class NothingChanged(Invalid):
    """What was asked for stands there already."""

    def __init__(self) -> None:
        super().__init__(mark("Nothing is different from what stands there now. Change what is to be changed."))


class ChangeOpen(Conflict):
    """A change of this kind waits already."""

    def __init__(self) -> None:
        super().__init__(mark("A change of this kind waits to be decided already. It has to be decided first."))


class ChangeClosed(Conflict):
    """The change was decided or taken back; `name` is whose act that was, "" of the organisation itself."""

    def __init__(self, name: str) -> None:
        decided = mark("%(name)s has decided on this change already. Nothing was saved.")
        ended = mark("This change was taken back or has ended. Nothing was saved.")
        super().__init__(decided if name else ended, name=name)


class ChangeUnconfirmed(Conflict):
    """The new mailbox was not confirmed yet."""

    def __init__(self) -> None:
        super().__init__(mark("The new mailbox is not confirmed yet. Wait until it is."))


class ChangeApprovedAlready(Conflict):
    """This officer's approval stands; the next has to be somebody else's."""

    def __init__(self) -> None:
        super().__init__(mark("You have approved this change already. Another officer has to approve it too."))


class EntryChanged(Conflict):
    """What stands there is not what it was when the change was asked for, or the page opened."""

    def __init__(self) -> None:
        sentence = mark("What stands on the register has changed meanwhile. Load the page again and compare.")
        super().__init__(sentence)


class CategoryUnknown(Invalid):
    """The charter has no such category."""

    def __init__(self) -> None:
        super().__init__(mark("Choose one of the charter’s categories."))


class HeirUnknown(Invalid):
    """No active signatory of the same text has that number."""

    def __init__(self) -> None:
        sentence = mark("Enter the register number of another active signatory of the same text.")
        super().__init__(sentence)
