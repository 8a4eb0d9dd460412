"""The tables of people."""

from accounts.models.account import (
    Account,
    BrowserSession,
    Consent,
    Grant,
    SecondFactor,
    SignInSlip,
)
from accounts.models.audit import AuditEntry, AuditTree
from accounts.models.pending import DataRequest, DataRight, ImportKind, PendingImport
from accounts.models.unit import Headcount, Unit, UnitChange, UnitPlace

__all__ = [
    "Account",
    "AuditEntry",
    "AuditTree",
    "BrowserSession",
    "Consent",
    "DataRequest",
    "DataRight",
    "Grant",
    "Headcount",
    "ImportKind",
    "PendingImport",
    "SecondFactor",
    "SignInSlip",
    "Unit",
    "UnitChange",
    "UnitPlace",
]
