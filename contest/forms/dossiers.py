"""What may be sent to order the whole file of a contest."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired

from contest.dossier_files import FileForm
from contest.forms.fields import choices, lines
from contest.forms.organizer import at_most
from contest.rules.dictionary import Part

PARTS = (
    (Part.RESULTS, _("Results: people, attempts, runs, standings with their key values")),
    (Part.ANSWERS, _("Papers: questions as they were asked, every answer; rounds that are over")),
    (Part.PRIZES, _("Prizes, winners, certificates")),
    (Part.QUOTAS, _("Quotas and how each unit stands")),
    (Part.CHANGES, _("Changes of results, rulings about questions, appeals")),
    (Part.TRAIL, _("Audit trail of the contest")),
)


class DossierForm(FlaskForm):
    round = SelectField(_("About"), coerce=str, default="")
    parts = SelectMultipleField(
        _("What it holds"),
        choices=choices(*((part.value, words) for part, words in PARTS)),
        default=[part.value for part, _words in PARTS],
        validators=[InputRequired()],
    )
    form = RadioField(
        _("File"),
        choices=choices(
            (FileForm.XLSX.value, _("Excel (.xlsx), a sheet for each table")),
            (FileForm.CSV.value, _("CSV, a file for each table, in an archive")),
            (FileForm.JSON.value, _("JSON with its schema, in an archive")),
        ),
        default=FileForm.XLSX.value,
    )
    in_full = BooleanField(
        _("Names, dates of birth, phones, e-mail addresses and what people wrote")
    )
    reason = TextAreaField(
        _("Why, and for whom"),
        description=_("Recorded in the audit trail with your name."),
        filters=[lines],
        validators=[InputRequired(_("Say why the file is taken out.")), at_most(300)],
    )
