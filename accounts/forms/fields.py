"""Fields that forms about people share, and the filters that clean what comes in."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.form import BaseForm
from wtforms.validators import Length, ValidationError

from accounts.rules import contacting, naming
from core import i18n
from core.errors import DomainError
from core.saying import Sentence, Unreadable
from core.text import clean_line


def line(typed: str | None) -> str:
    """Return what was typed, on one line, in normal form."""
    return clean_line(typed or "")


def words(refusal: DomainError) -> str:
    """Return what a refusal says, to be shown at the field it is about."""
    return i18n.say(Sentence(refusal.message, refusal.details))


def at_most(longest: int) -> Length:
    """Return the check of the length."""
    return Length(max=longest, message=_("At most %(max)d characters fit here."))


def _tidy(typed: str | None) -> str:
    return naming.tidy(typed or "")


class NameField(StringField):
    """A full name, as the person writes it."""

    def __init__(self, label: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- WTForms' own arguments
        super().__init__(label, filters=[_tidy], **kwargs)

    def pre_validate(self, form: BaseForm) -> None:
        """Say what is wrong with the name."""
        faults = naming.check_name(self.data or "")
        if faults:
            raise ValidationError(i18n.say(faults[0]))


class PhoneField(StringField):
    """A phone number, stored as +84…; empty when it is optional and nothing was typed."""

    def pre_validate(self, form: BaseForm) -> None:
        """Read the number, or say what is wrong with it."""
        if self.data:
            self.data = _read(contacting.read_phone, self.data)


class EmailField(StringField):
    """An e-mail address, in small letters; empty when nothing was typed."""

    def pre_validate(self, form: BaseForm) -> None:
        """Read the address, or say what is wrong with it."""
        if self.data:
            self.data = _read(contacting.read_email, self.data)


def _read(reader: Any, typed: str) -> str:  # noqa: ANN401 -- a function of text
    try:
        found: str = reader(typed)
    except Unreadable as refused:
        raise ValidationError(i18n.say(refused.sentence)) from refused
    return found
