"""What people may send about many items of a bank at once, and about views they keep."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # -- newer than its stubs
from wtforms.validators import DataRequired, Length

from questions.forms.author import DIFFICULTY_NAMES, PURPOSE_NAMES
from questions.forms.types.rows import line
from questions.models import Difficulty, Purpose
from questions.rules.classifying import Known
from questions.tending import BulkAct, Change

Chosen = TypeVar("Chosen", bound=StrEnum)

ACT_NAMES = {
    BulkAct.TOPIC: _("Give them a topic"),
    BulkAct.DIFFICULTY: _("Give them a level of difficulty"),
    BulkAct.PURPOSE: _("Say what they are for"),
    BulkAct.QUARANTINE: _("Keep them out of papers for now"),
    BulkAct.RETIRE: _("Retire them"),
}
_WITH_REASON = (BulkAct.QUARANTINE, BulkAct.RETIRE)


class ViewForm(FlaskForm):
    title = StringField(
        _("Name of this view"),
        filters=[line],
        validators=[DataRequired(_("Enter a name.")), Length(max=80)],
    )
    query = HiddenField(validators=[Length(max=1000)])


class BulkForm(FlaskForm):
    """Which items, and what is to be done to them; a second time with what the act needs."""

    act = SelectField(
        _("What to do"), choices=[SelectChoice(act.value, ACT_NAMES[act]) for act in BulkAct]
    )
    everything = BooleanField(_("All that were found"))
    topic = SelectField(_("Topic"), coerce=str, validate_choice=False)
    difficulty = SelectField(
        _("Level of difficulty"),
        choices=[SelectChoice(one.value, DIFFICULTY_NAMES[one]) for one in Difficulty],
        validate_choice=False,
    )
    purpose = SelectField(
        _("Purpose"),
        choices=[SelectChoice(one.value, PURPOSE_NAMES[one]) for one in Purpose],
        validate_choice=False,
    )
    reason = StringField(_("Reason"), filters=[line], validators=[Length(max=300)])

    def offer(self, topics: Sequence[Known]) -> None:
        """Offer the topics."""
        self.topic.choices = [SelectChoice(str(one.id), one.name) for one in topics]

    @property
    def chosen(self) -> BulkAct:
        """The act that was chosen."""
        return BulkAct(self.act.data)

    def change(self, topics: Sequence[Known]) -> Change | None:
        """Return what is to be done, or None: something is missing and said at its field."""
        act = self.chosen
        if act in _WITH_REASON and not self.reason.data:
            self.reason.errors = [_("Give a reason.")]
            return None
        known = {str(one.id): one.id for one in topics}
        if act is BulkAct.TOPIC and self.topic.data not in known:
            self.topic.errors = [_("Choose a topic.")]
            return None
        return Change(
            act,
            topic_id=known.get(self.topic.data),
            difficulty=_one_of(Difficulty, self.difficulty.data),
            purpose=_one_of(Purpose, self.purpose.data) or Purpose.OFFICIAL,
            reason=self.reason.data or "",
        )


def _one_of(kind: type[Chosen], value: str | None) -> Chosen | None:
    return kind(value) if value in set(kind) else None
