"""What people may send to the page on which they choose how pages look."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import AnyOf, Optional

from core.viewing import SIZES, THEMES, TIMERS


class ViewForm(FlaskForm):
    size = StringField(validators=[AnyOf(SIZES)])
    theme = StringField(validators=[AnyOf(THEMES)])
    timer = StringField(validators=[Optional(), AnyOf(TIMERS)])
    next = HiddenField()
