"""What this package announces to packages above it: an account was erased, data was asked for."""

from blinker import Namespace

_signals = Namespace()

# Sent inside the transaction that erases: `account` is the row, `at` the moment.
account_erased = _signals.signal("account-erased")
# Sent when a person asks for the data about them: each listener returns a dict of lists.
data_collected = _signals.signal("data-collected")
