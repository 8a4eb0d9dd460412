"""What entrants, screeners and organisers may send about entries and their categories."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from contest.categorizing import Settings
from contest.entering import Member, Told
from contest.forms.fields import CountField, MomentField, choices, line, lines
from contest.forms.organizer import at_most
from contest.models import Entry, EntryCategory, MemberRole
from contest.rules import entries
from contest.rules.entries import KIND_NAMES, LONGEST, MOST_MB, USUAL_MB, Asked, Kind
from contest.rules.file_types import GROUP_NAMES, Group
from contest.rules.judging.screening import Check, Verdict
from core import i18n
from core.text import N_

ROLE_NAMES: dict[MemberRole, str] = {
    MemberRole.LEADER: N_("Leader"),
    MemberRole.MEMBER: N_("Member"),
    MemberRole.MENTOR: N_("Mentor, who does not enter"),
}


# --- Entrants ----------------------------------------------------------------------------------


class BeginForm(FlaskForm):
    title = StringField(
        _("Title of the entry"),
        filters=[line],
        validators=[InputRequired(_("Write the title.")), at_most(300)],
    )


class MemberForm(Form):
    name = StringField(_("Full name"), filters=[line], validators=[at_most(120)])
    role = SelectField(
        _("Role"),
        default=MemberRole.MEMBER.value,
        choices=choices(*((one.value, _(name)) for one, name in ROLE_NAMES.items())),
    )


class EntryForm(BeginForm):
    people = FieldList(FormField(MemberForm), max_entries=30)

    def validate_people(self, field: Field) -> None:
        leads = [
            one for one in field.data if one["name"] and one["role"] == MemberRole.LEADER.value
        ]
        if len(leads) != 1:
            raise ValidationError(_("An entry has one leader."))

    def answer(self, asked: Asked) -> Field:
        """Return the field that asks for this."""
        return cast("Field", self[f"a_{asked.id}"])

    def told(self, form: Sequence[Asked]) -> Told:
        """Return what was written; for a form that is valid."""
        written = [one for one in form if one.kind is not Kind.FILE]
        people = [
            Member(one["name"], MemberRole(one["role"])) for one in self.people.data if one["name"]
        ]
        answers = {one.id: str(self.answer(one).data or "") for one in written}
        return Told(self.title.data or "", answers, people)


def entry_form(entry: Entry, form: Sequence[Asked], *, sent: bool) -> EntryForm:
    """Return the form of an entry with the questions of its category, as sent or as kept."""
    fields = {f"a_{one.id}": _answer(one) for one in form if one.kind is not Kind.FILE}
    kind = type("FilledForm", (EntryForm,), fields)
    rows = [{"name": one.full_name, "role": one.role.value} for one in entry.members]
    spare = 3 if entry.category.most_members > 1 else 1
    rows += [{"name": "", "role": MemberRole.MEMBER.value}] * spare
    if entry.category.most_members == 1:
        rows[-1] = rows[-1] | {"role": MemberRole.MENTOR.value}
    if sent:
        return cast("EntryForm", kind())
    links = {one.field: one.address for one in entry.files if one.address and not one.removed_at}
    kept = {f"a_{key}": value for key, value in {**entry.answers, **links}.items()}
    return cast(
        "EntryForm", kind(formdata=None, data={"title": entry.title, "people": rows} | kept)
    )


def _answer(asked: Asked) -> Any:  # noqa: ANN401 -- a field not yet bound
    checks: list[Any] = [Optional(), at_most(LONGEST[asked.kind])]
    if asked.kind is Kind.LINES:
        return TextAreaField(asked.label, filters=[lines], validators=checks)
    if asked.kind is Kind.NUMBER:
        checks.append(Regexp(r"[0-9]+(?:[.,][0-9]+)*$", message=_("Write a number.")))
    if asked.kind is Kind.LINK:
        checks.append(_check_link)
    return StringField(asked.label, filters=[line], validators=checks)


def _check_link(_form: Form, field: Field) -> None:
    fault = entries.link_fault(field.data)
    if fault is not None:
        raise ValidationError(i18n.say(fault))


class JoinForm(FlaskForm):
    code = StringField(
        _("Code that who enters it gave you"),
        filters=[line],
        validators=[InputRequired(_("Write the code.")), at_most(40)],
    )


class FileForm(FlaskForm):
    file = FileField(_("File"), validators=[FileRequired(_("Choose a file."))])


class HandInForm(FlaskForm):
    declares = BooleanField(
        _(
            "We made this ourselves, it has not been awarded in a contest before,"
            " and what we say of it is true."
        ),
        validators=[InputRequired(_("Without this declaration it cannot be handed in."))],
    )


class WhyForm(FlaskForm):
    reason = TextAreaField(
        _("Reason"),
        filters=[lines],
        validators=[InputRequired(_("Say why.")), at_most(300)],
    )


class AppealForm(FlaskForm):
    plea = TextAreaField(
        _("Why the entry should be admitted"),
        filters=[lines],
        validators=[InputRequired(_("Say why.")), at_most(2000)],
    )


# --- Screeners ---------------------------------------------------------------------------------

VERDICT_NAMES: dict[Verdict, str] = {
    Verdict.PASS: N_("Admit it"),
    Verdict.RETURN: N_("Return it for correction"),
    Verdict.FAIL: N_("Reject it"),
}


class CheckForm(Form):
    id = HiddenField()
    passes = RadioField(
        _("Holds"),
        choices=choices(("yes", _("Yes")), ("no", _("No"))),
        validators=[InputRequired(_("Choose one."))],
    )
    reason = StringField(_("What is wrong"), filters=[line], validators=[at_most(300)])


class ScreenForm(FlaskForm):
    checks = FieldList(FormField(CheckForm))
    verdict = RadioField(
        _("Verdict"),
        choices=choices(*((one.value, _(name)) for one, name in VERDICT_NAMES.items())),
        validators=[InputRequired(_("Choose one."))],
    )
    told = TextAreaField(_("What the entrant is told"), filters=[lines], validators=[at_most(2000)])
    return_by = MomentField(_("To be corrected until"), ends=True, optional=True)

    def found(self) -> Mapping[str, Check]:
        """Return the checklist as it was filled."""
        return {
            one["id"]: Check(one["passes"] == "yes", one["reason"] or "")
            for one in self.checks.data
        }


class UntilForm(FlaskForm):
    until = MomentField(_("To be corrected until"), ends=True)


class DecisionForm(FlaskForm):
    outcome = RadioField(
        _("Outcome"),
        choices=choices(("admit", _("The entry is admitted")), ("keep", _("It stays rejected"))),
        validators=[InputRequired(_("Choose one."))],
    )
    answer = TextAreaField(
        _("Answer to the entrant"),
        filters=[lines],
        validators=[InputRequired(_("Write the answer.")), at_most(2000)],
    )


# --- Organisers --------------------------------------------------------------------------------


class AskedForm(Form):
    id = HiddenField()
    label = StringField(_("What is asked"), filters=[line], validators=[at_most(160)])
    kind = SelectField(
        _("Kind of answer"),
        choices=choices(*((one.value, _(name)) for one, name in KIND_NAMES.items())),
    )
    is_required = BooleanField(_("Required"))
    names_people = BooleanField(_("Names people: not for blind judges"))
    accepts = SelectMultipleField(
        _("Kinds of files"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        choices=choices(*((one.value, _(name)) for one, name in GROUP_NAMES.items())),
    )
    most_mb = CountField(_("MB at most"), least=1, most=MOST_MB, optional=True)


class CategoryForm(FlaskForm):
    title = StringField(
        _("Name of the category"),
        description=_("As the rules write it, for example “Bảng A: phần mềm ứng dụng”."),
        filters=[line],
        validators=[InputRequired(_("Write the name of the category.")), at_most(160)],
    )
    prefix = StringField(
        _("Letters of its codes"),
        description=_("Entries are known to judges by codes such as A-417."),
        filters=[line, str.upper],
        validators=[
            InputRequired(_("Write the letters.")),
            Regexp(r"[A-Z0-9]{1,6}$", message=_("Up to six letters A–Z and digits.")),
        ],
    )
    least_members = CountField(_("People at least"), least=1, most=30)
    most_members = CountField(_("People at most"), least=1, most=30)
    closes_at = MomentField(_("Entries are taken until"), ends=True)
    late_until = MomentField(
        _("Late entries are taken until"),
        description=_("They are marked as late. Left empty, none are taken."),
        ends=True,
        optional=True,
    )
    screeners = CountField(
        _("People who screen each entry"),
        description=_("They go through the checklist on their own, and have to agree."),
        least=1,
        most=9,
    )
    checklist = TextAreaField(
        _("Checklist of the screening"),
        description=_("One line for each thing that has to hold."),
        filters=[lines],
        validators=[at_most(4000)],
    )
    fields = FieldList(FormField(AskedForm), max_entries=40)

    def validate_most_members(self, field: Field) -> None:
        if field.data and self.least_members.data and field.data < self.least_members.data:
            raise ValidationError(_("At most cannot be less than at least."))

    def validate_late_until(self, field: Field) -> None:
        if field.data and self.closes_at.data and field.data <= self.closes_at.data:
            raise ValidationError(_("The late hour lies after the close."))

    def settings(self) -> Settings:
        """Return what was set; for a form that is valid."""
        checks = [one.strip() for one in (self.checklist.data or "").splitlines()]
        return Settings(
            self.title.data or "",
            self.prefix.data or "",
            self._asked(),
            [one for one in checks if one],
            self.least_members.data,  # type: ignore[arg-type]  # -- CountField holds a number
            self.most_members.data,  # type: ignore[arg-type]  # -- as above
            self.screeners.data,  # type: ignore[arg-type]  # -- as above
            self.closes_at.data,
            self.late_until.data,
        )

    def _asked(self) -> list[Asked]:
        """Return the questions in order; a row without words is left out."""
        rows = [one for one in self.fields.data if one["label"]]
        taken = {one["id"] for one in rows}
        found = []
        for one in rows:
            id_ = one["id"] or entries.fresh_id(taken, "f")
            taken.add(id_)
            found.append(
                Asked(
                    id_,
                    one["label"],
                    Kind(one["kind"]),
                    is_required=one["is_required"],
                    accepts=tuple(Group(group) for group in one["accepts"] or ()),
                    most_mb=one["most_mb"] or USUAL_MB,
                    names_people=one["names_people"],
                )
            )
        return found


SPARE = 2


def values_of(category: EntryCategory) -> dict[str, Any]:
    """Return a category as its form holds it."""
    return {
        "title": category.title,
        "prefix": category.prefix,
        "least_members": category.least_members,
        "most_members": category.most_members,
        "closes_at": category.closes_at,
        "late_until": category.late_until,
        "screeners": category.screeners,
        "checklist": "\n".join(one["text"] for one in category.checklist),
        "fields": asked_rows(entries.read(category.form)),
    }


def asked_rows(form: Sequence[Asked]) -> list[dict[str, Any]]:
    """Return the rows of the questions, and empty ones to add more."""
    rows: list[dict[str, Any]] = [
        {
            "id": one.id,
            "label": one.label,
            "kind": one.kind.value,
            "is_required": one.is_required,
            "names_people": one.names_people,
            "accepts": [group.value for group in one.accepts],
            "most_mb": one.most_mb if one.kind is Kind.FILE else None,
        }
        for one in form
    ]
    return rows + [{"id": "", "label": "", "kind": Kind.LINE.value} for _row in range(SPARE)]
