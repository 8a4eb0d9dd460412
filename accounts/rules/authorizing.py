"""Which role may do what: the only table of permissions."""

from enum import StrEnum

from core.text import N_


class ScopeKind(StrEnum):
    """What a grant is good for."""

    PLATFORM = "platform"
    UNIT = "unit"
    CONTEST = "contest"
    ROUND = "round"
    BANK = "bank"


class Permission(StrEnum):
    """Everything a role can be granted."""

    MANAGE_ACCOUNTS = "accounts.manage"
    MANAGE_UNITS = "accounts.manage_units"
    GRANT_ROLES = "accounts.grant_roles"
    ISSUE_SLIPS = "accounts.issue_slips"
    READ_AUDIT = "accounts.read_audit"
    SEE_PERSONAL_DATA = "accounts.see_personal_data"
    READ_BANK = "questions.read"
    WRITE_ITEMS = "questions.write"
    SEE_ALL_ITEMS = "questions.see_all"
    REVIEW_ITEMS = "questions.review"
    APPROVE_ITEMS = "questions.approve"
    MANAGE_BANK = "questions.manage_bank"
    IMPORT_ITEMS = "questions.import"
    EXPORT_ITEMS = "questions.export"
    CREATE_CONTEST = "contest.create"
    SEE_CONTEST = "contest.see"
    MANAGE_CONTEST = "contest.manage"
    MANAGE_ROUND = "contest.manage_round"
    MANAGE_ENROLMENTS = "contest.manage_enrolments"
    COMPUTE_RESULTS = "contest.compute_results"
    REVEAL_RESULTS = "contest.reveal_results"
    EXPORT_RESULTS = "contest.export_results"
    SEE_UNIT_PROGRESS = "contest.see_unit_progress"
    SCREEN_ENTRIES = "contest.screen"
    JUDGE_ENTRIES = "contest.judge"
    MARK_ESSAYS = "contest.mark_essays"
    PROCTOR_SITTINGS = "contest.proctor"


class Role(StrEnum):
    """The hats an account may wear."""

    ADMIN = "admin"
    ORGANIZER = "organizer"
    SECRETARY = "secretary"
    AUTHOR = "author"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    BANK_OWNER = "bank_owner"
    SCREENER = "screener"
    JUDGE = "judge"
    PROCTOR = "proctor"
    UNIT_OFFICER = "unit_officer"
    OBSERVER = "observer"
    DATA_VIEWER = "data_viewer"


ROLE_NAMES: dict[Role, str] = {
    Role.ADMIN: N_("Administrator"),
    Role.ORGANIZER: N_("Organizing committee"),
    Role.SECRETARY: N_("Secretary"),
    Role.AUTHOR: N_("Question author"),
    Role.REVIEWER: N_("Question reviewer"),
    Role.APPROVER: N_("Question approver"),
    Role.BANK_OWNER: N_("Owner of a question bank"),
    Role.SCREENER: N_("Screener of entries"),
    Role.JUDGE: N_("Judge"),
    Role.PROCTOR: N_("Proctor"),
    Role.UNIT_OFFICER: N_("Officer of a unit"),
    Role.OBSERVER: N_("Observer"),
    Role.DATA_VIEWER: N_("Viewer of personal data"),
}

