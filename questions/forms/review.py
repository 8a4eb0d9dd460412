"""What people may send to the pages of the review, and about who works in a bank."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # -- newer than its stubs
from wtforms.validators import AnyOf, DataRequired, InputRequired, Optional, ValidationError

from accounts.models import Account
from accounts.rules.authorizing import ROLE_NAMES, Role
from questions.forms.types.rows import at_most, line
from questions.models import ReviewSteps
from questions.reviewing import Looked
from questions.rules.reviewing import Step, Verdict

STEP_NAMES = {Step.REVIEW: _("Review step"), Step.APPROVAL: _("Approval")}
STEPS_NAMES = {
    ReviewSteps.NONE: _("None: whoever writes a question may use it"),
    ReviewSteps.ONE: _("One: another person reviews and approves in one step"),
    ReviewSteps.TWO: _("Two: one other person reviews, yet another approves"),
}
BANK_ROLES = (Role.AUTHOR, Role.REVIEWER, Role.APPROVER, Role.BANK_OWNER)
ROLE_HINTS = {
    Role.AUTHOR: _("Writes and imports; sees only the own questions"),
    Role.REVIEWER: _("Sees all questions; reviews those of others"),
    Role.APPROVER: _("Reviews, approves, locks and unlocks"),
    Role.BANK_OWNER: _("Writes, sees all, says who works in the bank"),
}


class VersionForm(FlaskForm):
    """What is said of the version that the person has seen."""

    number = IntegerField(default=0, validators=[InputRequired()])

    @property
    def seen(self) -> int:
        """The version that the person has seen."""
        return self.number.data or 0


class SubmitForm(VersionForm):
    note = StringField(_("A word to the reviewer"), filters=[line], validators=[at_most(500)])


class DecideForm(VersionForm):
    step = HiddenField(validators=[AnyOf([one.value for one in Step])])
    verdict = HiddenField(validators=[AnyOf([one.value for one in Verdict])])
    reason = StringField(_("Reason"), filters=[line], validators=[at_most(500)])

    def validate_reason(self, field: StringField) -> None:
        if self.verdict.data == Verdict.RETURNED.value and not field.data:
            raise ValidationError(_("Say what has to be changed."))

    @property
    def looked(self) -> Looked:
        """What the person has looked at."""
        return Looked(self.seen, Step(self.step.data or ""))


class AssignForm(FlaskForm):
    to = SelectField(_("Who takes it"), validators=[Optional()])
    due_on = DateField(_("Due on"), validators=[Optional()])

    def offer(self, people: Sequence[Account]) -> None:
        """Offer the people who may take the step, and nobody in particular."""
        rows = [SelectChoice(one.public_id, one.full_name) for one in people]
        self.to.choices = [SelectChoice("", _("Whoever may")), *rows]


class StepsForm(FlaskForm):
    steps = RadioField(
        _("Steps of the review"),
        choices=[SelectChoice(key.value, name) for key, name in STEPS_NAMES.items()],
        validators=[InputRequired(_("Choose one."))],
    )


class BankRoleForm(FlaskForm):
    account = HiddenField(validators=[DataRequired()])
    role = SelectField(
        _("Role"),
        choices=[SelectChoice(one.value, _(ROLE_NAMES[one])) for one in BANK_ROLES],
    )
