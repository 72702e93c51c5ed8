"""What the operator says: the environment, topped up from a `.env` file.

`python -m portal.environment` writes the keys of this installation, once, and prints nothing.
"""

import os
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import time
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

_LINE = re.compile(r"^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$")


def parse(lines: Iterable[str]) -> dict[str, str]:
    """The settings in a `.env` file: NAME=value a line, `#` at the start of a line comments it out.

    A value may stand in single or double quotes, which are taken off; nothing else in it is
    interpreted, so that a password may hold `$`, `#` and `&`. Lines of any other form are passed over.
    """
    found = {}
    for line in lines:
        match = _LINE.match(line)
        if match and not line.lstrip().startswith("#"):
            name, value = match.groups()
            if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
                value = value[1:-1]
            found[name] = value
    return found


def load(path: Path) -> None:
    """Put the settings of a `.env` file into the environment; what is set there already wins."""
    if path.is_file():
        for name, value in parse(path.read_text(encoding="utf-8").splitlines()).items():
            os.environ.setdefault(name, value)


def text(name: str, default: str = "") -> str:
    """A setting without the blanks around it; empty counts as not set."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    """True for 1, true, yes and on, whatever the case."""
    return text(name, str(default)).lower() in {"1", "true", "yes", "on"}


def number(name: str, default: int) -> int:
    """A whole number. Raises ValueError with the setting's name for anything else."""
    try:
        return int(text(name, str(default)))
    except ValueError:
        raise ValueError(f"{name} must be a whole number, not {text(name)!r}.") from None


def clock(name: str, default: str) -> time:
    """A local time of day such as 17:30. Raises ValueError with the setting's name for anything else."""
    try:
        found = time.fromisoformat(text(name, default))
    except ValueError:
        found = None
    if found is None or found.tzinfo:
        raise ValueError(f"{name} must be a time of day such as 17:30, not {text(name)!r}.")
    return found


def items(name: str, default: str = "") -> list[str]:
    """A comma-separated setting as a list without blanks."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def folder() -> Path:
    """Where everything the system writes lies: VAR_DIR, or var/ beside the code."""
    return Path(text("VAR_DIR", str(BASE_DIR / "var"))).absolute()


def secret_key() -> str:
    """SECRET_KEY, or the content of SECRET_KEY_FILE (var/secret-key unless told); empty if there is neither."""
    if key := text("SECRET_KEY"):
        return key
    path = Path(text("SECRET_KEY_FILE", str(folder() / "secret-key")))
    return path.read_text(encoding="ascii").strip() if path.is_file() else ""


def field_keys() -> list[str]:
    """FIELD_KEYS, the newest first, or the lines of FIELD_KEYS_FILE (var/field-keys unless told); empty for neither."""
    if keys := items("FIELD_KEYS"):
        return keys
    path = Path(text("FIELD_KEYS_FILE", str(folder() / "field-keys")))
    return path.read_text(encoding="ascii").split() if path.is_file() else []


def make_secret_key() -> None:
    """Write a new secret key to var/secret-key, readable by its owner only, unless a key is set already."""
    if not secret_key():
        _write_once("secret-key", secrets.token_urlsafe(64))


def make_field_key() -> None:
    """Write a key for encrypted fields to var/field-keys likewise, unless there is one."""
    if not field_keys():
        _write_once("field-keys", urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii"))


def _write_once(name: str, content: str) -> None:
    """A file in var/ that its owner alone can read.

    Written aside and linked into place, so that two starts at once agree on one key and a
    start that was interrupted leaves none.
    """
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder() / f".{name}-{os.getpid()}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(content + "\n")
        try:
            os.link(draft, folder() / name)
        except FileExistsError:
            pass
    finally:
        draft.unlink()


if __name__ == "__main__":
    load(Path(text("ENV_FILE", str(BASE_DIR / ".env"))))
    make_secret_key()
    make_field_key()
