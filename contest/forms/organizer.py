"""What organisers may send about a contest and its people."""

import re
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
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
from wtforms.validators import InputRequired, Length, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from accounts.rules.authorizing import ROLE_NAMES, SCOPES, Role, ScopeKind
from contest.forms.fields import CountField, MomentField, choices, line, lines
from contest.rules.preset import Preset
from contest.rules.setting import ContestSettings
from core import i18n
from core.saying import Sentence
from core.text import clean_line

TOO_LONG = _("At most %(max)d characters fit here.")
REASON_NEEDED = _("Say why: the reason is kept in the audit trail.")
HOSTS = 5


def at_most(longest: int) -> Length:
    """Return the check of the length."""
    return Length(max=longest, message=TOO_LONG)


class ChecksField(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class HostForm(Form):
    name = StringField(_("Body"), filters=[line], validators=[at_most(160)])
    part = SelectField(
        _("Part"), default="lead", choices=choices(("lead", _("Leads")), ("with", _("Takes part")))
    )


class ContestForm(FlaskForm):
    title = StringField(
        _("Name of the contest"),
        filters=[line],
        validators=[InputRequired(_("Write the name of the contest.")), at_most(200)],
    )
    slug = StringField(
        _("Address of its page"),
        description=_("Small letters, digits and hyphens. Left empty, it is made from the name."),
        filters=[line],
        validators=[
            Optional(),
            at_most(80),
            Regexp(r"[a-z0-9]+(-[a-z0-9]+)*$", message=_("Only a–z, 0–9 and hyphens.")),
        ],
    )
    summary = TextAreaField(
        _("In one or two sentences"), filters=[lines], validators=[at_most(400)]
    )
    hosts = FieldList(FormField(HostForm), min_entries=2, max_entries=HOSTS)
    eligibility = TextAreaField(_("Who may take part"), filters=[lines], validators=[at_most(4000)])
    min_age = CountField(_("Least age"), least=1, most=99, optional=True)
    max_attempts = CountField(
        _("Attempts in the whole contest"),
        description=_("Left empty: only the rounds set a limit."),
        least=1,
        most=1000,
        optional=True,
    )
    fields = ChecksField(
        _("Also asked at registration"),
        choices=choices(
            ("birth_date", _("Date of birth")),
            ("category", _("Position or occupation")),
            ("block", _("Group")),
        ),
    )
    headcount_on = DateField(
        _("Day of the headcounts"),
        description=_("Rates of participation are taken of the headcounts of this day."),
        validators=[Optional()],
    )
    contact = StringField(_("Contact"), filters=[line], validators=[at_most(300)])
    rules_text = TextAreaField(
        _("Rules"),
        description=_("Empty lines separate paragraphs; **bold**; lines with - make a list."),
        filters=[lines],
        validators=[at_most(40_000)],
    )
    prizes_text = TextAreaField(_("Prizes"), filters=[lines], validators=[at_most(8000)])

    def settings(self) -> ContestSettings:
        hosts = [(host["name"], host["part"]) for host in self.hosts.data if host["name"]]
        return ContestSettings(
            title=self.title.data or "",
            slug=self.slug.data or "",
            summary=self.summary.data or "",
            hosts=tuple(hosts),
            eligibility=self.eligibility.data or "",
            min_age=self.min_age.data,  # type: ignore[arg-type]  # -- CountField holds a number
            rules_text=self.rules_text.data or "",
            prizes_text=self.prizes_text.data or "",
            contact=self.contact.data or "",
            fields=tuple(self.fields.data or ()),
            max_attempts=self.max_attempts.data,  # type: ignore[arg-type]  # -- CountField holds a number
            headcount_on=self.headcount_on.data,
        )


def of_contest(settings: ContestSettings) -> dict[str, Any]:
    """Return the values with which the form begins."""
    names = [name for name in settings.__dataclass_fields__ if name != "hosts"]
    values: dict[str, Any] = {name: getattr(settings, name) for name in names}
    values["hosts"] = [{"name": name, "part": part} for name, part in settings.hosts]
    return values


def of_preset(preset: Preset) -> dict[str, Any]:
    """Return what a real contest asks of its people, to begin the form with."""
    asked = ["category"] if preset.blocks else []
    asked += ["birth_date"] if preset.min_age else []
    return {
        "min_age": preset.min_age,
        "max_attempts": preset.policy.max_in_contest,
        "fields": asked,
    }


class UnitsForm(FlaskForm):
    kind = RadioField(
        _("Units that take part"),
        choices=choices(
            ("communes", _("All communes and wards")),
            ("agencies", _("All departments, agencies and mass organisations")),
            ("both", _("Both of these")),
            ("listed", _("Those listed below")),
            ("none", _("None: participation is not counted by unit")),
        ),
        validators=[InputRequired(_("Choose one."))],
    )
    listed = TextAreaField(
        _("Units, one in each line"),
        description=_("Names or codes as in the list of units; it can be pasted from a sheet."),
        filters=[lines],
        validators=[at_most(40_000)],
    )

    @property
    def names(self) -> list[str]:
        typed = re.split(r"[\n;]", self.listed.data or "")
        return [clean_line(name) for name in typed if clean_line(name)]


class ReasonForm(FlaskForm):
    reason = TextAreaField(
        _("Reason"), filters=[lines], validators=[InputRequired(REASON_NEEDED), at_most(300)]
    )


class ExtendForm(ReasonForm):
    closes_at = MomentField(_("New end"), ends=True)


class MarksForm(ReasonForm):
    is_test = BooleanField(
        _("Test account"), description=_("Its attempts count nowhere and stand on no board.")
    )
    is_hidden = BooleanField(
        _("Kept off the boards"), description=_("The person takes part, but is not ranked.")
    )


SHARES = choices(
    ("0", _("None")), ("25", _("1.25 times")), ("50", _("1.5 times")), ("100", _("Twice"))
)


class TimeForm(ReasonForm):
    percent = RadioField(
        _("Extra time, of each round’s time"),
        default="0",
        choices=SHARES,
    )
    minutes = CountField(_("Extra minutes on top"), least=0, most=240)
    delay = CountField(
        _("Begins later, minutes"),
        description=_("The person’s own beginning moves by so much."),
        least=0,
        most=1440,
        optional=True,
    )

    def keep(self, percent: int) -> "TimeForm":
        """Offer also a share that was granted otherwise."""
        if all(choice.value != str(percent) for choice in SHARES):
            self.percent.choices = [*SHARES, *choices((percent, f"+{percent} %"))]
        return self


CONTEST_ROLES = [role for role in Role if ScopeKind.CONTEST in SCOPES[role]]


class RoleForm(FlaskForm):
    account = HiddenField(validators=[InputRequired(_("Choose a person."))])
    role = SelectField(_("Role"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- WTForms' own arguments
        super().__init__(*args, **kwargs)
        self.role.choices = choices(*((role.value, role_name(role)) for role in CONTEST_ROLES))


def role_name(role: Role) -> str:
    """Return the name of a role in the reader's language."""
    return i18n.say(Sentence(ROLE_NAMES[role]))
