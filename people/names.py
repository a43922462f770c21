"""How names and addresses are kept."""


def tidy(name: str) -> str:
    """A name with its spaces in order."""
    return " ".join(name.split())


def address(email: str | None) -> str | None:
    """An e-mail address as it is kept: lower case, None where there is none."""
    return (email or "").strip().lower() or None