_P = Permission
PERMISSION_NAMES: dict[Permission, str] = {
    _P.MANAGE_ACCOUNTS: N_("Manage accounts and rosters"),
    _P.MANAGE_UNITS: N_("Manage units and headcounts"),
    _P.GRANT_ROLES: N_("Give and take back roles"),
    _P.ISSUE_SLIPS: N_("Issue sign-in slips"),
    _P.READ_AUDIT: N_("Read the audit trail"),
    _P.SEE_PERSONAL_DATA: N_("See phone numbers and e-mail addresses in full"),
    _P.READ_BANK: N_("Read the question bank"),
    _P.WRITE_ITEMS: N_("Write questions"),
    _P.SEE_ALL_ITEMS: N_("See questions that others wrote"),
    _P.REVIEW_ITEMS: N_("Review questions"),
    _P.APPROVE_ITEMS: N_("Approve, lock and unlock questions"),
    _P.MANAGE_BANK: N_("Manage a question bank and who works in it"),
    _P.IMPORT_ITEMS: N_("Import questions"),
    _P.EXPORT_ITEMS: N_("Export questions"),
    _P.CREATE_CONTEST: N_("Create contests"),
    _P.SEE_CONTEST: N_("See the staff’s pages of a contest"),
    _P.MANAGE_CONTEST: N_("Manage contests"),
    _P.MANAGE_ROUND: N_("Manage rounds"),
    _P.MANAGE_ENROLMENTS: N_("Manage the people who take part"),
    _P.COMPUTE_RESULTS: N_("Compute and publish results"),
    _P.REVEAL_RESULTS: N_("Hold the reveal of results in a hall"),
    _P.EXPORT_RESULTS: N_("Export results"),
    _P.SEE_UNIT_PROGRESS: N_("See who of a unit has taken part"),
    _P.SCREEN_ENTRIES: N_("Screen entries and see whose they are"),
    _P.JUDGE_ENTRIES: N_("Judge entries"),
    _P.MARK_ESSAYS: N_("Mark essays"),
    _P.PROCTOR_SITTINGS: N_("Proctor sittings"),
}
SCOPE_NAMES: dict[ScopeKind, str] = {
    ScopeKind.PLATFORM: N_("Everywhere"),
    ScopeKind.UNIT: N_("A unit"),
    ScopeKind.CONTEST: N_("A contest"),
    ScopeKind.ROUND: N_("A round"),
    ScopeKind.BANK: N_("A question bank"),
}
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset(Permission) - {_P.SEE_PERSONAL_DATA, _P.JUDGE_ENTRIES, _P.MARK_ESSAYS},
    Role.ORGANIZER: frozenset(
        {
            _P.READ_BANK,
            _P.SEE_ALL_ITEMS,
            _P.IMPORT_ITEMS,
            _P.WRITE_ITEMS,
            _P.EXPORT_ITEMS,
            _P.MANAGE_BANK,
            _P.CREATE_CONTEST,
            _P.SEE_CONTEST,
            _P.MANAGE_CONTEST,
            _P.MANAGE_ROUND,
            _P.MANAGE_ENROLMENTS,
            _P.SCREEN_ENTRIES,
            _P.COMPUTE_RESULTS,
            _P.REVEAL_RESULTS,
            _P.EXPORT_RESULTS,
            _P.SEE_UNIT_PROGRESS,
            _P.ISSUE_SLIPS,
            _P.READ_AUDIT,
        }
    ),
    Role.SECRETARY: frozenset(
        {
            _P.SEE_CONTEST,
            _P.MANAGE_ENROLMENTS,
            _P.SCREEN_ENTRIES,
            _P.COMPUTE_RESULTS,
            _P.REVEAL_RESULTS,
            _P.EXPORT_RESULTS,
            _P.SEE_UNIT_PROGRESS,
            _P.ISSUE_SLIPS,
            _P.MANAGE_ACCOUNTS,
            _P.MANAGE_UNITS,
        }
    ),
    Role.AUTHOR: frozenset({_P.READ_BANK, _P.WRITE_ITEMS, _P.IMPORT_ITEMS, _P.EXPORT_ITEMS}),
    Role.REVIEWER: frozenset({_P.READ_BANK, _P.SEE_ALL_ITEMS, _P.REVIEW_ITEMS}),
    Role.APPROVER: frozenset({_P.READ_BANK, _P.SEE_ALL_ITEMS, _P.REVIEW_ITEMS, _P.APPROVE_ITEMS}),
    Role.BANK_OWNER: frozenset(
        {
            _P.READ_BANK,
            _P.SEE_ALL_ITEMS,
            _P.WRITE_ITEMS,
            _P.IMPORT_ITEMS,
            _P.EXPORT_ITEMS,
            _P.MANAGE_BANK,
        }
    ),
    Role.SCREENER: frozenset({_P.SEE_CONTEST, _P.SCREEN_ENTRIES}),
    Role.JUDGE: frozenset({_P.SEE_CONTEST, _P.JUDGE_ENTRIES, _P.MARK_ESSAYS}),
    Role.PROCTOR: frozenset({_P.SEE_CONTEST, _P.PROCTOR_SITTINGS}),
    Role.UNIT_OFFICER: frozenset({_P.SEE_UNIT_PROGRESS, _P.ISSUE_SLIPS}),
    Role.OBSERVER: frozenset({_P.SEE_CONTEST, _P.SEE_UNIT_PROGRESS}),
    Role.DATA_VIEWER: frozenset({_P.SEE_PERSONAL_DATA}),
}
SCOPES: dict[Role, frozenset[ScopeKind]] = {
    Role.ADMIN: frozenset({ScopeKind.PLATFORM}),
    Role.ORGANIZER: frozenset({ScopeKind.PLATFORM, ScopeKind.CONTEST}),
    Role.SECRETARY: frozenset({ScopeKind.PLATFORM, ScopeKind.CONTEST}),
    Role.AUTHOR: frozenset({ScopeKind.PLATFORM, ScopeKind.CONTEST, ScopeKind.BANK}),
    Role.REVIEWER: frozenset({ScopeKind.PLATFORM, ScopeKind.CONTEST, ScopeKind.BANK}),
    Role.APPROVER: frozenset({ScopeKind.PLATFORM, ScopeKind.CONTEST, ScopeKind.BANK}),
    Role.BANK_OWNER: frozenset({ScopeKind.BANK}),
    Role.SCREENER: frozenset({ScopeKind.PLATFORM, ScopeKind.CONTEST}),
    Role.JUDGE: frozenset({ScopeKind.CONTEST, ScopeKind.ROUND}),
    Role.PROCTOR: frozenset({ScopeKind.CONTEST, ScopeKind.ROUND}),
    Role.UNIT_OFFICER: frozenset({ScopeKind.UNIT}),
    Role.OBSERVER: frozenset({ScopeKind.PLATFORM, ScopeKind.CONTEST}),
    Role.DATA_VIEWER: frozenset({ScopeKind.PLATFORM, ScopeKind.CONTEST, ScopeKind.UNIT}),
}
# Every published set of contest rules keeps these people from entering.
EXCLUDED_FROM_ENTERING = frozenset(
    {
        Role.ADMIN,
        Role.ORGANIZER,
        Role.SECRETARY,
        Role.AUTHOR,
        Role.REVIEWER,
        Role.APPROVER,
        Role.BANK_OWNER,
        Role.SCREENER,
        Role.JUDGE,
        Role.PROCTOR,
    }
)
# Who signs in as staff: shorter sessions, a second factor, fresh proof before what is grave.
STAFF = EXCLUDED_FROM_ENTERING | {Role.OBSERVER, Role.DATA_VIEWER}


def allows(role: Role, permission: Permission) -> bool:
    """Say whether `role` carries `permission`."""
    return permission in GRANTS[role]


def roles_with(permission: Permission) -> frozenset[Role]:
    """Return the roles that carry `permission`."""
    return frozenset(role for role in Role if allows(role, permission))
