"""What organisers may send about a judged round: its protocol, its panels, who sits on them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from contest.forms.fields import MomentField, choices, line, lines
from contest.forms.organizer import at_most
from contest.models import EntryCategory, PanelRole
from contest.rules.judging import patterns
from contest.rules.judging.conflicts import Cause
from contest.rules.setting import RoundSettings

ROLES = choices(
    (PanelRole.CHAIR.value, _("Chair")),
    (PanelRole.MEMBER.value, _("Member")),
    (PanelRole.SUBSTITUTE.value, _("Substitute")),
    (PanelRole.SECRETARY.value, _("Secretary")),
    (PanelRole.SUPERVISOR.value, _("Supervisor")),
)
CAUSES = choices(
    (Cause.DECLARED.value, _("Declared by the judge")),
    (Cause.OWN_ENTRY.value, _("One of the entrants")),
    (Cause.MENTOR.value, _("Mentor of the entry")),
    (Cause.SAME_UNIT.value, _("Of the same unit")),
    (Cause.SUPERIOR_UNIT.value, _("Of the unit over it")),
    (Cause.SUBORDINATE_UNIT.value, _("Of a unit under it")),
    (Cause.NEAR.value, _("Somebody near to the judge")),
    (Cause.NAME_AND_ADDRESS.value, _("Same family name and address")),
    (Cause.SAME_NAME.value, _("Named like the judge")),
)


class NewRoundForm(FlaskForm):
    title = StringField(
        _("Name of the round"),
        filters=[line],
        validators=[InputRequired(_("Write the name of the round.")), at_most(120)],
    )
    opens_at = MomentField(_("Judging begins"))
    closes_at = MomentField(_("Judging ends"), ends=True)
    pattern = RadioField(
        _("Begin with"),
        default=patterns.every()[0].key,
        choices=choices(*((one.key, _(one.title)) for one in patterns.every())),
        description=_("Criteria and rules can be changed until they are sealed."),
    )

    def validate_closes_at(self, field: MomentField) -> None:
        begins = cast("datetime | None", self.opens_at.data)
        if begins and field.data and field.data <= begins:
            raise ValidationError(gettext("The end lies before the beginning."))

    def settings(self) -> RoundSettings:
        """Return what was set; for a form that is valid."""
        opens, closes = self.opens_at.data, self.closes_at.data
        return RoundSettings(
            self.title.data or "",
            cast("datetime", opens),
            cast("datetime", closes),
            live_board=False,
        )


class PanelForm(FlaskForm):
    title = StringField(
        _("Name of the panel"),
        filters=[line],
        validators=[InputRequired(_("Write the name of the panel.")), at_most(120)],
    )
    category = SelectField(_("Entries of"), default="")
    criteria = SelectField(_("Criteria"), default="")

    def offer(self, categories: Sequence[EntryCategory], panels: Sequence[str]) -> None:
        """Give the lists their choices: categories of the contest, panels that criteria name."""
        named = ((one.public_id, one.title) for one in categories)
        self.category.choices = choices(("", gettext("All categories")), *named)
        kinds = ((one, gettext("Those for “%(panel)s”", panel=one)) for one in panels)
        self.criteria.choices = choices(("", gettext("Those that name no panel")), *kinds)


class AppointForm(FlaskForm):
    account = StringField(validators=[InputRequired()])
    role = SelectField(_("Does what"), default=PanelRole.MEMBER.value, choices=ROLES)


class LeaveForm(FlaskForm):
    reason = StringField(
        _("Reason"),
        filters=[line],
        validators=[InputRequired(_("Write the reason.")), at_most(300)],
    )
    # Who takes over; empty where nobody does.
    account = StringField(filters=[line])


class ConflictForm(FlaskForm):
    entry = StringField(validators=[InputRequired()])
    judge = StringField(validators=[InputRequired()])
    cause = SelectField(_("Cause"), choices=CAUSES)
    note = StringField(_("Note"), filters=[line], validators=[at_most(300)])


class DismissForm(FlaskForm):
    entry = StringField(validators=[InputRequired()])
    judge = StringField(validators=[InputRequired()])
    cause = SelectField(_("Cause"), choices=CAUSES)
    note = StringField(
        _("Reason"),
        filters=[line],
        validators=[InputRequired(_("Write the reason.")), at_most(300)],
    )


class TiesForm(FlaskForm):
    ties = TextAreaField(
        _("People near to judges, one line each: judge; somebody near; commune"),
        filters=[lines],
        description=_(
            "Without a name the judge’s own family name is looked for in that commune. Only"
            " organisers of the round read the list."
        ),
        validators=[at_most(40_000)],
    )


class DeclareForm(FlaskForm):
    note = TextAreaField(
        _("What relation you have to the entry"),
        filters=[lines],
        description=_("The organisers read it; entrants do not."),
        validators=[InputRequired(_("Write what relation it is.")), at_most(300)],
    )


class ReasonForm(FlaskForm):
    reason = TextAreaField(
        _("Reason"),
        filters=[lines],
        validators=[InputRequired(_("Write the reason.")), at_most(300)],
    )


def begun(title: str, opens: datetime, closes: datetime) -> dict[str, Any]:
    """Return the values with which the form of a new round begins."""
    return {"title": title, "opens_at": opens, "closes_at": closes}
