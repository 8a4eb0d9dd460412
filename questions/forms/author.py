"""What people may send to the pages of the bank: banks, items, imports, legal documents."""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import (
    DateField,
    Field,
    FieldList,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # -- newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from core import i18n
from core.errors import DomainError
from core.saying import Sentence
from core.text import clean, clean_line
from core.web import whole_or
from questions.authoring import NewItem
from questions.models import Difficulty, ItemType, LegalDocument, Purpose
from questions.rules import drafting
from questions.rules.classifying import Known
from questions.rules.wording import Wording
from questions.types import options, true_false

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
}
PURPOSE_NAMES = {
    Purpose.OFFICIAL: _("Official papers"),
    Purpose.PRACTICE: _("Practice"),
}
_FIRST_OPTIONS = 4
_NONE = SelectChoice("", "–")


def line(typed: str | None) -> str:
    """Return what was typed, on one line, in normal form."""
    return clean_line(typed or "")


def block(typed: str | None) -> str:
    """Return what was typed, in normal form, its lines kept."""
    return clean(typed or "")


def words(refusal: DomainError) -> str:
    """Return what a refusal says, to be shown in the form it is about."""
    return i18n.say(Sentence(refusal.message, refusal.details))


def _at_most(longest: int) -> Length:
    return Length(max=longest, message=_("At most %(max)d characters fit here."))


def _choice(value: str | None) -> int | None:
    return whole_or(str(value or ""), None)


class PlacesField(Field):
    """The places of options that were chosen, counted from 0."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what is a number; what is not was not sent by our form."""
        self.data = sorted({whole_or(value, -1) for value in valuelist} - {-1})

    def process_data(self, value: Sequence[int] | None) -> None:
        """Take the places that the item has."""
        self.data = list(value or [])


class BankForm(FlaskForm):
    title = StringField(
        _("Name of the bank"),
        filters=[line],
        validators=[DataRequired(_("Enter a name.")), _at_most(200)],
    )


