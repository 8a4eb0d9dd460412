"""QTI 2.2 out: a package of items that other systems and we ourselves read."""

from collections.abc import Sequence

from questions.formats import qti_archive
from questions.formats.qti_archive import Version, lost
from questions.formats.qti_marks import Element
from questions.formats.written import Written
from questions.rules.drafting import Draft

__all__ = ["lost", "write"]

_NAMESPACE = "http://www.imsglobal.org/xsd/imsqti_v2p2"


def write(drafts: Sequence[Draft], title: str) -> Written:
    """Return a QTI 2.2 package of the drafts."""
    return qti_archive.write(drafts, title, _VERSION)


def _spelled(root: Element) -> bytes:
    return qti_archive.serialised(root, _NAMESPACE)


_VERSION = Version(
    item="imsqti_item_xmlv2p2",
    stimulus="imsqti_stimulus_xmlv2p2",
    manifest="http://www.imsglobal.org/xsd/imscp_v1p1",
    schema=("QTIv2.2 Package", "1.0.0"),
    spell=_spelled,
)
