"""What is printed around the questions of a paper: who issues it, its name, time and instructions.

Margins and sizes are those of Nghị định 30/2020/NĐ-CP, Phụ lục I: top and bottom 20 mm, left 30,
right 15 to 20; Quốc hiệu 12 to 13 points bold capitals, Tiêu ngữ 13 to 14 bold with a rule of its
own length, the issuing body bold capitals with a rule of a third to half its length.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any


class Profile(StrEnum):
    """Whose letterhead it is."""

    STATE = "state"
    UNION = "union"
    COMMITTEE = "committee"


# Official documents are in Vietnamese only; these lines are prescribed.
COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
UNION = "ĐOÀN TNCS HỒ CHÍ MINH"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The lines of a paper around its questions; an empty one is not printed.

    `parent` and `body` stand on the left: the body above, and the one that issues the paper.
    """

    profile: Profile = Profile.COMMITTEE
    parent: str = ""
    body: str = ""
    place: str = ""
    heading: str = "ĐỀ THI"
    subject: str = ""
    minutes: int | None = None
    instructions: str = ""
    shows_points: bool = False

    def written(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return asdict(self)

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> "Letterhead":
        """Return what `written` made; names that are not known are passed over."""
        known = {one.name for one in fields(cls)}
        told = {name: value for name, value in written.items() if name in known}
        return cls(**told | {"profile": Profile(told.get("profile", Profile.COMMITTEE))})

    def left(self) -> tuple[str, str]:
        """Return the two lines on the left: a plain one, and a bold one with a rule below."""
        return self.parent, self.body

    def right(self) -> tuple[str, str]:
        """Return the two lines on the right, both bold, the second with a rule below."""
        if self.profile is Profile.STATE:
            return COUNTRY, MOTTO
        return (UNION, "") if self.profile is Profile.UNION else ("", "")
