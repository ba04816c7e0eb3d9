"""What can go wrong when officers decide? Whoever comes second is told who did what."""

from __future__ import annotations

from coalition.errors import Conflict, Invalid, NotFound, Refused, mark


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


class AskedMeanwhile(Conflict):
    """The representative was asked something; until the answer nobody decides."""

    def __init__(self, name: str) -> None:
        sentence = mark("%(name)s has asked the organisation a question: its answer comes first. Nothing was saved.")
        super().__init__(sentence, name=name)


class ReferredMeanwhile(Conflict):
    """The application was laid before somebody else."""

    def __init__(self, name: str) -> None:
        sentence = mark("%(name)s has referred this application: it waits for an opinion. Nothing was saved.")
        super().__init__(sentence, name=name)


class UnderAppeal(Conflict):
    """The organisation appealed."""

    def __init__(self) -> None:
        super().__init__(mark("The organisation has appealed: the appeal has to be decided first. Nothing was saved."))


class MergedMeanwhile(Conflict):
    """The application was put together with another one."""

    def __init__(self, name: str) -> None:
        sentence = mark("%(name)s has merged this application with another one. Nothing was saved.")
        super().__init__(sentence, name=name)


class WithdrawnMeanwhile(Conflict):
    """The organisation took it back."""

    def __init__(self) -> None:
        super().__init__(mark("The organisation has withdrawn its signature meanwhile. Nothing was saved."))


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


class HeldAlready(Conflict):
    """There is nobody to take the application over from."""

    def __init__(self) -> None:
        super().__init__(mark("You hold this application already."))


class HolderChanged(Conflict):
    """Another officer holds the application than the one it was to be taken over from."""

    def __init__(self, name: str) -> None:
        sentence = mark("%(name)s holds this application now. Load its page again before you take it over.")
        super().__init__(sentence, name=name)


class Recused(Refused):
    """The officer does not decide on this application, by their own act."""

    def __init__(self) -> None:
        super().__init__(mark("You have recused yourself from this application: another officer has to decide on it."))


class OfTheirNetwork(Refused):
    """The officer belongs to the applicant's network."""

    def __init__(self) -> None:
        sentence = mark("You belong to this organisation’s network: another officer has to decide on its application.")
        super().__init__(sentence)


class AccountEnded(Refused):
    """The officer's account was disabled while the page was open."""

    def __init__(self) -> None:
        super().__init__(mark("Your account was disabled meanwhile. Nothing was saved."))


class OwnDecision(Refused):
    """Nobody decides on an appeal against what they decided themselves."""

    def __init__(self) -> None:
        super().__init__(mark("This appeal is against your own decision: somebody else has to decide on it."))


class NotAssignable(Invalid):
    """The officer cannot work on this application."""

    def __init__(self) -> None:
        super().__init__(mark("This officer cannot decide on this application. Choose another one."))


class NothingToDecide(Conflict):
    """No appeal and no referral waits here."""

    def __init__(self) -> None:
        super().__init__(mark("There is nothing to answer here any more. Load the page again to see what was done."))


class NotAsked(Refused):
    """The referral waits for somebody else's opinion."""

    def __init__(self) -> None:
        super().__init__(mark("This application was referred to somebody else."))


class QuestionMissing(Invalid):
    """A question without words asks nothing."""

    def __init__(self) -> None:
        super().__init__(mark("Choose what you ask for, or write it into the message."))


class AnswerMissing(Invalid):
    """An answer, an appeal or an opinion without words says nothing."""

    def __init__(self) -> None:
        super().__init__(mark("Write a few words."))


class NoQuestion(Conflict):
    """No question is open that somebody could be reminded of."""

    def __init__(self) -> None:
        super().__init__(mark("This application does not wait for an answer."))


class RemindedJustNow(Conflict):
    """The representative was written to within the last day."""

    def __init__(self) -> None:
        super().__init__(mark("The organisation was written to within the last day. Wait until tomorrow."))


class AnsweredAlready(Conflict):
    """The question was answered, or the application has ended."""

    def __init__(self) -> None:
        super().__init__(mark("This question is no longer open. The page of your signature says how it stands."))


class AppealTooLate(Conflict):
    """The time to appeal is over."""

    def __init__(self) -> None:
        super().__init__(mark("The time to appeal is over. You can still write to the secretariat."))


class AppealedAlready(Conflict):
    """A decision is appealed against once."""

    def __init__(self) -> None:
        super().__init__(mark("An appeal against this decision was made already."))


class NotAppealable(Conflict):
    """There is no decision that an appeal could be against."""

    def __init__(self) -> None:
        super().__init__(mark("There is no decision here that you could appeal against."))


class MergeTargetUnknown(Invalid):
    """No application or signature of this charter has the reference."""

    def __init__(self) -> None:
        sentence = mark("Enter the reference of another application of this text, under review or on the register.")
        super().__init__(sentence)


class NotMerged(Conflict):
    """There is no merge to undo."""

    def __init__(self) -> None:
        super().__init__(mark("This application is not merged any more. Load its page again to see how it stands."))
