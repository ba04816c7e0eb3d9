"""What can go wrong with an officer's account?"""

from __future__ import annotations

from coalition.errors import Conflict, Invalid, NotFound, Refused, Unavailable, mark


class InvitationEnded(NotFound):
    """The invitation was ours, but it was used, a newer one took its place, or its time is over."""

    def __init__(self) -> None:
        super().__init__(mark("This invitation is no longer in use. Ask whoever runs the site for a new one."))


class AlreadyEnrolled(Conflict):
    """The person invited has an account that works."""

    def __init__(self, email: str) -> None:
        super().__init__(mark("%(email)s can sign in already. Disable the account to invite anew."), email=email)


class SignInFailed(Invalid):
    """Address, password and code do not belong together; which of them is wrong is nobody's business."""

    def __init__(self) -> None:
        super().__init__(mark("Address, password and code do not match. Enter all three again; each code works once."))


class WrongCode(Invalid):
    """The code is not the one that the authenticator shows now."""

    def __init__(self) -> None:
        super().__init__(mark("Enter the code that your authenticator app shows now; each code works once."))


class UnknownOfficer(NotFound):
    """Nobody with this address is an officer."""

    def __init__(self, email: str) -> None:
        super().__init__(mark("No officer has the address %(email)s; see `coalition officers list`."), email=email)


class LastSecretariatOfficer(Conflict):
    """Without this officer nobody could invite, decide or repair anything."""

    def __init__(self) -> None:
        super().__init__(mark("This is the last officer of the secretariat. Invite another one first."))


class OfficerDisabled(Conflict):
    """The account was closed, which a link for its former owner must not undo."""

    def __init__(self, email: str) -> None:
        super().__init__(mark("The account of %(email)s is closed. Invite that person anew."), email=email)


class NoSuchOfficer(NotFound):
    """No officer has this name in an address."""

    def __init__(self) -> None:
        super().__init__(mark("There is no such officer."))


class OwnAccount(Refused):
    """What an officer is limited to is for a colleague to change."""

    def __init__(self) -> None:
        super().__init__(mark("Ask a colleague of the secretariat: nobody changes this of the own account."))


class NoSuchRequest(NotFound):
    """No request has this name, or whoever asks may not decide on it."""

    def __init__(self) -> None:
        super().__init__(mark("There is no such request."))


class RequestOpen(Conflict):
    """A role was asked for already and waits for a second officer."""

    def __init__(self) -> None:
        super().__init__(mark("A role of this officer waits for confirmation already. Decide on that one first."))


class RequestDecided(Conflict):
    """A colleague was first, or what was asked for no longer fits the account; `name` is "" then."""

    def __init__(self, name: str) -> None:
        if name:
            super().__init__(mark("%(name)s has decided on this already."), name=name)
        else:
            super().__init__(mark("The account has changed since this was asked for. Ask for it anew."))


class SecondOfficerNeeded(Conflict):
    """A role takes two officers of the secretariat, and there is no second one."""

    def __init__(self) -> None:
        super().__init__(
            mark("A role that allows more takes two officers of the secretariat. Invite a second one first.")
        )


class NoSuchAbsence(NotFound):
    """No days of this officer have this name; perhaps they were taken back already."""

    def __init__(self) -> None:
        super().__init__(mark("These days are not entered any more."))


class PasskeyRefused(Invalid):
    """What the passkey answered is not right, not ours, or was answered before."""

    def __init__(self) -> None:
        super().__init__(mark("This passkey was not accepted. Try again, or sign in with your password and a code."))


class PasskeyKnown(Conflict):
    """The passkey is kept already, or there are as many as anybody needs."""

    def __init__(self) -> None:
        super().__init__(mark("This passkey is kept already, or you have too many. Remove one first."))


class NoSuchPasskey(NotFound):
    """No passkey of this officer has this name; perhaps it was removed already."""

    def __init__(self) -> None:
        super().__init__(mark("This passkey is not kept any more."))


class ProviderAway(Unavailable):
    """The identity provider does not answer, or not as one does."""

    def __init__(self) -> None:
        super().__init__(mark("The identity provider does not answer. Sign in with your password and a code."))


class ProviderRefused(Invalid):
    """What came back from the identity provider does not fit what we asked."""

    def __init__(self) -> None:
        super().__init__(mark("The identity provider has not let you in. Begin again at the sign-in page."))


class ProviderUnknown(Invalid):
    """The identity provider has let somebody in whom no officer has connected with."""

    def __init__(self) -> None:
        super().__init__(
            mark("No officer is connected with this account. Sign in with your password and a code, then connect it.")
        )


class SubjectTaken(Conflict):
    """A colleague has connected the same account at the identity provider."""

    def __init__(self) -> None:
        super().__init__(mark("This account of the identity provider is connected with another officer."))


class NotConfirmed(Conflict):
    """The invitation waits for a second officer of the secretariat."""

    def __init__(self) -> None:
        super().__init__(mark("A second officer has to confirm this invitation first."))
