"""What may be sent about an item by those who read it: comments; and about a passage."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired

from questions.commenting import LONGEST
from questions.forms.types.rows import at_most, block, line


class CommentForm(FlaskForm):
    text = TextAreaField(
        _("Comment"),
        filters=[block],
        validators=[DataRequired(_("Write the comment.")), at_most(LONGEST)],
    )


class PassageForm(FlaskForm):
    title = StringField(_("Title of the passage"), filters=[line], validators=[at_most(200)])
    text = TextAreaField(
        _("Text of the passage"),
        filters=[block],
        validators=[DataRequired(_("Write the passage.")), at_most(20_000)],
    )
