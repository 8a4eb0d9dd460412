"""What may be sent to begin a reveal ceremony."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField

from contest.forms.fields import choices
from contest.models import AwardList, Block
from contest.unveiling import Chosen

PLACES = (3, 5, 10, 20, 50)


class StartForm(FlaskForm):
    what = SelectField(_("What is revealed"))
    places = SelectField(
        _("From which place upwards"),
        default="10",
        choices=choices(*((str(one), str(one)) for one in PLACES)),
        description=_(
            "Equals are revealed together with their place; for winners it says nothing."
        ),
    )

    def offer(self, blocks: Sequence[Block], lists: Sequence[AwardList]) -> None:
        everybody = [("", _("The first places of everybody"))]
        groups = [
            (f"block:{one.id}", _("The first places of %(block)s", block=one.title))
            for one in blocks
        ]
        won = [(one.public_id, one.rule.title) for one in lists]
        self.what.choices = choices(*won, *everybody, *groups)

    def chosen(self, blocks: Sequence[Block], lists: Sequence[AwardList]) -> Chosen:
        what = self.what.data
        return Chosen(
            int(self.places.data),
            next((one for one in blocks if what == f"block:{one.id}"), None),
            next((one for one in lists if what == one.public_id), None),
        )
