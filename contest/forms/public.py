"""What anybody may send to a contest's pages: registration, entering, a receipt's code."""

import re
from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from accounts.forms.fields import NameField, PhoneField, at_most, line
from accounts.models import Account
from accounts.rules import columns, passwords
from accounts.rules.consents import Purpose
from accounts.rules.staff import StaffCategory
from contest.models import Block, Contest
from contest.rules import grouping
from contest.rules.grouping import Members
from core import i18n
from core.saying import Sentence, Unreadable

MANDATORY = _("Choose one of these.")
_EIGHT_DIGITS = re.compile(r"\A(\d\d)(\d\d)(\d{4})\Z", re.ASCII)


class DayField(StringField):
    """A day, as people write it; `day` is what was read."""

    day: date | None = None

    def pre_validate(self, form: FlaskForm) -> None:
        """Read the day, or say what is wrong with it."""
        if not self.data:
            return
        try:
            # The keypad of some phones has digits only.
            read = columns.read_day(_EIGHT_DIGITS.sub(r"\1/\2/\3", self.data))
        except Unreadable as refused:
            raise ValidationError(_no_whole_day(refused)) from refused
        if read is None or not read.is_whole:
            raise ValidationError(gettext("Write day, month and year, for example 28/02/2004."))
        self.day = read.day


def _no_whole_day(refused: Unreadable) -> str:
    """Say what is wrong with the day; a year alone, as sheets may have it, is not enough here."""
    if "text" not in refused.sentence.values:
        return i18n.say(refused.sentence)
    said: str = gettext(
        "“%(text)s” is not a day. Write day, month and the four digits of the year,"
        " for example 28/02/2004.",
        text=refused.sentence.values["text"],
    )
    return said


class EntryForm(FlaskForm):
    """Entering with an account one has; `ask` keeps only what the contest and the account need."""

    unit = HiddenField()
    unit_text = StringField(_("Unit you work, study or live in"), filters=[line])
    unit_missing = BooleanField(_("My unit is not in the list"))
    birth_date = DayField(
        _("Date of birth"),
        filters=[line],
        validators=[InputRequired(_("Enter the date of birth.")), at_most(20)],
        description=_("For example 28/02/2004."),
    )
    category = SelectField(_("You are"), validators=[InputRequired(MANDATORY)])
    one_stop = BooleanField(_("Working at the one-stop desk"))
    block = RadioField(_("Your group"), validators=[InputRequired(MANDATORY)])
    take_part = BooleanField(
        _(Purpose.TAKE_PART.wording),
        validators=[
            InputRequired(_("Without this consent you cannot take part. Tick it to go on."))
        ],
    )
    publish_name = BooleanField(_(Purpose.PUBLISH_NAME.wording))

    def ask(self, contest: Contest, account: Account | None) -> None:
        """Keep the fields that this contest asks for and this account does not answer."""
        knows = account is not None
        aged = contest.min_age is not None or any(one.min_age for one in contest.blocks)
        told = any(one.members is not Members.ANYBODY for one in contest.blocks)
        wanted = {
            "unit": account is None or account.unit is None,
            "birth_date": (aged or "birth_date" in contest.fields)
            and not (knows and account is not None and account.birth_date),
            "category": (told or "category" in contest.fields)
            and not (account is not None and account.category),
            "one_stop": "one_stop" in contest.fields,
            "block": bool(contest.blocks),
        }
        wanted["unit_text"] = wanted["unit_missing"] = wanted["unit"]
        for name, is_wanted in wanted.items():
            if not is_wanted:
                delattr(self, name)
        if self.category is not None:
            self.category.choices = [("", gettext("Choose")), *_categories()]
        if self.block is not None:
            self.block.choices = [(str(block.id), _named(block)) for block in contest.blocks]

    def validate_unit_text(self, field: StringField) -> None:
        if not self.unit.data and not (self.unit_missing.data and field.data):
            raise ValidationError(
                gettext("Choose the unit from the list, or tick that it is not there.")
            )

    def consents(self) -> dict[Purpose, str]:
        """Return the words ticked, by purpose, as they were shown."""
        ticked = {Purpose.TAKE_PART: self.take_part, Purpose.PUBLISH_NAME: self.publish_name}
        return {
            purpose: i18n.say(Sentence(purpose.wording))
            for purpose, box in ticked.items()
            if box.data
        }


def _named(block: Block) -> str:
    """Return the name of a block, with whom it is for where that is not everybody."""
    if block.members is Members.ANYBODY and block.min_age is None:
        return block.title
    return f"{block.title} ({i18n.say(grouping.said(block.members, block.min_age))})"


class RegisterForm(EntryForm):
    """Entering without an account: one is made."""

    full_name = NameField(_("Full name"), validators=[at_most(120)])
    phone = PhoneField(
        _("Phone number"),
        filters=[line],
        validators=[InputRequired(_("Enter the phone number.")), at_most(30)],
        description=_("You sign in with it later."),
    )
    password = PasswordField(
        _("Password"),
        validators=[InputRequired(_("Choose a password.")), at_most(1000)],
        description=_("At least 8 characters. Several words are better than signs."),
    )

    def validate_password(self, field: PasswordField) -> None:
        phone = self.phone.data or ""
        context = [self.full_name.data or "", phone, "0" + phone.removeprefix("+84")]
        faults = passwords.check(field.data or "", context=context)
        if faults:
            raise ValidationError(i18n.say(faults[0]))


class ReceiptForm(FlaskForm):
    """The code of a receipt, in the address: nothing is changed, so no token is asked for."""

    class Meta:
        """What Flask-WTF reads of a form."""

        csrf = False

    ma = StringField(
        _("Code of the receipt"),
        filters=[line],
        validators=[Optional(), Length(max=40)],
        description=_("Three groups of four signs, for example 7F2K-92QD-M4XC."),
    )


def _categories() -> list[tuple[str, str]]:
    return [(one.value, i18n.say(Sentence(one.label))) for one in StaffCategory]
