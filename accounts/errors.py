"""What the rules about people can refuse."""

from core.errors import DomainError
from core.text import N_


class SignInRefused(DomainError):
    """The name, password or code given does not open an account."""

    status = 422
    message = N_("The name and password or code do not match.")


class SlipRefused(DomainError):
    """The code of a sign-in slip is unknown, used up or past its time."""

    status = 422
    message = N_("This code is not valid, has been used, or has run out. Ask for a new slip.")


class FactorRefused(DomainError):
    """The six digits or the spare code are not those of the account."""

    status = 422
    message = N_("The code is not right. Use the six digits that the application shows now.")


class StepUpNeeded(DomainError):
    """The act is grave, and the proof that the person is who they say is not fresh."""

    status = 403
    message = N_("Confirm that it is you before going on.")


class PhoneTaken(DomainError):
    """An account with this phone number exists; the person is told the ways to get into it."""

    status = 422
    message = N_(
        "The phone number %(phone)s already has an account. Sign in with it, or ask your unit’s "
        "officer or the secretariat for a sign-in slip."
    )


class EmailTaken(DomainError):
    """An account with this e-mail address exists."""

    status = 422
    message = N_(
        "The address %(email)s already has an account. Sign in with it, or ask your unit’s "
        "officer or the secretariat for a sign-in slip."
    )


class ConsentMissing(DomainError):
    """What cannot be done without a consent was asked for without it."""

    status = 422
    message = N_("Without this consent you cannot take part. Tick it to go on.")


class PasswordRefused(DomainError):
    """The password chosen is too short, too common, or tells of the person."""

    status = 422
    message = N_("Choose another password.")


class FactorNeeded(DomainError):
    """A member of the staff has to set up the second factor, or may not do without it."""

    message = N_("People with a role of the staff need the second factor.")


class LastAdministrator(DomainError):
    """The act would leave nobody who can grant roles."""

    message = N_("This is the last administrator. Name another one first.")


class OwnRole(DomainError):
    """Nobody gives a role to themselves."""

    message = N_("Nobody may give a role to themselves. Ask another administrator.")


class ScopeRefused(DomainError):
    """The role is not given for things of this kind."""

    status = 422
    message = N_("This role cannot be given in that scope.")


class ImportExpired(DomainError):
    """The preview is gone or has been used: the file has to be sent again."""

    message = N_("The preview is no longer kept. Send the file again.")


class NothingToImport(DomainError):
    """No row of the file can be taken in."""

    status = 422
    message = N_("No row of the file can be taken in. Correct it and send it again.")


class SheetRefused(DomainError):
    """The sheet lacks what is needed; the words say what."""

    status = 422


class RosterOverlaps(DomainError):
    """Somebody registered with a number or address of the roster after it was read."""

    message = N_("Somebody of this list has registered in the meantime. Send the file again.")
