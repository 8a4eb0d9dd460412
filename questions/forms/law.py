"""What people may send about legal documents, and about an item whose document has ended."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # -- newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from questions.amending import Basis
from questions.forms.author import NOTHING, called, choice
from questions.forms.types.rows import at_most, block, line
from questions.models import LegalDocument
from questions.rules.classifying import Known
from questions.rules.validity import DocumentKind

KIND_NAMES = {
    DocumentKind.LAW: _("Law"),
    DocumentKind.DECREE: _("Decree"),
    DocumentKind.RESOLUTION: _("Resolution"),
    DocumentKind.DECISION: _("Decision"),
    DocumentKind.CIRCULAR: _("Circular"),
    DocumentKind.DIRECTIVE: _("Directive"),
    DocumentKind.PLAN: _("Plan"),
    DocumentKind.GUIDANCE: _("Guidance"),
    DocumentKind.OTHER: _("Another kind"),
}
_LONGEST_TEXT = 1_000_000
_TEXTS = ("title", "issuer", "ended_part", "note", "source", "clauses")
_DATES = ("issued_on", "effective_from", "effective_to")


class EndForm(FlaskForm):
    on = DateField(
        _("Last day in force"), validators=[InputRequired(_("Enter the last day in force."))]
    )
    successor = SelectField(_("Replaced by"))

    def offer(self, documents: Sequence[Known], own: str) -> None:
        """Offer every document but this one."""
        rows = [SelectChoice(one.code, called(one)) for one in documents if one.code != own]
        self.successor.choices = [NOTHING, *rows]


class DocumentForm(FlaskForm):
    kind = SelectField(
        _("Kind of document"),
        choices=[SelectChoice(key.value, name) for key, name in KIND_NAMES.items()],
        default=DocumentKind.OTHER.value,
    )
    number_ = StringField(_("Number of the document"), filters=[line], validators=[at_most(80)])
    title = StringField(
        _("Title of the document"),
        filters=[line],
        validators=[DataRequired(_("Enter a title.")), at_most(400)],
    )
    issuer = StringField(_("Issued by"), filters=[line], validators=[at_most(160)])
    issued_on = DateField(_("Issued on"), validators=[Optional()])
    effective_from = DateField(_("In force from"), validators=[Optional()])
    effective_to = DateField(_("Last day in force"), validators=[Optional()])
    ended_part = StringField(
        _("Part that has ended"),
        filters=[line],
        validators=[at_most(300)],
        description=_("Where only a part of the document has ended: which, and by what."),
    )
    successor = SelectField(_("Replaced by"), coerce=choice)
    source = StringField(
        _("Source"),
        filters=[line],
        validators=[at_most(300)],
        description=_("Where this was read: the official gazette, a web address."),
    )
    note = TextAreaField(_("Note"), filters=[block], validators=[at_most(600)])
    clauses = TextAreaField(
        _("Text of the document"),
        filters=[block],
        validators=[at_most(_LONGEST_TEXT)],
        description=_("Paste the articles; they are shown beside the questions that rest on them."),
    )

    def offer(self, documents: Sequence[Known], own: str = "") -> None:
        """Offer every document but this one as the one that replaces it."""
        rows = [SelectChoice(str(one.id), called(one)) for one in documents if one.code != own]
        self.successor.choices = [NOTHING, *rows]

    def fill(self, document: LegalDocument) -> None:
        """Show what is said of a document now."""
        for name in (*_TEXTS, *_DATES):
            self[name].data = getattr(document, name)
        self.kind.data, self.number_.data = document.kind.value, document.number
        self.successor.data = document.successor_id

    def validate_effective_to(self, field: DateField) -> None:
        begins = self.effective_from.data
        if field.data and begins and field.data < begins:
            raise ValidationError(_("The last day lies before the first one."))

    def told(self) -> dict[str, Any]:
        """Return what the person says of the document, by column."""
        texts = {name: self[name].data or "" for name in _TEXTS}
        return {
            **texts,
            **{name: self[name].data for name in _DATES},
            "kind": DocumentKind(self.kind.data),
            "number": self.number_.data or "",
            "successor_id": self.successor.data,
        }


class NewDocumentForm(DocumentForm):
    code = StringField(
        _("Code"),
        filters=[line],
        validators=[DataRequired(_("Enter a code.")), at_most(40)],
        description=_("A short name for our own lists, such as ND-170-2025."),
    )

    def validate_code(self, field: StringField) -> None:
        if not (field.data or "").replace("-", "").isalnum() or not (field.data or "").isascii():
            raise ValidationError(_("Use letters without marks, digits and hyphens."))

    def document(self) -> LegalDocument:
        """Return the document as the person says it."""
        return LegalDocument(code=(self.code.data or "").upper(), **self.told())


class BasisForm(FlaskForm):
    number = IntegerField(default=0)
    document = SelectField(
        _("New legal basis"),
        coerce=choice,
        validators=[InputRequired(_("Choose the document that the question rests on now."))],
    )
    clause = StringField(_("Article, clause"), filters=[line], validators=[at_most(300)])
    quote = TextAreaField(_("Words of the document"), filters=[block], validators=[at_most(5000)])

    def offer(self, documents: Sequence[Known], own: str) -> None:
        """Offer every document but the one that has ended."""
        rows = [SelectChoice(str(one.id), called(one)) for one in documents if one.code != own]
        self.document.choices = [NOTHING, *rows]

    def basis(self) -> Basis:
        """Return what the item rests on now."""
        return Basis(self.document.data, self.clause.data or "", self.quote.data or "")


class StayForm(FlaskForm):
    number = IntegerField(default=0)
    reason = StringField(
        _("Reason"), filters=[line], validators=[DataRequired(_("Give a reason.")), at_most(300)]
    )
