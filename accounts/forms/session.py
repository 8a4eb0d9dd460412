"""What people may send to the pages for signing in: name, password, slip, second factor."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from accounts.forms.fields import at_most, line
from accounts.rules import contacting
from core import i18n
from core.saying import Unreadable

LONGEST_NAME = 254
LONGEST_PASSWORD = 1000


class SignInForm(FlaskForm):
    name = StringField(
        _("Phone number or e-mail address"),
        filters=[line],
        validators=[
            InputRequired(_("Enter the phone number or e-mail address.")),
            at_most(LONGEST_NAME),
        ],
    )
    password = PasswordField(
        _("Password"),
        validators=[InputRequired(_("Enter the password.")), at_most(LONGEST_PASSWORD)],
    )
    next = HiddenField()

    def validate_name(self, field: StringField) -> None:
        typed = field.data or ""
        try:
            if "@" in typed:
                contacting.read_email(typed)
            else:
                contacting.read_phone(typed)
        except Unreadable as refused:
            raise ValidationError(i18n.say(refused.sentence)) from refused


class SlipForm(FlaskForm):
    code = StringField(
        _("Code on the slip"),
        filters=[line],
        validators=[InputRequired(_("Enter the code on the slip.")), at_most(40)],
        description=_("Three groups of four signs, for example 7F2K-92QD-M4XC."),
    )
    next = HiddenField()


class FactorForm(FlaskForm):
    code = StringField(
        _("Code of the second factor"),
        filters=[line],
        validators=[InputRequired(_("Enter the code.")), at_most(40)],
        description=_("Six digits that the application shows, or one of your spare codes."),
    )
    next = HiddenField()


class StepUpForm(FlaskForm):
    password = PasswordField(
        _("Password"),
        validators=[InputRequired(_("Enter the password.")), at_most(LONGEST_PASSWORD)],
    )
    next = HiddenField()


class ForgottenForm(FlaskForm):
    email = StringField(
        _("E-mail address of the account"),
        filters=[line],
        validators=[InputRequired(_("Enter the e-mail address.")), Length(max=254)],
    )
