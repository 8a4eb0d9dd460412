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
