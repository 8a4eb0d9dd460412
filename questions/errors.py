"""What the rules of the bank can refuse."""

from core.errors import DomainError
from core.text import N_


class CannotFill(DomainError):
    """The bank does not hold what the blueprint asks for; `cells` names what is short."""

    message = N_("The question bank cannot fill this paper: %(cells)s.")
