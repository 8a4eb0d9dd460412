"""What people are asked to agree to: each purpose on its own, with its words; none is ticked."""

from enum import StrEnum

from core.text import N_


class Purpose(StrEnum):
    """What data about a person may be used for."""

    TAKE_PART = "take_part"
    PUBLISH_NAME = "publish_name"
    REMIND = "remind"

    @property
    def wording(self) -> str:
        """Return the message id of the words a person agrees to."""
        return _WORDINGS[self]

    @property
    def is_required(self) -> bool:
        """Say whether nobody can take part without it."""
        return self is Purpose.TAKE_PART


_WORDINGS = {
    Purpose.TAKE_PART: N_("Use the full name and the unit to mark and rank the attempts"),
    Purpose.PUBLISH_NAME: N_("Publish the full name in case of a prize"),
    Purpose.REMIND: N_("Send reminders about the contest to the phone number or e-mail address"),
}
CONSEQUENCES = {
    Purpose.TAKE_PART: N_("Once withdrawn, no new attempt can be made."),
    Purpose.PUBLISH_NAME: N_("Without it you can still take part; the name is partly hidden."),
    Purpose.REMIND: N_("Without it you can still take part; nothing is sent."),
}
