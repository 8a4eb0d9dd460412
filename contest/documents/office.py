"""What an office puts around its documents: letterhead, signing, recipients, numbers."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

from contest.documents.paper import Letterhead, Signature, recipients
from core.saying import Sentence
from core.text import N_
from questions.rules.letterheads import Profile

# Whom one signs for: for the collective, for the head, by order, by delegation, acting.
SIGNING = ("", "TM.", "KT.", "TL.", "TUQ.", "Q.")
_ADDRESSED = re.compile(r"(?:ông|bà|đồng chí|đ/c|anh|chị)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Office:
    """The office that issues a contest's documents; an empty line is not printed.

    `letters` stand after the number and the kind (“BTC” in “05/TB-BTC”). `capacity` is whom the
    signer stands for, and `post` what the signer is. `members` are of those who sign minutes, a
    line each: “Trần Văn B – Thư ký”.
    """

    profile: Profile = Profile.COMMITTEE
    parent: str = ""
    body: str = ""
    letters: str = "BTC"
    place: str = ""
    signing: str = "TM."
    capacity: str = "BAN TỔ CHỨC"
    post: str = "TRƯỞNG BAN"
    signer: str = ""
    secretary_post: str = "THƯ KÝ"
    secretary: str = ""
    members: str = ""
    recipients: str = ""
    # By which document the rules were issued, and the bases before it, a line each.
    issued_by: str = ""
    bases: str = ""
    # To whom the report goes, and what only people can say in it.
    reported_to: str = ""
    guidance: str = ""
    # What was done by the plan's measures, a line each: “5. Đã tổ chức …”.
    measures: str = ""
    strengths: str = ""
    weaknesses: str = ""
    proposals: str = ""
    funding: str = ""

    def written(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return asdict(self)

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> "Office":
        """Return what `written` made; names that are not known are passed over."""
        known = {one.name for one in fields(cls)}
        told = {name: value for name, value in written.items() if name in known}
        found = cls(**told)
        return replace(found, profile=Profile(found.profile))

    @property
    def capacity_named(self) -> str:
        """The body that speaks, as a sentence names it: “Ban Tổ chức”."""
        known = {"BAN TỔ CHỨC": "Ban Tổ chức", "BAN THƯỜNG VỤ": "Ban Thường vụ"}
        return known.get(self.capacity.upper(), self.capacity or "Ban Tổ chức")

    def head(self, kind: str, number: str, on: date | None) -> Letterhead:
        """Return the head of a document of a kind (“TB”); without a kind it has no number.

        The State writes “05/TB-BTC”, the Youth Union “05-TB/TĐTN-VP”.
        """
        between = "/" if self.profile is Profile.UNION else "-"
        letters = between.join(part for part in (kind, self.letters) if part) if kind else ""
        return Letterhead(self.profile, self.parent, self.body, number, letters, self.place, on)

    def head_of_letter(self, on: date | None) -> Letterhead:
        """Return the head of a letter, which has no name: “05/BTC”, of the Union “05-CV/TĐTN”."""
        letters = f"CV/{self.letters}" if self.profile is Profile.UNION else self.letters
        return Letterhead(self.profile, self.parent, self.body, "", letters, self.place, on)

    def signature(self) -> Signature:
        """Return who signs."""
        first = " ".join(part for part in (self.signing, self.capacity) if part)
        return Signature(tuple(line.upper() for line in (first, self.post) if line), self.signer)

    def of_unit(self, name: str) -> "Office":
        """Return how a unit that takes part issues a report of its own."""
        return Office(
            profile=self.profile,
            body=name,
            letters="",
            place=self.place,
            signing="",
            capacity="",
            post="THỦ TRƯỞNG ĐƠN VỊ",
        )

    def secretary_signature(self) -> Signature:
        """Return who signs as the secretary."""
        return Signature((self.secretary_post.upper() or "THƯ KÝ",), self.secretary)

    def addressed(self, named: str) -> str:
        """Return somebody as minutes address people: “Ông (bà)”, or “Đồng chí” in the Union.

        Whoever is addressed already, or written with a title, stays as typed.
        """
        if not named or _ADDRESSED.match(named):
            return named
        return f"{self.address} {named}"

    @property
    def address(self) -> str:
        """How people are addressed."""
        return "Đồng chí" if self.profile is Profile.UNION else "Ông (bà)"

    def recipients_of(self, *first: str) -> tuple[str, ...]:
        """Return who gets a document, the archive last."""
        lines = [*first, *self.recipients.splitlines()]
        kept = [line for line in lines if line.strip()]
        if not any("lưu" in line.lower() for line in kept):
            kept.append(f"Lưu: VT, {self.letters}" if self.letters else "Lưu: VT")
        return recipients(kept)

    def lacks(self) -> list[Sentence]:
        """Return what is still missing before a document can be signed."""
        wanted = (
            (self.body, N_("the body that issues the documents")),
            (self.place, N_("the place")),
            (self.signer, N_("the name of the signer")),
        )
        return [Sentence(what) for value, what in wanted if not value]
