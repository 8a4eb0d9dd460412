"""Groups of units that contests count apart: agencies, public services, communes, and others."""

from collections.abc import Collection
from enum import StrEnum

from accounts.rules.units import UnitKind
from core.text import N_


class UnitGroup(StrEnum):
    """A group of kinds of units, as rules of contests name them."""

    ADMINISTRATIVE = "administrative"
    COMMUNE = "commune"
    PUBLIC_SERVICE = "public_service"
    MASS = "mass"
    CENTRAL = "central"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Return the message id of the name people know it by."""
        return _LABELS[self]


_LABELS = {
    UnitGroup.ADMINISTRATIVE: N_("Departments and agencies"),
    UnitGroup.COMMUNE: N_("Communes and wards"),
    UnitGroup.PUBLIC_SERVICE: N_("Public service units"),
    UnitGroup.MASS: N_("Fatherland Front, mass organisations, Youth Union"),
    UnitGroup.CENTRAL: N_("Central agencies, police, army"),
    UnitGroup.OTHER: N_("Enterprises and other units"),
}
_KINDS = {
    UnitKind.PARTY: UnitGroup.ADMINISTRATIVE,
    UnitKind.COUNCIL: UnitGroup.ADMINISTRATIVE,
    UnitKind.AUTHORITY: UnitGroup.ADMINISTRATIVE,
    UnitKind.BOARD: UnitGroup.ADMINISTRATIVE,
    UnitKind.DEPARTMENT: UnitGroup.ADMINISTRATIVE,
    UnitKind.DIVISION: UnitGroup.ADMINISTRATIVE,
    UnitKind.WARD: UnitGroup.COMMUNE,
    UnitKind.COMMUNE: UnitGroup.COMMUNE,
    UnitKind.TOWNSHIP: UnitGroup.COMMUNE,
    UnitKind.PUBLIC_SERVICE: UnitGroup.PUBLIC_SERVICE,
    UnitKind.SCHOOL: UnitGroup.PUBLIC_SERVICE,
    UnitKind.PRESS: UnitGroup.PUBLIC_SERVICE,
    UnitKind.FRONT: UnitGroup.MASS,
    UnitKind.PROVINCIAL_UNION: UnitGroup.MASS,
    UnitKind.DISTRICT_UNION: UnitGroup.MASS,
    UnitKind.COMMUNE_UNION: UnitGroup.MASS,
    UnitKind.UNION_AFFILIATE: UnitGroup.MASS,
    UnitKind.CHAPTER: UnitGroup.MASS,
    UnitKind.CENTRAL_AGENCY: UnitGroup.CENTRAL,
    UnitKind.ARMED_FORCES: UnitGroup.CENTRAL,
}


def group_of(kind: UnitKind) -> UnitGroup:
    """Return the group in which units of this kind are counted."""
    return _KINDS.get(kind, UnitGroup.OTHER)


def belongs(kind: UnitKind, groups: Collection[UnitGroup]) -> bool:
    """Say whether units of this kind are meant; no groups mean all units."""
    return not groups or group_of(kind) in groups
