"""What `check --deploy` says of a set-up that other people's data is about to enter.

Errors are what a real site must not do; a warning is what it may, knowingly.
The key file of the notes is checked by its own room, vault.
"""

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.db import connection

LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
MAIL_THAT_STAYS_HERE = ("mail_folder", "filebased", "console", "locmem", "dummy")
CACHES_OF_ONE_PROCESS = ("locmem", "dummy", "filebased")


def part_of(dotted: str, names: tuple[str, ...]) -> bool:
    """Whether a backend's dotted name has one of these modules in it."""
    return any(name in dotted.split(".") for name in names)


@register(Tags.security, deploy=True)
def real_site(app_configs, **kwargs):
    """Refuse what is fit for a laptop only."""
    found = []
    if settings.DEMO:
        found.append(
            Error(
                "This is the demo: its accounts have a password that everybody knows.",
                hint="Unset PORTAL_DEMO, and remove the file demo-in-use from the data folder.",
                id="portal.E001",
            )
        )
    if part_of(settings.EMAIL_BACKEND, MAIL_THAT_STAYS_HERE):
        found.append(
            Error(
                "Mail does not leave this machine.",
                hint="Set EMAIL_URL, for example smtp+tls://user:password@mail.example.org:587",
                id="portal.E002",
            )
        )
    if settings.SECRET_KEY_WAS_GENERATED:
        found.append(
            Error(
                "The signing key was made by the portal itself and lies beside its data.",
                hint="Set SECRET_KEY to 50 or more random characters, the same for every process.",
                id="portal.E003",
            )
        )
    if part_of(settings.CACHES["default"]["BACKEND"], CACHES_OF_ONE_PROCESS):
        found.append(
            Error(
                "The limits on guessing passwords are counted by each process for itself.",
                hint="Leave CACHES['default'] in the database, which all processes share.",
                id="portal.E004",
            )
        )
    if not settings.IS_HTTPS or settings.ADDRESS.hostname in LOCAL_HOSTS:
        found.append(
            Error(
                f"The portal's address is {settings.PORTAL_ADDRESS}: links in mail would lead nowhere, "
                "or passwords travel in clear.",
                hint="Set PORTAL_ADDRESS to the https address that people type.",
                id="portal.E005",
            )
        )
    if settings.DEFAULT_FROM_EMAIL.rstrip(">").endswith("example.org"):
        found.append(
            Error(
                "Mail would come from an example address.",
                hint="Set DEFAULT_FROM_EMAIL to an address of yours.",
                id="portal.E006",
            )
        )
    return found


@register(Tags.security, deploy=True)
def one_machine(app_configs, **kwargs):
    """Tell, no more: a department on one machine may stay on SQLite for good."""
    if connection.vendor != "sqlite":
        return []
    return [
        Warning(
            "The database is SQLite: one machine only, and one writer at a time.",
            hint="Set DATABASE_URL to a PostgreSQL database before a second machine joins.",
            id="portal.W010",
        )
    ]
