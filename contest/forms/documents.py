"""What organisers may send about the documents of a contest."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField

from contest.documents.office import SIGNING, Office
from contest.forms.fields import choices, line, lines
from contest.forms.organizer import at_most
from questions.rules.letterheads import Profile

_SIGNING = (
    ("", _("the signer in person")),
    ("TM.", _("TM. – on behalf of the collective")),
    ("KT.", _("KT. – for the head")),
    ("TL.", _("TL. – by order")),
    ("TUQ.", _("TUQ. – by authority")),
    ("Q.", _("Q. – acting")),
)


class OfficeForm(FlaskForm):
    profile = RadioField(
        _("Letterhead"),
        choices=choices(
            (Profile.COMMITTEE.value, _("Organising committee")),
            (Profile.STATE.value, _("State, with the country’s name")),
            (Profile.UNION.value, _("Youth Union")),
        ),
        default=Profile.COMMITTEE.value,
    )
    parent = StringField(
        _("Body above"),
        description=_("For example UBND tỉnh Đắk Lắk. The Youth Union leaves it empty."),
        filters=[line],
        validators=[at_most(120)],
    )
    body = StringField(
        _("Body that issues the documents"),
        description=_("For example Ban Tổ chức Cuộc thi; for the Youth Union BCH Tỉnh Đắk Lắk."),
        filters=[line],
        validators=[at_most(120)],
    )
    letters = StringField(
        _("Letters after the number"),
        description=_("BTC makes 05/TB-BTC. Each kind of document is numbered by itself."),
        filters=[line],
        validators=[at_most(20)],
    )
    place = StringField(_("Place name beside the date"), filters=[line], validators=[at_most(60)])
    signing = SelectField(_("How it is signed"), choices=choices(*_SIGNING), default=SIGNING[1])
    capacity = StringField(
        _("On whose behalf"),
        description=_("For example BAN TỔ CHỨC or BAN THƯỜNG VỤ."),
        filters=[line],
        validators=[at_most(80)],
    )
    post = StringField(_("Position of the signer"), filters=[line], validators=[at_most(80)])
    signer = StringField(_("Name of the signer"), filters=[line], validators=[at_most(120)])
    secretary_post = StringField(
        _("Position of who keeps the minutes"), filters=[line], validators=[at_most(80)]
    )
    secretary = StringField(
        _("Name of who keeps the minutes"), filters=[line], validators=[at_most(120)]
    )
    members = TextAreaField(
        _("Members named in the minutes"),
        description=_("One a line, with the position after a dash."),
        filters=[lines],
        validators=[at_most(2000)],
    )
    recipients = TextAreaField(
        _("Recipients"),
        description=_("One a line. The archive is added by itself."),
        filters=[lines],
        validators=[at_most(1000)],
    )
    issued_by = StringField(
        _("Decision that issues the rules"),
        description=_("For example Quyết định số 88/QĐ-BTC ngày 20 tháng 10 năm 2026 của …"),
        filters=[line],
        validators=[at_most(300)],
    )
    bases = TextAreaField(
        _("Legal bases"),
        description=_("One a line, without “Căn cứ” and without marks at the end."),
        filters=[lines],
        validators=[at_most(2000)],
    )
    reported_to = TextAreaField(
        _("To whom the report goes"),
        description=_("One a line."),
        filters=[lines],
        validators=[at_most(500)],
    )
    guidance = TextAreaField(
        _("Report: how it was directed"), filters=[lines], validators=[at_most(4000)]
    )
    measures = TextAreaField(
        _("Report: what was done by the plan’s measures"),
        description=_("One a line, with the number of the measure first: 5. Đã tổ chức …"),
        filters=[lines],
        validators=[at_most(4000)],
    )
    strengths = TextAreaField(
        _("Report: what went well"), filters=[lines], validators=[at_most(4000)]
    )
    weaknesses = TextAreaField(
        _("Report: what did not, and why"), filters=[lines], validators=[at_most(4000)]
    )
    proposals = TextAreaField(
        _("Report: difficulties and proposals"), filters=[lines], validators=[at_most(4000)]
    )
    funding = TextAreaField(_("Report: funding"), filters=[lines], validators=[at_most(2000)])

    @property
    def office(self) -> Office:
        """What the form sets."""
        told = {name: value or "" for name, value in self.data.items() if name != "csrf_token"}
        return Office.read(told)


class TakeForm(FlaskForm):
    form = SelectField(
        _("File"),
        choices=choices(
            ("docx", _("Word (.docx), to be edited")),
            ("pdf", _("PDF (.pdf), to be signed or printed")),
            ("xlsx", _("Excel (.xlsx), the tables")),
        ),
    )
