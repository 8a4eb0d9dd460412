"""What people may send to the pages of their own account."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # -- newer than its stubs
from wtforms.validators import EqualTo, InputRequired, Length, ValidationError

from accounts.forms.fields import EmailField, PhoneField, at_most, line
from accounts.models import DataRight
from accounts.rules.staff import StaffCategory
from core.i18n import LANGUAGES

RIGHT_NAMES = {
    DataRight.CORRECTION: _("Correct what is wrong"),
    DataRight.ACCESS: _("Know what is kept and what for"),
    DataRight.RESTRICTION: _("Restrict the use"),
    DataRight.OBJECTION: _("Object to a use"),
    DataRight.COMPLAINT: _("Complain"),
    DataRight.WITHDRAWAL: _("Withdraw a consent"),
    DataRight.ERASURE: _("Erase the account"),
}
ASKED_HERE = (
    DataRight.CORRECTION,
    DataRight.ACCESS,
    DataRight.RESTRICTION,
    DataRight.OBJECTION,
    DataRight.COMPLAINT,
)


class PasswordForm(FlaskForm):
    password = PasswordField(
        _("New password"),
        validators=[InputRequired(_("Enter the new password.")), at_most(1000)],
        description=_("At least 8 characters. Several words are better than signs."),
    )
    again = PasswordField(
        _("New password once more"),
        validators=[EqualTo("password", _("The two passwords differ."))],
    )


class ContactForm(FlaskForm):
    phone = PhoneField(_("Phone number"), filters=[line])
    email = EmailField(_("E-mail address"), filters=[line])

    def validate_email(self, field: StringField) -> None:
        if not field.data and not self.phone.data:
            raise ValidationError(
                _("Keep a phone number or an e-mail address, to be able to sign in.")
            )


class UnitForm(FlaskForm):
    unit = HiddenField()
    unit_text = StringField(filters=[line], validators=[Length(max=200)])
    category = SelectField(_("You are"))
    one_stop = BooleanField(_("Working at the one-stop desk"))

    def offer(self) -> None:
        """Offer every staff category, and none."""
        chosen = [SelectChoice("", _("Not said"))]
        self.category.choices = [
            *chosen,
            *(SelectChoice(category.value, _(category.label)) for category in StaffCategory),
        ]


class LanguageForm(FlaskForm):
    locale = SelectField(
        _("Language"), choices=[SelectChoice("vi", "Tiếng Việt"), SelectChoice("en", "English")]
    )

    def validate_locale(self, field: SelectField) -> None:
        if field.data not in LANGUAGES:
            raise ValidationError(_("There is no such language."))


class RequestForm(FlaskForm):
    right = SelectField(
        _("What is asked for"),
        choices=[SelectChoice(right.value, RIGHT_NAMES[right]) for right in ASKED_HERE],
    )
    words = TextAreaField(
        _("In your words"),
        validators=[InputRequired(_("Write what is asked for.")), at_most(1000)],
    )


class EraseForm(FlaskForm):
    agreed = BooleanField(
        _("I have read what happens and ask for the account to be erased"),
        validators=[InputRequired(_("Tick this to go on."))],
    )
