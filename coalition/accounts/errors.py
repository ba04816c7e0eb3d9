"""What can go wrong with an officer's account?"""

from __future__ import annotations

from coalition.errors import Conflict, Invalid, NotFound, mark


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
