"""What the operator of a round on stage may send."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField

from contest.forms.fields import choices
from contest.models import SceneShown

SCENES = {
    SceneShown.TITLE: _("Round title"),
    SceneShown.ORDER: _("Running order"),
    SceneShown.TEAM: _("Entry and clock"),
    SceneShown.SCORES: _("Scores of the entry"),
    SceneShown.BOARD: _("Scoreboard"),
    SceneShown.VOTE: _("Public vote"),
}


class SceneForm(FlaskForm):
    scene = RadioField(choices=choices(*((one.value, words) for one, words in SCENES.items())))

    @property
    def chosen(self) -> SceneShown:
        return SceneShown(self.scene.data)
