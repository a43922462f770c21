"""How people are told of their match: the choice as every form that makes one asks it."""

from look.context import mail_stays_here

BY_MAIL, MYSELF = "now", "myself"
HOW_TOLD = [(BY_MAIL, "Now, by e-mail"), (MYSELF, "I tell them myself: no mail, they see it when they sign in")]


def usual() -> str:
    """What is chosen unless somebody chooses: mail, or telling people oneself where no mail leaves the portal."""
    return MYSELF if mail_stays_here() else BY_MAIL
