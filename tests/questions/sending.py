"""What the browser sends of the form of a type, as it is shown."""

from decimal import Decimal

from werkzeug.datastructures import MultiDict

from core.text import clean_line
from questions.forms.types import FORMS
from questions.models import ItemType

SINGLE = ("scoring", "unit", "sample", "least", "most")


def sent(form, prefix=""):
    """Return what the browser sends of a form that is shown."""
    fields = MultiDict()
    for name, group in form.groups.items():
        fields.update(sent_rows(form, name, group, prefix))
    for field in (one for one in form if one.short_name in SINGLE):
        fields.add(field.name, "" if field.data is None else str(field.data))
    if "exact" in form:
        fields.setlist(form.exact.name, form.exact.data)
    gaps = getattr(form, "gaps", ())
    fields.setdefault("gaps", str(len(gaps)))
    for gap in gaps:
        fields.add(f"gap-{gap.place}-type", gap.kind)
        fields.add(f"gap-{gap.place}-points", gap.points)
        fields.update(sent(gap.form, f"gap-{gap.place}-"))
    return fields


def sent_rows(form, name, group, prefix):
    fields = MultiDict()
    for one in group.lists:
        for n, row in enumerate(form.rows(name)):
            fields.add(f"{prefix}{one}-{n}", row[one])
    for one in group.places:
        fields.setlist(f"{prefix}{one}", [str(place) for place in form[one].data])
    return fields


def plain(content):
    """Return a content with what means the same written the same way."""
    if isinstance(content, list):
        return [plain(one) for one in content]
    if not isinstance(content, dict):
        return clean_line(content) if isinstance(content, str) else content
    made = {name: plain(value) for name, value in content.items() if value != "all"}
    if made.get("kind") == "relative":
        made["tolerance"] = Decimal(made["tolerance"])
    return made


def sent_of(kind, content):
    """Return what the browser sends of the form that shows this content."""
    shown = FORMS[ItemType(kind)](None)
    shown.fill(content)
    return sent(shown)
