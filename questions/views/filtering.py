"""What a person looks for in a bank, read from the address of the list, and the choices it has."""

from urllib.parse import urlencode

from flask import request
from flask_babel import gettext as _

from core.web import whole
from questions import access, browsing, found, staged
from questions.browsing import Ease, Filters, Lack
from questions.models import Bank, Difficulty, ItemState, ItemType
from questions.rules.flagging import NAMES, Flag

# What the list's address may hold; a view that is kept holds nothing else.
NAMED = (
    "tim", "chu-de", "muc", "loai", "trang-thai", "nhap", "van-ban", "tac-gia", "da-hoi", "ty-le",
    "canh-bao", "thieu",
)  # fmt: skip
_ASKED = {"roi": True, "chua": False}
_EASES = {"nhieu": Ease.MOST, "vua": Ease.SOME, "it": Ease.FEW}
_LACKS = {"can-cu": Lack.BASIS, "chu-de": Lack.TOPIC, "giai-thich": Lack.EXPLANATION}
# What is folded away until somebody wants it.
MORE = ("tac-gia", "da-hoi", "ty-le", "canh-bao", "thieu")


def filters(bank: Bank) -> Filters:
    """Return what the address of the list asks for."""
    asked = request.args
    topic = asked.get("chu-de", type=whole)
    document = browsing.document_with(asked["van-ban"]) if asked.get("van-ban") else None
    pending = staged.import_with(asked["nhap"]) if asked.get("nhap") else None
    author = found.author_with(asked["tac-gia"]) if asked.get("tac-gia") else None
    flag = asked.get("canh-bao", type=Flag)
    return Filters(
        text=asked.get("tim", ""),
        topics=frozenset({topic} if topic else ()),
        difficulty=asked.get("muc", type=Difficulty),
        type=asked.get("loai", type=ItemType),
        state=asked.get("trang-thai", type=ItemState),
        document_id=document.id if document else None,
        import_id=pending.id if pending else None,
        own=access.own_in(bank.id),
        author_id=author,
        is_asked=_ASKED.get(asked.get("da-hoi", "")),
        ease=_EASES.get(asked.get("ty-le", "")),
        flag=flag.value if flag else "",
        lacks=_LACKS.get(asked.get("thieu", "")),
    )


def query() -> str:
    """Return the part of the address that says what is looked for, and nothing else of it."""
    return urlencode({name: request.args[name] for name in NAMED if request.args.get(name)})


def choices(bank: Bank) -> dict[str, object]:
    """Return what the folded filters offer, and whether one of them is in use."""
    return {
        "more": [
            ("tac-gia", _("Author"), _("All authors"), found.authors_of(bank.id)),
            ("da-hoi", _("Use"), _("Asked or not"),
             [("chua", _("Never asked")), ("roi", _("Asked before"))]),
            ("ty-le", _("Answered rightly"), _("Any share right"),
             [("nhieu", _("By 90% and more")), ("vua", _("By 20% to 90%")),
              ("it", _("By 20% and less"))]),
            ("canh-bao", _("Statistics"), _("Any statistics"),
             [(flag.value, _(name)) for flag, name in NAMES.items()]),
            ("thieu", _("Missing"), _("Nothing missing"),
             [("can-cu", _("No legal basis")), ("chu-de", _("No topic")),
              ("giai-thich", _("No explanation"))]),
        ],
        "is_more": any(request.args.get(name) for name in MORE),
        "query": query(),
    }  # fmt: skip
