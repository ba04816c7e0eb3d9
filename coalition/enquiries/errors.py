"""What can go wrong with an enquiry? Each error says who was first, or what to do."""

from __future__ import annotations

from coalition.errors import Conflict, Invalid, NotFound, mark


class EnquiryUnknown(NotFound):
    """No enquiry has this reference, or it is not this officer's to read."""

    def __init__(self) -> None:
        super().__init__(mark("There is no enquiry with this reference."))


class AnsweredMeanwhile(Conflict):
    """A colleague answered, or the sender wrote again, since the page was opened."""

    def __init__(self) -> None:
        super().__init__(
            mark("Something was added to this enquiry since you opened it. Read it, then answer; nothing was sent.")
        )


class ClosedMeanwhile(Conflict):
    """The enquiry is closed."""

    def __init__(self) -> None:
        super().__init__(mark("This enquiry is closed. Open it again before you change it."))


class OpenAlready(Conflict):
    """The enquiry is open."""

    def __init__(self) -> None:
        super().__init__(mark("This enquiry is open already."))


class NoAddress(Invalid):
    """The sender left no address, or it was removed."""

    def __init__(self) -> None:
        super().__init__(mark("Nobody can be answered here: there is no address."))


class ApplicationUnknown(Invalid):
    """No application has the reference that was typed."""

    def __init__(self) -> None:
        super().__init__(mark("There is no application with this reference. It begins with A and a hyphen."))


class OfficerUnknown(Invalid):
    """The officer chosen cannot own an enquiry."""

    def __init__(self) -> None:
        super().__init__(mark("Choose an officer who deals with enquiries."))


class NoteImpossible(Invalid):
    """Only an open case about an entry that is shown can put a note on it."""

    def __init__(self) -> None:
        super().__init__(mark("A note can stand only on an entry of the register, while its case is open."))


class LetterUnreadable(Invalid):
    """The file that was sent is no letter."""

    def __init__(self) -> None:
        super().__init__(
            mark("This file is not a message. Save the message from your mail program as a file ending in .eml.")
        )


class LetterKnown(Conflict):
    """The same letter was entered before."""

    def __init__(self, reference: str) -> None:
        super().__init__(mark("This letter was entered before, as %(reference)s."), reference=reference)


class ReplyUnknown(NotFound):
    """The saved reply is gone."""

    def __init__(self) -> None:
        super().__init__(mark("There is no such saved reply any more."))
