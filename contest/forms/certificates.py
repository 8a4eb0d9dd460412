"""What organisers may send about certificates: how they look, and who gets one."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, FileField, Form, FormField, SelectField, StringField
from wtforms.validators import InputRequired
from wtforms.widgets import TextInput

from contest.documents.certificates import Align, Background, Design, Key, Spot
from contest.forms.fields import CountField, choices, line
from contest.forms.organizer import at_most
from core import i18n, writing
from core.saying import Sentence, Unreadable
from core.text import N_, clean_line

OUT_OF_RANGE = N_("Between %(least)s and %(most)s.")
LABELS = {
    Key.ISSUER: _("Who issues it"),
    Key.COUNTRY: _("Prescribed lines"),
    Key.TITLE: _("Heading"),
    Key.GIVER: _("Line above the name"),
    Key.NAME: _("Full name"),
    Key.UNIT: _("Unit"),
    Key.HONOUR: _("For what"),
    Key.CONTEST: _("Name of the contest"),
    Key.DATED: _("Place and day"),
    Key.SIGNING: _("Position of the signer"),
    Key.SIGNER: _("Name of the signer"),
    Key.NUMBER: _("Number of the certificate"),
    Key.CHECK: _("Where it is checked"),
    Key.QR: _("QR code"),
}


class MeasureField(Field):
    """A length or a size, with decimals as offices write them."""

    widget = TextInput()

    def __init__(
        self,
        label: Any,  # noqa: ANN401 -- a lazy string
        *,
        least: float,
        most: float,
        **kwargs: Any,  # noqa: ANN401 -- WTForms' own arguments
    ) -> None:
        self.least, self.most, self.typed = least, most, ""
        super().__init__(label, **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return self.typed
        return "" if self.data is None else f"{self.data:g}".replace(".", ",")

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number, or say what is wrong with it."""
        self.typed = clean_line(valuelist[0]) if valuelist else ""
        if not self.typed:
            return
        try:
            self.data = float(writing.parse_number(self.typed))
        except Unreadable as unreadable:
            raise ValueError(i18n.say(unreadable.sentence)) from None
        if not self.least <= self.data <= self.most:
            told = {"least": int(self.least), "most": int(self.most)}
            raise ValueError(i18n.say(Sentence(OUT_OF_RANGE, told)))


class SpotForm(Form):
    is_shown = BooleanField(_("Print"))
    x = MeasureField(_("From the left, mm"), least=0, most=600)
    y = MeasureField(_("From the top, mm"), least=0, most=600)
    width = MeasureField(_("Width, mm"), least=5, most=600)
    size = MeasureField(_("Size, points"), least=6, most=96)
    align = SelectField(
        _("Alignment"),
        choices=choices(
            (Align.LEFT.value, _("left")),
            (Align.CENTER.value, _("centred")),
            (Align.RIGHT.value, _("right")),
        ),
    )

    @property
    def spot(self) -> Spot:
        """Where the form puts the field."""
        told = {name: self.data[name] for name in ("x", "y", "width", "size")}
        return Spot(**told, align=Align(self.align.data), is_shown=bool(self.is_shown.data))


class DesignForm(FlaskForm):
    title = StringField(
        _("Name of the design"),
        filters=[line],
        validators=[InputRequired(_("Enter a name.")), at_most(120)],
    )
    heading = StringField(
        _("Heading"),
        description=_("For example GIẤY CHỨNG NHẬN or GIẤY KHEN."),
        filters=[line],
        validators=[at_most(60)],
    )
    giver = StringField(_("Line above the name"), filters=[line], validators=[at_most(120)])
    letters = StringField(
        _("Letters after the number"),
        description=_("CN-BTC makes 147/CN-BTC."),
        filters=[line],
        validators=[at_most(20)],
    )
    width = MeasureField(_("Width of the sheet, mm"), least=90, most=600)
    height = MeasureField(_("Height of the sheet, mm"), least=90, most=600)
    background = SelectField(
        _("Printed on"),
        choices=choices(
            (Background.DRAWN.value, _("plain paper, with the woven band")),
            (Background.PICTURE.value, _("plain paper, with a picture of your own")),
            (Background.STOCK.value, _("printed stock: only what it leaves open")),
        ),
    )
    picture = FileField(
        _("Picture"), description=_("PNG or JPEG, as large as the sheet. It is encoded anew.")
    )

    @property
    def design(self) -> Design:
        """What the form sets."""
        return Design(
            width=self.width.data or 297,
            height=self.height.data or 210,
            background=Background(self.background.data),
            title=self.heading.data or "",
            giver=self.giver.data or "",
            letters=self.letters.data or "",
            spots={key: self[f"at_{key.value}"].form.spot for key in Key},
        )


for _key in Key:
    # A form of many like fields: one for each that a certificate has.
    setattr(DesignForm, f"at_{_key.value}", FormField(SpotForm, label=LABELS[_key]))


def filled(title: str, design: Design) -> dict[str, Any]:
    """Return what the form shows of a design."""
    told = design.written()
    return {f"at_{key}": spot for key, spot in told["spots"].items()} | {
        "title": title,
        "heading": design.title,
        **{name: told[name] for name in ("giver", "letters", "width", "height", "background")},
    }


class IssueForm(FlaskForm):
    round = SelectField(_("Round"))
    percent = CountField(
        _("At least so many percent right"),
        description=_("0: everybody who took part."),
        least=0,
        most=100,
        default=0,
    )
    winners = BooleanField(
        _("Only winners by decision"),
        description=_("The prize is printed first, for example “Đạt Giải Nhất, …”."),
    )
    honour = StringField(
        _("For what"),
        description=_("Printed under the name, for example “đã hoàn thành bài thi Tuần 2”."),
        filters=[line],
        validators=[InputRequired(_("Say for what it is given.")), at_most(200)],
    )


class NewDesignForm(FlaskForm):
    title = StringField(
        _("Name of the design"),
        filters=[line],
        validators=[InputRequired(_("Enter a name.")), at_most(120)],
    )
