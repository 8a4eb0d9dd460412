"""What a person is in the unit: one staff category for each person."""

from enum import StrEnum

from core.text import N_


class StaffCategory(StrEnum):
    """The part a person has in the unit; work at the one-stop desk is a separate mark."""

    LEADER = "leader"
    MANAGER = "manager"
    CIVIL_SERVANT = "civil_servant"
    PUBLIC_EMPLOYEE = "public_employee"
    WORKER = "worker"
    YOUTH_MEMBER = "youth_member"
    STUDENT = "student"
    CITIZEN = "citizen"

    @property
    def label(self) -> str:
        """Return the message id of the name people know it by."""
        return _LABELS[self]

    @property
    def is_staff(self) -> bool:
        """Say whether such a person is counted in the unit's headcount."""
        return self in STAFF


_LABELS = {
    StaffCategory.LEADER: N_("Head or deputy head of the unit"),
    StaffCategory.MANAGER: N_("Head or deputy head of a division"),
    StaffCategory.CIVIL_SERVANT: N_("Civil servant without a position"),
    StaffCategory.PUBLIC_EMPLOYEE: N_("Public employee"),
    StaffCategory.WORKER: N_("Contract worker"),
    StaffCategory.YOUTH_MEMBER: N_("Youth Union member or young person"),
    StaffCategory.STUDENT: N_("Pupil or student"),
    StaffCategory.CITIZEN: N_("Citizen"),
}

STAFF = frozenset(
    {
        StaffCategory.LEADER,
        StaffCategory.MANAGER,
        StaffCategory.CIVIL_SERVANT,
        StaffCategory.PUBLIC_EMPLOYEE,
        StaffCategory.WORKER,
    }
)
