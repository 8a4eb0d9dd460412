"""What an author may send about an item: its words and classes, its type's part, its pictures."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # -- newer than its stubs
from wtforms.validators import DataRequired, Optional

from core import i18n
from questions.authoring import NewItem
from questions.forms.author import NOTHING, PURPOSE_NAMES, called, choice, levels, offered
from questions.forms.media import PREFIX, MediaForm
from questions.forms.types import FORMS
from questions.forms.types.cloze import ClozeForm, with_gap, without_gap
from questions.forms.types.rows import TypeForm, at_most, block, line
from questions.models import Difficulty, ItemType, Purpose
from questions.rules import proposing
from questions.rules.classifying import Known
from questions.rules.wording import Wording

WRITE_ONE = "new"
# What a button may ask for besides saving and the rows: looked at again, nothing changed.
LOOKS = frozenset({"preview", "shuffle", "try", "upload"})


class ItemForm(FlaskForm):
    number = IntegerField(_("Version"), default=0, validators=[Optional()])
    # Which way the preview is shuffled; 0 as written.
    turn = IntegerField(_("Shuffle"), default=0, validators=[Optional()])
    stem = TextAreaField(
        _("Question"),
        filters=[block],
        validators=[DataRequired(_("Enter the question.")), at_most(5000)],
    )
    explanation = TextAreaField(
        _("Explanation, shown after the results are out"),
        filters=[block],
        validators=[at_most(5000)],
    )
    passage = SelectField(_("Passage"), validate_choice=False)
    passage_title = StringField(
        _("Title of the passage"), filters=[line], validators=[at_most(200)]
    )
    passage_text = TextAreaField(
        _("Text of the passage"), filters=[block], validators=[at_most(20_000)]
    )
    topic = SelectField(_("Topic"), coerce=choice)
    difficulty = RadioField(_("Level of difficulty"), validators=[Optional()])
    purpose = RadioField(
        _("Drawn for"),
        choices=[SelectChoice(key.value, name) for key, name in PURPOSE_NAMES.items()],
        default=Purpose.OFFICIAL.value,
    )
    rivals = StringField(
        _("Group of questions that hint at each other"),
        filters=[line],
        validators=[at_most(40)],
        description=_("Of one group at most one question stands in a paper."),
    )
    document = SelectField(_("Document"), coerce=choice)
    clause = StringField(_("Article, clause"), filters=[line], validators=[at_most(300)])
    quote = TextAreaField(_("Words of the document"), filters=[block], validators=[at_most(5000)])

    def offer(self, topics: Sequence[Known], documents: Sequence[Known]) -> None:
        """Offer the topics, the difficulties and the documents."""
        self.topic.choices = offered(topics)
        self.document.choices = [
            NOTHING,
            *(SelectChoice(str(one.id), called(one)) for one in documents),
        ]
        self.difficulty.choices = levels()

    def offer_passages(self, passages: Sequence[tuple[str, str]]) -> None:
        """Offer the passages of the bank, by public id and words, and to write one."""
        self.passage.choices = [
            SelectChoice("", _("None")),
            *(SelectChoice(public_id, words) for public_id, words in passages),
            SelectChoice(WRITE_ONE, _("Write a new one")),
        ]

    def fill(self, item: NewItem, number: int) -> None:
        """Show what an item says now, but for what its type asks."""
        told = item.wording
        self.number.data, self.stem.data = number, told.stem
        self.explanation.data, self.clause.data = told.explanation, told.clause
        self.quote.data, self.document.data = told.quote, told.document_id
        self.topic.data, self.rivals.data = item.topic_id, item.rivals
        self.difficulty.data = item.difficulty.value if item.difficulty else None
        self.purpose.data = item.purpose.value


class Editor:
    """The forms of one item: the common part, what its type asks, pictures and sounds."""

    def __init__(self, kind: ItemType) -> None:
        """Read what was sent."""
        sent = request.form if request.method == "POST" else None
        both: list[MultiDict[str, Any]] = [request.files, request.form]
        everything = None if sent is None else CombinedMultiDict(both)
        self.kind = kind
        self.common = ItemForm()
        self.type: TypeForm = FORMS[kind](sent)
        self.media = MediaForm(everything)
        # What is wrong with the item as a whole.
        self.faults: list[str] = []

    def fill(self, item: NewItem, number: int) -> None:
        """Show what an item says now."""
        content = item.wording.content
        self.common.fill(item, number)
        self.type.fill(content)
        self.media.show(content.get("media") or [], self._row_ids(content))

    @property
    def asked(self) -> str:
        """What the button that was pressed asks for; nothing for saving."""
        return request.form.get("act", "")

    def act(self) -> bool:
        """Do what a button of a row asks for; say whether anything but saving was asked."""
        if self.asked == "shuffle":
            self.common.turn.data = (self.common.turn.data or 0) + 1
        if self.asked in LOOKS:
            return True
        if self.asked.startswith(PREFIX):
            return self.media.act(self.asked.removeprefix(PREFIX)) is not None
        moves = self.type.act(self.asked)
        if moves is None:
            return False
        self.media.follow(moves)
        self._renumber_gaps()
        return True

    def _renumber_gaps(self) -> None:
        if not isinstance(self.type, ClozeForm):
            return
        stem = self.common.stem.data or ""
        if self.asked == "add-gap":
            self.common.stem.data = with_gap(stem, len(self.type.gaps))
        gone = self.asked.removeprefix("remove-gap-")
        if gone != self.asked and gone.isdecimal():
            self.common.stem.data = without_gap(stem, int(gone))

    def validate(self, kinds: Mapping[str, str]) -> bool:
        """Say whether the item can be saved; every fault is named at its field."""
        stem = self.common.stem.data or ""
        valid = [self.common.validate(), self.type.validate(), self.media.validate()]
        self.type.find_faults(stem)
        self.media.find_faults(stem)
        if self.common.passage.data == WRITE_ONE and not self.common.passage_text.data:
            self.common.passage_text.errors = [gettext("Write the passage.")]
            return False
        if not all(valid) or self.type.all_errors() or self.media.all_errors():
            return False
        content = self.content(kinds)
        self.faults = [i18n.say(one) for one in proposing.check(self.kind, stem, content)]
        return not self.faults

    def _row_ids(self, content: Mapping[str, Any]) -> list[str]:
        return [str(row["id"]) for row in content.get(self.type.shown_rows) or []]

    def content(self, kinds: Mapping[str, str]) -> dict[str, Any]:
        """Return the content; `kinds` are those of the pictures and sounds that exist, by id."""
        made = self.type.content()
        media = self.media.entries_of(kinds, self._row_ids(made))
        return made | {"media": media} if media else made

    def item(self, kinds: Mapping[str, str], stimulus_id: int | None = None) -> NewItem:
        """Return the item as the person says it."""
        form = self.common
        wording = Wording(
            type=self.kind.value,
            stem=form.stem.data or "",
            content=self.content(kinds),
            explanation=form.explanation.data or "",
            document_id=form.document.data,
            clause=form.clause.data or "",
            quote=form.quote.data or "",
            stimulus_id=stimulus_id,
        )
        return NewItem(
            code="",
            wording=wording,
            topic_id=form.topic.data,
            difficulty=Difficulty(form.difficulty.data) if form.difficulty.data else None,
            purpose=Purpose(form.purpose.data or Purpose.OFFICIAL),
            rivals=form.rivals.data or "",
        )
