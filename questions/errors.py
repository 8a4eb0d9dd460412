"""What the rules of the bank can refuse."""

from core.errors import DomainError
from core.text import N_


class CannotFill(DomainError):
    """The bank does not hold what the blueprint asks for; `cells` names what is short."""

    message = N_("The question bank cannot fill this paper. %(cells)s")


class BankTitleTaken(DomainError):
    """There is a bank of that name already."""

    message = N_("There is already a bank called “%(title)s”.")


class ItemRefused(DomainError):
    """The item cannot be asked as it stands; `problem` says why."""

    status = 422
    message = N_("The question cannot be saved: %(problem)s")


class ItemChanged(DomainError):
    """Somebody else saved another version in the meantime."""

    message = N_("Somebody else changed this question in the meantime. Look at it again.")


class DocumentNotInForce(DomainError):
    """An item whose document has ended cannot be used again."""

    message = N_("The document %(document)s is no longer in force: change the legal basis first.")


class DocumentCodeTaken(DomainError):
    """There is a document of that code already."""

    message = N_("There is already a document with the code %(code)s.")


class ImportClosed(DomainError):
    """The import was agreed to, dropped or undone before."""

    message = N_("This import is closed: it was saved, dropped or undone before.")


class NothingToImport(DomainError):
    """No question of the import is free of faults."""

    message = N_("No question of this file is free of faults. Correct one, then try again.")


class ItemsAsked(DomainError):
    """Some items of the import stand in papers: taking them away would change these."""

    message = N_(
        "The import cannot be undone: %(count)s of its questions were already drawn into papers."
        " Retire the questions instead."
    )


class OwnItem(DomainError):
    """Whoever wrote any part of an item never judges it, whatever roles that person holds."""

    message = N_("%(code)s: whoever wrote a question does not review or approve it.")


class OwnReview(DomainError):
    """Whoever reviewed an item does not approve it as well."""

    message = N_("%(code)s: whoever reviewed a question does not approve it as well.")


class NotWaiting(DomainError):
    """The item does not wait for this step: somebody was quicker, or it was taken back."""

    message = N_("The question %(code)s does not wait for this step any more. Look at it again.")


class NotADraft(DomainError):
    """Only what is being written or put right can be handed to a reviewer."""

    message = N_("The question %(code)s is no draft: it cannot be submitted for review.")


class NoReviewHere(DomainError):
    """The bank lets whoever writes an item use it."""

    message = N_("Questions of this bank are used without review.")


class ReviewNeeded(DomainError):
    """In a reviewed bank an item is drawn only once somebody else has passed it."""

    message = N_("Questions of this bank are drawn only once somebody else has passed them.")


class ReasonNeeded(DomainError):
    """The other person has to know why."""

    status = 422
    message = N_("Give a reason.")


class NotOpened(DomainError):
    """What a person has not opened is not passed together with others."""

    message = N_("Open these questions before passing them: %(codes)s.")


class ItemLocked(DomainError):
    """Nobody changes a locked item."""

    message = N_("The question %(code)s is locked. Unlock it first, with a reason.")


class NotUsable(DomainError):
    """Only an item that may be drawn can be locked."""

    message = N_("Only a usable question can be locked.")


class SuccessorInCircle(DomainError):
    """A document cannot be replaced by itself or by what it has itself replaced."""

    status = 422
    message = N_("A document cannot be replaced by itself or by one that it replaced.")


class BlueprintTitleTaken(DomainError):
    """The bank has a blueprint of that name already."""

    message = N_("The bank has a blueprint called “%(title)s” already.")


class SetClosed(DomainError):
    """The paper set was approved or locked, and this changes it."""

    message = N_("This paper set is approved or locked: its questions no longer change.")


class SetLocked(DomainError):
    """The paper set is locked."""

    message = N_("This paper set is locked: nothing about it changes any more.")


class SetNotDrawn(DomainError):
    """The paper set is still being drawn, or could not be."""

    message = N_("The papers of this set are not drawn yet.")


class SecondPersonNeeded(DomainError):
    """Whoever drew a set of a reviewed bank does not approve it."""

    message = N_("In this bank a second person approves a paper set, not the one who drew it.")


class NoOtherItem(DomainError):
    """The bank has no other item for the slot that the paper does not hold already."""

    message = N_("The bank has no other question of this cell that may stand in this paper.")
