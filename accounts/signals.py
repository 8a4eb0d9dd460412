"""What this package announces above: erasing, asking for data, withdrawing, naming scopes."""

from blinker import Namespace

_signals = Namespace()

# Sent inside the transaction that erases: `account` is the row, `at` the moment.
account_erased = _signals.signal("account-erased")
# Sent when a person asks for the data about them: each listener returns a dict of lists.
data_collected = _signals.signal("data-collected")
# Sent inside the transaction in which a person agrees to something: `consent` and `at`.
consent_given = _signals.signal("consent-given")
# Sent inside the transaction in which a person takes a consent back: `consent` and `at`.
consent_withdrawn = _signals.signal("consent-withdrawn")
# Sent when roles are shown or given: each listener returns {(ScopeKind, id): name} of its things.
scopes_listed = _signals.signal("scopes-listed")
