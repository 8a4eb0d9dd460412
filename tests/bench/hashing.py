"""Passwords hashed by a process that does nothing else and stands back as ours does.

What that costs the others is the machine's and the hash's, not that of signing in.
`python -m tests.bench.hashing RATE` hashes so often a second until it is told to end.
"""

import contextlib
import subprocess
import sys
import time

from accounts.hashing import stand_back
from accounts.rules import passwords
from core.config import ROOT

SECRET = "một câu dài dễ nhớ"


@contextlib.contextmanager
def beside(rate):
    """Have so many passwords hashed a second for the time of the block."""
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.hashing", str(rate)], cwd=ROOT)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def main():
    stand_back()
    stored, due = passwords.hash_password(SECRET), time.monotonic()
    while True:
        passwords.verify(stored, SECRET)
        due = max(due + 1 / float(sys.argv[1]), time.monotonic() - 1)
        time.sleep(max(0, due - time.monotonic()))


if __name__ == "__main__":
    main()
