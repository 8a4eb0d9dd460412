"""What the rules about people can refuse."""

from core.errors import DomainError
from core.text import N_


class SignInRefused(DomainError):
    """The name, password or code given does not open an account."""

    status = 422
    message = N_("The name and password or code do not match.")


class StepUpNeeded(DomainError):
    """The act is grave, and the proof that the person is who they say is not fresh."""

    status = 403
    message = N_("Confirm that it is you before going on.")
