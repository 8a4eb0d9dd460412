"""What people may send to the pages of the bank: banks, imports, reasons."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import (
    FieldList,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # -- newer than its stubs
from wtforms.validators import DataRequired

from core import i18n
from core.errors import DomainError
from core.saying import Sentence
from core.web import whole_or
from questions.forms.types.rows import PlacesField, at_most, block, line
from questions.models import Difficulty, ItemType, Purpose
from questions.rules.classifying import Known

DIFFICULTY_NAMES = {
    Difficulty.RECALL: _("Recall"),
    Difficulty.UNDERSTANDING: _("Understanding"),
    Difficulty.APPLICATION: _("Application"),
    Difficulty.HIGH_APPLICATION: _("High application"),
}
TYPE_NAMES = {
    ItemType.SINGLE_CHOICE: _("One key"),
    ItemType.MULTIPLE_CHOICE: _("Several keys"),
    ItemType.TRUE_FALSE: _("True or false"),
    ItemType.STATEMENTS: _("Several statements, true or false"),
    ItemType.MATCHING: _("Matching"),
    ItemType.ORDERING: _("Putting in order"),
    ItemType.SHORT_ANSWER: _("Short answer"),
    ItemType.NUMERIC: _("A number"),
    ItemType.CLOZE: _("Text with gaps"),
    ItemType.ESSAY: _("Essay"),
}
PURPOSE_NAMES = {
    Purpose.OFFICIAL: _("Official papers"),
    Purpose.PRACTICE: _("Practice"),
}
NOTHING = SelectChoice("", "–")


def words(refusal: DomainError) -> str:
    """Return what a refusal says, to be shown in the form it is about."""
    return i18n.say(Sentence(refusal.message, refusal.details))


def choice(value: str | None) -> int | None:
    """Return the id that was chosen, if one was."""
    return whole_or(str(value or ""), None)


class BankForm(FlaskForm):
    title = StringField(
        _("Name of the bank"),
        filters=[line],
        validators=[DataRequired(_("Enter a name.")), at_most(200)],
    )


class ReasonForm(FlaskForm):
    reason = StringField(
        _("Reason"), filters=[line], validators=[DataRequired(_("Give a reason.")), at_most(300)]
    )


class ImportForm(FlaskForm):
    file = FileField(_("Word, Excel or text file"))
    key = FileField(_("File with the keys, if they stand in one of their own"))
    text = TextAreaField(
        _("Or paste the questions here"),
        description=_("From Word or a web page: questions with A, B, C, D and the answers."),
    )

    def chosen(self) -> tuple[str, bytes] | None:
        """Return the name and the content of what was sent, or None: nothing was."""
        stored = self.file.data
        if isinstance(stored, FileStorage) and stored.filename:
            return stored.filename, stored.read()
        typed = self.text.data or ""
        return (str(_("Pasted text")) + ".txt", typed.encode()) if typed.strip() else None

    def keys(self) -> tuple[str, bytes] | None:
        """Return the name and the content of the file of keys, or None without one."""
        stored = self.key.data
        if isinstance(stored, FileStorage) and stored.filename:
            return stored.filename, stored.read()
        return None


class DefaultsForm(FlaskForm):
    topic = SelectField(_("Topic"), coerce=choice)
    level = SelectField(_("Level of difficulty"))

    def offer(self, topics: Sequence[Known]) -> None:
        """Offer the topics and the difficulties."""
        self.topic.choices = offered(topics)
        self.level.choices = [NOTHING, *levels()]

    @property
    def difficulty(self) -> Difficulty | None:
        """The difficulty chosen, if one was."""
        return Difficulty(self.level.data) if self.level.data else None


class EntryForm(DefaultsForm):
    """A question of an import as a person corrects it."""

    stem = TextAreaField(_("Question"), filters=[block], validators=[at_most(5000)])
    option = FieldList(StringField(_("Option"), filters=[line], validators=[at_most(1000)]))
    key = PlacesField(_("Key"))
    explanation = TextAreaField(_("Explanation"), filters=[block], validators=[at_most(5000)])

    def told(self) -> dict[str, Any]:
        """Return what the person says."""
        return {
            "stem": self.stem.data,
            "options": [text or "" for text in self.option.data],
            "key": self.key.data,
            "explanation": self.explanation.data,
            "topic_id": self.topic.data,
            "level": self.level.data or None,
        }


def levels() -> list[SelectChoice]:
    """Return the difficulties to choose from."""
    return [SelectChoice(key.value, name) for key, name in DIFFICULTY_NAMES.items()]


def offered(rows: Sequence[Known]) -> list[SelectChoice]:
    """Return rows to choose from, and none of them."""
    return [NOTHING, *(SelectChoice(str(row.id), row.name) for row in rows)]


def called(document: Known) -> str:
    """Return what a document is called in a list."""
    return f"{document.number} {document.name}".strip()[:120]
