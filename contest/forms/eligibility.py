"""What organisers may send about who takes a round."""

from collections.abc import Iterable
from typing import Any, cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField
from wtforms.validators import ValidationError

from contest.forms.fields import CountField, choices
from contest.forms.organizer import ChecksField
from contest.models import Block, Round
from contest.rules.grouping import Members
from contest.rules.qualifying import Eligibility
from core import i18n
from questions.forms.blueprints import or_none


class EligibilityForm(FlaskForm):
    members = SelectField(
        _("Who takes the round"),
        default=Members.ANYBODY.value,
        choices=choices(
            (Members.ANYBODY.value, _("Everybody in the contest")),
            (Members.STAFF.value, _("Only staff of agencies and units")),
            (Members.CITIZENS.value, _("Only citizens")),
        ),
    )
    least_age = CountField(
        _("Least age on the day it opens"),
        description=_("Left empty: no age is asked for."),
        least=1,
        most=120,
        optional=True,
    )
    blocks = ChecksField(
        _("Groups that take it"), description=_("None ticked: all of them."), coerce=int
    )
    after = SelectField(
        _("Decided by the results of"),
        coerce=or_none,
        description=_("Whoever is not in its results that count cannot start this round."),
    )
    first = CountField(
        _("Only the first, in each group"),
        description=_("Left empty: any place."),
        least=1,
        most=100_000,
        optional=True,
    )
    must_pass = BooleanField(_("Only who reached its pass mark"))

    def offer_entry(self, blocks: Iterable[Block], earlier: Iterable[Round]) -> None:
        """Give the lists their choices: the contest's groups, and the rounds before this one."""
        before = list(earlier)
        self.marked = {one.id for one in before if one.pass_mark is not None}
        self.blocks.choices = [(one.id, one.title) for one in blocks]
        rounds = [(one.id, one.title) for one in before]
        self.after.choices = choices(("", gettext("No other round")), *rounds)

    def validate_after(self, field: Any) -> None:  # noqa: ANN401 -- WTForms' own type
        """Want an earlier round and what it decides together."""
        for problem in self.eligibility.problems():
            raise ValidationError(i18n.say(problem))
        if self.must_pass.data and field.data not in self.marked:
            raise ValidationError(_("That round has no pass mark."))

    @property
    def eligibility(self) -> Eligibility:
        """What the form sets."""
        return Eligibility(
            Members(self.members.data),
            cast("int | None", self.least_age.data),
            tuple(sorted(self.blocks.data or [])),
            cast("int | None", self.after.data),
            cast("int | None", self.first.data),
            bool(self.must_pass.data),
        )


def of_eligibility(asked: Eligibility) -> dict[str, Any]:
    """Return the values with which the form begins."""
    return {
        "members": asked.members.value,
        "least_age": asked.min_age,
        "blocks": list(asked.blocks),
        "after": asked.after,
        "first": asked.first,
        "must_pass": asked.must_pass,
    }
