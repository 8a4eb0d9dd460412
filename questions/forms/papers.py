"""What people may send about paper sets: how they are drawn, what is printed, what is replaced."""

from collections.abc import Sequence
from typing import cast

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from core.text import clean
from questions.forms.blueprints import CountField, choices, line
from questions.printing import Form
from questions.rules.composing import MOST_PAPERS, Coding, Grouping, Making
from questions.rules.letterheads import Letterhead, Profile


def _lines(typed: str | None) -> str:
    return clean(typed or "")


def _at_most(longest: int) -> Length:
    return Length(max=longest, message=_("At most %(max)d characters fit here."))


class LetterheadForm(FlaskForm):
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
        description=_("For example UBND tỉnh Đắk Lắk; for the Youth Union BCH Đoàn tỉnh."),
        filters=[line],
        validators=[_at_most(120)],
    )
    body = StringField(_("Body that issues the paper"), filters=[line], validators=[_at_most(120)])
    heading = StringField(
        _("Heading"), filters=[line], validators=[_at_most(80)], default="ĐỀ THI CHÍNH THỨC"
    )
    subject = StringField(
        _("Subject, block or position"), filters=[line], validators=[_at_most(160)]
    )
    minutes = CountField(_("Time, minutes"), least=1, most=600, optional=True)
    instructions = TextAreaField(
        _("Instructions to candidates"),
        filters=[_lines],
        validators=[_at_most(1000)],
        default="Thí sinh không được sử dụng tài liệu.",
    )
    shows_points = BooleanField(_("Print the points of each question"))

    @property
    def letterhead(self) -> Letterhead:
        """What the form sets."""
        return Letterhead(
            profile=Profile(self.profile.data),
            parent=self.parent.data or "",
            body=self.body.data or "",
            heading=self.heading.data or "",
            subject=self.subject.data or "",
            minutes=cast("int | None", self.minutes.data),
            instructions=self.instructions.data or "",
            shows_points=bool(self.shows_points.data),
        )


class DrawForm(LetterheadForm):
    title = StringField(
        _("Name of the paper set"),
        description=_("It is printed under the heading."),
        filters=[line],
        validators=[DataRequired(_("Enter a name.")), _at_most(200)],
    )
    count = CountField(_("Papers"), least=1, most=MOST_PAPERS, default=4)
    same_items = RadioField(
        _("Between the papers"),
        choices=choices(
            ("same", _("the same questions in another order")),
            ("other", _("different questions, as far as the bank has them")),
        ),
        default="same",
    )
    shuffles_items = BooleanField(_("Shuffle the questions"), default=True)
    shuffles_options = BooleanField(_("Shuffle the options"), default=True)
    grouping = RadioField(
        _("Questions of a paper"),
        choices=choices(
            (Grouping.MIXED.value, _("mixed")),
            (Grouping.TOPIC.value, _("in parts by topic")),
            (Grouping.TYPE.value, _("in parts by type")),
        ),
        default=Grouping.MIXED.value,
    )
    coding = RadioField(
        _("Codes of the papers"),
        choices=choices(
            (Coding.RISING.value, _("101, 102, 103 …")),
            (Coding.RANDOM.value, _("three random digits")),
        ),
        default=Coding.RISING.value,
    )

    @property
    def making(self) -> Making:
        """How the papers are made."""
        return Making(
            count=cast("int", self.count.data),
            same_items=self.same_items.data == "same",
            shuffles_items=bool(self.shuffles_items.data),
            shuffles_options=bool(self.shuffles_options.data),
            grouping=Grouping(self.grouping.data),
            coding=Coding(self.coding.data),
        )


class ReplaceForm(FlaskForm):
    position = CountField(_("Question"), least=1, most=1000)
    reason = StringField(
        _("Reason"), filters=[line], validators=[DataRequired(_("Give a reason.")), _at_most(300)]
    )

    def is_sound(self, places: int) -> bool:
        """Say whether the form may be acted on, for a paper of so many places."""
        if not self.validate():
            return False
        if cast("int", self.position.data) <= places:
            return True
        many = _("Write a whole number from %(least)s to %(most)s.", least=1, most=places)
        self.position.errors = [many]
        return False


class PrintForm(FlaskForm):
    code = SelectField(_("Paper"))
    form = SelectField(
        _("What is printed"),
        choices=choices(
            (Form.PAPER_PDF.value, _("Paper, PDF")),
            (Form.PAPER_DOCX.value, _("Paper, Word")),
            (Form.ANSWERS_PDF.value, _("Answer sheet, PDF")),
            (Form.GUIDE_PDF.value, _("Key and marking guide, PDF")),
            (Form.GUIDE_DOCX.value, _("Key and marking guide, Word")),
        ),
    )

    def offer(self, codes: Sequence[str]) -> None:
        """Offer the papers of a set."""
        self.code.choices = choices(*((code, code) for code in codes))
