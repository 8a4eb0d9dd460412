"""What a judge may send, by a form or by a script, and who types a paper sheet in."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, TextAreaField
from wtforms.validators import ValidationError

from contest.forms.criteria import AmountField
from contest.forms.fields import lines
from contest.forms.organizer import at_most
from contest.judging import Draft, Remark
from contest.receiving import Sent
from contest.rules.judging import rubric
from contest.rules.judging.rubric import Criterion
from core import i18n
from core.errors import Invalid
from core.web import whole_or

LONGEST_NOTE = 4000
LONGEST_REMARK = 1000
MOST_MARKS = 200
LONGEST_ID = 60
# Half of what the column holds: devices count on from what others sent.
MOST_SEQUENCE = 2**30
# The end of the year 9998.
MOST_MILLISECONDS = 253_300_000_000_000
MARK = re.compile(r"\d{1,6}(\.\d{1,9})?")
DEVICE = re.compile(r"[0-9a-z]{8,24}")
# NUL, and halves of signs, which JSON can carry and no database takes.
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
_PREFIX, _REMARK, _SHARED = "mark-", "remark-", "shared-"


class SheetForm(FlaskForm):
    """The sheet as a form without a script sends it; a field for each criterion comes with it."""

    sequence = HiddenField()
    public_note = TextAreaField(
        _("Remarks that the entrant reads once results are out"),
        filters=[lines],
        validators=[at_most(LONGEST_NOTE)],
    )
    private_note = TextAreaField(
        _("Notes for yourself and the chair"),
        filters=[lines],
        validators=[at_most(LONGEST_NOTE)],
    )

    def marks(self) -> dict[str, Decimal]:
        """Return the marks that were given."""
        return {
            name.removeprefix(_PREFIX): cast("Decimal", field.data)
            for name, field in self._fields.items()
            if name.startswith(_PREFIX) and field.data is not None
        }

    def remarks(self) -> dict[str, Remark]:
        """Return the remarks that were written, by criterion."""
        return {
            id_: Remark(field.data, bool(self._fields[f"{_SHARED}{id_}"].data))
            for name, field in self._fields.items()
            if name.startswith(_REMARK) and field.data
            for id_ in [name.removeprefix(_REMARK)]
        }

    def sent(self, session: str, *, signs: bool) -> Sent:
        """Return the draft; what is sent twice is the same draft of the same device."""
        base = whole_or(self.sequence.data, 0)
        notes = (self.public_note.data or "", self.private_note.data or "")
        remarks = self.remarks()
        said = sorted((id_, one.text, one.is_public) for id_, one in remarks.items())
        written = repr((session, base, sorted(self.marks().items()), notes, said, signs))
        device = "f" + sha256(written.encode()).hexdigest()[:20]
        return Sent(Draft(self.marks(), base + 1, *notes, remarks), device, base, signs)


def sheet_form(leaves: Sequence[Criterion], **given: Any) -> SheetForm:  # noqa: ANN401 -- WTForms' own
    """Return the form of a sheet that asks for these criteria."""
    fields: dict[str, Any] = {f"{_PREFIX}{leaf.id}": _mark_field(leaf) for leaf in leaves}
    for leaf in leaves:
        fields[f"{_REMARK}{leaf.id}"] = TextAreaField(
            _("Remark on %(title)s", title=leaf.title),
            filters=[lines],
            validators=[at_most(LONGEST_REMARK)],
        )
        fields[f"{_SHARED}{leaf.id}"] = BooleanField(
            _("The entrant reads this remark once results are out")
        )
    return cast("SheetForm", type("AskedSheetForm", (SheetForm,), fields)(**given))


def _mark_field(leaf: Criterion) -> AmountField:
    def check(form: FlaskForm, field: AmountField) -> None:
        mark = cast("Decimal | None", field.data)
        fault = None if mark is None else rubric.fault(leaf, mark)
        if fault is not None:
            raise ValidationError(i18n.say(fault))

    most = int(leaf.most) + 1
    return AmountField(leaf.title, optional=True, most=max(most, 1_000_000), validators=[check])


def read(body: Mapping[str, Any]) -> Sent:
    """Return the draft that a script sent; raise `Invalid` for anything of another shape."""
    device, sequence, base = (body.get(name) for name in ("device", "sequence", "base"))
    if not isinstance(device, str) or not DEVICE.fullmatch(device):
        raise Invalid
    if type(sequence) is not int or type(base) is not int:
        raise Invalid
    if not 0 <= base < sequence < MOST_SEQUENCE:
        raise Invalid
    public, private = (_note(body.get(name)) for name in ("public_note", "private_note"))
    said = _remarks(body.get("remarks"))
    draft = Draft(_marks(body.get("marks")), sequence, public, private, said)
    signs, was_kept = body.get("sign") is True, body.get("was") == "kept"
    return Sent(draft, device, base, signs, _moment(body.get("written")), was_kept)


def _moment(sent: object) -> datetime | None:
    """Return the moment of so many milliseconds since 1970; older scripts send none."""
    if sent is None:
        return None
    if type(sent) is not int or not 0 <= sent < MOST_MILLISECONDS:
        raise Invalid
    return datetime.fromtimestamp(sent / 1000, UTC)


def _note(sent: object, longest: int = LONGEST_NOTE) -> str:
    if not isinstance(sent, str) or len(sent) > longest or _UNWRITABLE.search(sent):
        raise Invalid
    return sent


def _remarks(sent: object) -> dict[str, Remark] | None:
    """Read the remarks; a page from before there were any sends none."""
    if sent is None:
        return None
    if not isinstance(sent, dict) or len(sent) > MOST_MARKS:
        raise Invalid
    return {_criterion(id_): _remark(one) for id_, one in sent.items()}


def _remark(sent: object) -> Remark:
    if not isinstance(sent, dict) or not isinstance(sent.get("public"), bool):
        raise Invalid
    return Remark(_note(sent.get("text"), LONGEST_REMARK), sent["public"])


def _criterion(id_: str) -> str:
    if len(id_) > LONGEST_ID:
        raise Invalid
    return id_


def _marks(sent: object) -> dict[str, Decimal]:
    if not isinstance(sent, dict) or len(sent) > MOST_MARKS:
        raise Invalid
    for mark in sent.values():
        if not isinstance(mark, str) or not MARK.fullmatch(mark):
            raise Invalid
    return {_criterion(id_): Decimal(mark) for id_, mark in sent.items()}


def apart() -> str:
    """Say that another device changed the sheet meanwhile."""
    return str(
        gettext(
            "Another device changed this sheet meanwhile. Both are kept: look at them and save what"
            " counts."
        )
    )
