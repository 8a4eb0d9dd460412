"""What the administrator may send: accounts, roles, files, units, headcounts, answers."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileAllowed, FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # -- newer than its stubs
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from accounts.forms.fields import EmailField, NameField, PhoneField, at_most, line
from accounts.rules.authorizing import ROLE_NAMES, Role, ScopeKind
from accounts.rules.staff import StaffCategory
from accounts.rules.unit_sheets import MOST_PEOPLE
from accounts.rules.units import UnitKind

PLATFORM = "platform:0"
UNIT = "unit"
_REASON = InputRequired(_("Write the reason."))


def categories() -> list[SelectChoice]:
    """Return the staff categories to choose from."""
    return [SelectChoice(one.value, _(one.label)) for one in StaffCategory]


class AccountForm(FlaskForm):
    full_name = NameField(_("Full name"))
    phone = PhoneField(_("Phone number"), filters=[line])
    email = EmailField(_("E-mail address"), filters=[line])
    unit = HiddenField()
    unit_text = StringField(filters=[line], validators=[at_most(200)])
    category = SelectField(_("Staff category"))
    one_stop = BooleanField(_("Working at the one-stop desk"))

    def offer(self) -> "AccountForm":
        """Offer every staff category, and none."""
        self.category.choices = [SelectChoice("", _("Not said")), *categories()]
        return self


def _reason(field_id: str) -> StringField:
    """Return the field of a reason; two of them may stand on one page."""
    return StringField(_("Reason"), filters=[line], validators=[_REASON, at_most(300)], id=field_id)


class CloseForm(FlaskForm):
    reason = _reason("ly-do-dong")


class RemoveFactorForm(FlaskForm):
    reason = _reason("ly-do-xac-thuc")


class RevealForm(FlaskForm):
    purpose = StringField(
        _("What the contact is needed for"),
        filters=[line],
        validators=[InputRequired(_("Write what the contact is needed for.")), at_most(300)],
    )


class RoleForm(FlaskForm):
    role = SelectField(_("Role"))
    scope = SelectField(_("Where"))
    unit = HiddenField()
    unit_text = StringField(filters=[line], validators=[at_most(200)])
    until = DateField(_("Until the end of"), validators=[Optional()])

    def offer(self, scopes: Mapping[tuple[ScopeKind, int], str]) -> "RoleForm":
        """Offer every role, and everywhere, a unit, or one of the things of other packages."""
        self.role.choices = [SelectChoice(role.value, _(ROLE_NAMES[role])) for role in Role]
        self.scope.choices = [
            SelectChoice(PLATFORM, _("Everywhere")),
            SelectChoice(UNIT, _("In the unit chosen below")),
            *(
                SelectChoice(f"{kind.value}:{number}", name)
                for (kind, number), name in scopes.items()
            ),
        ]
        return self

    def validate_scope(self, field: SelectField) -> None:
        if field.data != UNIT and self.unit.data:
            raise ValidationError(
                _("A unit is chosen below: choose “In the unit chosen below”, or clear the unit.")
            )

    def validate_unit(self, field: HiddenField) -> None:
        if self.scope.data == UNIT and not field.data:
            raise ValidationError(_("Choose the unit."))


class SheetForm(FlaskForm):
    sheet = FileField(
        _("Excel or CSV file"),
        validators=[
            FileRequired(_("Choose a file.")),
            FileAllowed(["xlsx", "csv"], _("Only .xlsx and .csv files can be read.")),
        ],
    )


class RosterForm(SheetForm):
    unit = HiddenField()
    unit_text = StringField(filters=[line], validators=[at_most(200)])


class HeadcountSheetForm(SheetForm):
    counted_on = DateField(_("Counted on, where a row does not say"), validators=[Optional()])
    source = StringField(
        _("Source document, where a row does not say"), filters=[line], validators=[at_most(300)]
    )


class HeadcountForm(FlaskForm):
    category = SelectField(_("Staff category"))
    one_stop = BooleanField(_("Only those at the one-stop desk"))
    people = IntegerField(
        _("Number of people"),
        validators=[
            InputRequired(_("Enter the number of people.")),
            NumberRange(0, MOST_PEOPLE, _("Enter a number from 0 to 100.000.")),
        ],
    )
    counted_on = DateField(
        _("Counted on"), validators=[InputRequired(_("Enter the day of the count."))]
    )
    source = StringField(
        _("Source document"),
        filters=[line],
        validators=[InputRequired(_("Name the document the number is from.")), at_most(300)],
    )

    def offer(self) -> "HeadcountForm":
        """Offer the categories that are counted in a unit."""
        self.category.choices = categories()
        return self


class NewUnitForm(FlaskForm):
    name = StringField(
        _("Name of the unit"),
        filters=[line],
        validators=[InputRequired(_("Enter the name of the unit.")), at_most(200)],
    )
    kind = SelectField(_("Kind of unit"))
    code = StringField(_("Code, if it has one"), filters=[line], validators=[at_most(40)])
    unit = HiddenField()
    unit_text = StringField(filters=[line], validators=[at_most(200)])

    def offer(self) -> "NewUnitForm":
        """Offer every kind of unit."""
        self.kind.choices = [SelectChoice(kind.value, _(kind.label)) for kind in UnitKind]
        return self


class RenameUnitForm(FlaskForm):
    name = StringField(
        _("Name of the unit"),
        filters=[line],
        validators=[InputRequired(_("Enter the name of the unit.")), at_most(200)],
    )


class AnswerForm(FlaskForm):
    outcome = TextAreaField(
        _("Answer"), validators=[InputRequired(_("Write the answer.")), at_most(1000)]
    )
    state = RadioField(
        _("Carried out"),
        choices=[
            SelectChoice("answered", _("Answered, not carried out yet")),
            SelectChoice("done", _("Carried out")),
        ],
        default="answered",
    )
