"""A disk that is full, has no more files, or fails, as the test says (`disk.c`)."""

from dataclasses import dataclass
from pathlib import Path

from tests.faults import recording


@dataclass
class Disk:
    """The disk under a path; what lies in the folder `says` is its state."""

    under: Path
    says: Path
    library: Path

    @classmethod
    def make(cls, under, folder):
        says = folder / "disk"
        says.mkdir(parents=True)
        return cls(under, says, recording.compiled(folder, "disk"))

    @property
    def settings(self):
        """What a process is told by its environment that shall live on this disk."""
        return {
            "LD_PRELOAD": str(self.library),
            "DISK_UNDER": f"{self.under}/" if self.under.is_dir() else str(self.under),
            "DISK_SAYS": str(self.says),
        }

    def used(self):
        if self.under.is_file():
            return self.under.stat().st_size
        return sum(one.stat().st_size for one in self.under.rglob("*") if one.is_file())

    def leave(self, more):
        """Leave room for so many bytes more."""
        self._say("room", str(self.used() + more))

    def have_no_files(self):
        self._say("no-files")

    def recover(self):
        for one in self.says.iterdir():
            one.unlink()

    def fail_once(self, what):
        """Let the next write or sync fail: "write-fails", "sync-fails", "tidying-fails"."""
        self._say(what)

    def failed(self, what):
        return not (self.says / what).exists()

    def _say(self, name, text=""):
        made = self.says.parent / f"saying-{name}"
        made.write_text(text)
        made.rename(self.says / name)