class ReasonForm(FlaskForm):
    reason = StringField(
        _("Reason"), filters=[line], validators=[DataRequired(_("Give a reason.")), _at_most(300)]
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
    topic = SelectField(_("Topic"), coerce=_choice)
    level = SelectField(_("Level of difficulty"))

    def offer(self, topics: Sequence[Known]) -> None:
        """Offer the topics and the difficulties."""
        self.topic.choices = _offered(topics)
        self.level.choices = [_NONE, *_levels()]

    @property
    def difficulty(self) -> Difficulty | None:
        """The difficulty chosen, if one was."""
        return Difficulty(self.level.data) if self.level.data else None


class EntryForm(DefaultsForm):
    """A question of an import as a person corrects it."""

    stem = TextAreaField(_("Question"), filters=[block], validators=[_at_most(5000)])
    option = FieldList(StringField(_("Option"), filters=[line], validators=[_at_most(1000)]))
    key = PlacesField(_("Key"))
    explanation = TextAreaField(_("Explanation"), filters=[block], validators=[_at_most(5000)])

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


def _levels() -> list[SelectChoice]:
    return [SelectChoice(key.value, name) for key, name in DIFFICULTY_NAMES.items()]


def _offered(rows: Sequence[Known]) -> list[SelectChoice]:
    return [_NONE, *(SelectChoice(str(row.id), row.name) for row in rows)]


def _called(document: Known) -> str:
    return f"{document.number} {document.name}".strip()[:120]


class ItemForm(FlaskForm):
    number = IntegerField(_("Version"), default=0, validators=[Optional()])
    stem = TextAreaField(
        _("Question"),
        filters=[block],
        validators=[DataRequired(_("Enter the question.")), _at_most(5000)],
    )
    option = FieldList(StringField(_("Option"), filters=[line], validators=[_at_most(1000)]))
    key = PlacesField(_("Key"))
    pinned = PlacesField(_("Keeps its place"))
    explanation = TextAreaField(
        _("Explanation, shown after the results are out"),
        filters=[block],
        validators=[_at_most(5000)],
    )
    topic = SelectField(_("Topic"), coerce=_choice)
    difficulty = RadioField(_("Level of difficulty"), validators=[Optional()])
    purpose = RadioField(
        _("Drawn for"),
        choices=[SelectChoice(key.value, name) for key, name in PURPOSE_NAMES.items()],
        default=Purpose.OFFICIAL.value,
    )
    rivals = StringField(
        _("Group of questions that hint at each other"),
        filters=[line],
        validators=[_at_most(40)],
        description=_("Of one group at most one question stands in a paper."),
    )
    document = SelectField(_("Document"), coerce=_choice)
    clause = StringField(_("Article, clause"), filters=[line], validators=[_at_most(300)])
    quote = TextAreaField(_("Words of the document"), filters=[block], validators=[_at_most(5000)])

    def offer(self, topics: Sequence[Known], documents: Sequence[Known]) -> None:
        """Offer the topics, the difficulties and the documents."""
        self.topic.choices = _offered(topics)
        self.document.choices = [
            _NONE,
            *(SelectChoice(str(one.id), _called(one)) for one in documents),
        ]
        self.difficulty.choices = _levels()

    def lay(self, kind: ItemType) -> None:
        """Give a new form the options that its type begins with."""
        if kind is ItemType.TRUE_FALSE:
            self._put([true_false.TRUE, true_false.FALSE])
        elif not self.option.entries:
            self._put([""] * _FIRST_OPTIONS)

    def fill(self, item: NewItem, number: int) -> None:
        """Show what an item says now."""
        told, listed = item.wording, item.wording.content["options"]
        self.number.data, self.stem.data = number, told.stem
        self._put([option["text"] for option in listed])
        self.key.data = [n for n, one in enumerate(listed) if one["id"] in told.content["key"]]
        self.pinned.data = [n for n, one in enumerate(listed) if one.get("pinned")]
        self.explanation.data, self.clause.data = told.explanation, told.clause
        self.quote.data, self.document.data = told.quote, told.document_id
        self.topic.data, self.rivals.data = item.topic_id, item.rivals
        self.difficulty.data = item.difficulty.value if item.difficulty else None
        self.purpose.data = item.purpose.value

    def act(self) -> bool:
        """Add or take away an option if that was asked for; say whether it was."""
        asked = request.form.get("act", "")
        texts = [text or "" for text in self.option.data]
        if asked == "add":
            self._put([*texts, ""][: options.MOST])
        elif asked.startswith("remove-") and whole_or(asked[7:], len(texts)) < len(texts):
            self._remove(int(asked[7:]), texts)
        else:
            return False
        return True

    def _remove(self, gone: int, texts: list[str]) -> None:
        self._put([text for place, text in enumerate(texts) if place != gone])
        for chosen in (self.key, self.pinned):
            left = [place for place in chosen.data if place != gone]
            chosen.data = [place - (place > gone) for place in left]

    def _put(self, texts: Sequence[str]) -> None:
        self.option.entries, self.option.last_index = [], -1
        for text in texts:
            self.option.append_entry(text)

    def item(self, kind: ItemType) -> NewItem:
        """Return the item as the person says it; an option left empty at the end is dropped."""
        texts = [text or "" for text in self.option.data]
        while texts and not texts[-1]:
            texts.pop()
        key = [place for place in self.key.data if place < len(texts)]
        pinned = {*self.pinned.data, *drafting.pinned(texts)} & set(range(len(texts)))
        wording = Wording(
            type=kind.value,
            stem=self.stem.data or "",
            content=options.content(texts[: options.MOST], key, sorted(pinned)),
            explanation=self.explanation.data or "",
            document_id=self.document.data,
            clause=self.clause.data or "",
            quote=self.quote.data or "",
        )
        return NewItem(
            code="",
            wording=wording,
            topic_id=self.topic.data,
            difficulty=Difficulty(self.difficulty.data) if self.difficulty.data else None,
            purpose=Purpose(self.purpose.data),
            rivals=self.rivals.data or "",
        )


class EndForm(FlaskForm):
    on = DateField(
        _("Last day in force"), validators=[InputRequired(_("Enter the last day in force."))]
    )
    successor = SelectField(_("Replaced by"))

    def offer(self, documents: Sequence[Known], own: str) -> None:
        """Offer every document but this one."""
        rows = [SelectChoice(one.code, _called(one)) for one in documents if one.code != own]
        self.successor.choices = [_NONE, *rows]


class DocumentForm(FlaskForm):
    code = StringField(
        _("Code"),
        filters=[line],
        validators=[DataRequired(_("Enter a code.")), _at_most(40)],
        description=_("A short name for our own lists, such as ND-170-2025."),
    )
    number_ = StringField(_("Number of the document"), filters=[line], validators=[_at_most(80)])
    title = StringField(
        _("Title of the document"),
        filters=[line],
        validators=[DataRequired(_("Enter a title.")), _at_most(400)],
    )
    issuer = StringField(_("Issued by"), filters=[line], validators=[_at_most(160)])
    issued_on = DateField(_("Issued on"), validators=[Optional()])
    effective_from = DateField(_("In force from"), validators=[Optional()])
    effective_to = DateField(_("Last day in force"), validators=[Optional()])

    def validate_code(self, field: StringField) -> None:
        if not (field.data or "").replace("-", "").isalnum() or not (field.data or "").isascii():
            raise ValidationError(_("Use letters without marks, digits and hyphens."))

    def document(self) -> LegalDocument:
        """Return the document as the person says it."""
        return LegalDocument(
            code=(self.code.data or "").upper(),
            number=self.number_.data or "",
            title=self.title.data or "",
            issuer=self.issuer.data or "",
            issued_on=self.issued_on.data,
            effective_from=self.effective_from.data,
            effective_to=self.effective_to.data,
        )
