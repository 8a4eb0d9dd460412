"""QTI 3.0 out: the items of QTI 2.2 in the spelling of QTI 3."""

import re
from collections.abc import Sequence

from questions.formats import qti_archive, qti_marks
from questions.formats.qti_archive import Version, lost
from questions.formats.qti_marks import Element
from questions.formats.written import Written
from questions.rules.drafting import Draft

__all__ = ["lost", "write"]

_NAMESPACE = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
_TEMPLATES = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/"
_HTML = frozenset({"p", "br", "div", "span", "img", "object", "ul", "ol", "li"})
_CAPITAL = re.compile(r"(?<=[a-z0-9])([A-Z])")


def write(drafts: Sequence[Draft], title: str) -> Written:
    """Return a QTI 3.0 package of the drafts."""
    return qti_archive.write(drafts, title, _VERSION)


def _spelled(root: Element) -> bytes:
    for element in root.iter():
        if element.tag in _HTML:
            continue
        element.tag = f"qti-{_kebab(element.tag)}"
        for name in list(element.attrib):
            element.set(_kebab(name), element.attrib.pop(name))
        template = element.get("template", "")
        if template.startswith(qti_marks.TEMPLATES):
            element.set("template", f"{_TEMPLATES}{template.rpartition('/')[2]}.xml")
    return qti_archive.serialised(root, _NAMESPACE)


def _kebab(name: str) -> str:
    return _CAPITAL.sub(lambda found: f"-{found[1].lower()}", name)


_VERSION = Version(
    item="imsqti_item_xmlv3p0",
    stimulus="imsqti_stimulus_xmlv3p0",
    manifest="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
    schema=("QTI Package", "3.0.0"),
    spell=_spelled,
)
