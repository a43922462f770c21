"""Person, the user model. Whoever may see a person is decided in people/sights.py."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from people.names import folded
from people.sights import people_kept, people_on_record, visible_people

NAME = frozenset({"given_name", "family_name"})


class PersonQuerySet(models.QuerySet):
    def visible_to(self, viewer, *, now):
        """The people whom ``viewer`` may know of at ``now``; see people/sights.py."""
        return visible_people(self, viewer, now=now)

    def on_record_for(self, viewer, *, now):
        """The people whose band, employer, managers and facts ``viewer`` may see at ``now``."""
        return people_on_record(self, viewer, now=now)

    def kept_by(self, viewer, *, now):
        """The people whose job, managers, ties and facts ``viewer`` may change at ``now``."""
        return people_kept(self, viewer, now=now)

    def update(self, **values):
        """Refused for a name, since the folded name would stay behind: save the person instead."""
        if NAME & values.keys() and "folded_name" not in values:
            raise TypeError("Change a name by saving the person, or nobody would find the new one.")
        return super().update(**values)

    def bulk_create(self, objs, *args, **options):
        objs = list(objs)
        for person in objs:
            person.folded_name = person.fold()
        return super().bulk_create(objs, *args, **options)

    def bulk_update(self, objs, fields, *args, **options):
        if NAME & set(fields):
            objs, fields = list(objs), [*fields, "folded_name"]
            for person in objs:
                person.folded_name = person.fold()
        return super().bulk_update(objs, fields, *args, **options)


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):
    def get_by_natural_key(self, email):
        return self.get(email=email.lower())


class Person(AbstractBaseUser):
    """Somebody the portal knows, whether or not they have ever signed in."""

    # Null, not empty, where unknown: then uniqueness lets many people have none. Always lower case.
    email = models.EmailField(max_length=254, null=True, blank=True, unique=True)
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100, blank=True)
    # By which people are found: without accents, case and marks. Kept by this class alone, see fold().
    folded_name = models.CharField(max_length=400, blank=True, editable=False)
    is_active = models.BooleanField(default=True)  # False: has left, may not sign in
    # Two records of one person were made one, and this is the other: a signpost, so that old ids lead on.
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="signposts",
        db_index=False,  # see the index of signposts below
    )
    created_at = models.DateTimeField()
    # Erased: nobody's name any more, see people/actions/erasure.py. Others' history still leads here.
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["given_name"]

    class Meta:
        ordering = ["family_name", "given_name", "pk"]
        verbose_name_plural = "people"
        indexes = [
            models.Index(fields=["family_name", "given_name", "id"], name="people_person_by_name"),
            models.Index(fields=["folded_name"], name="people_person_folded"),  # namesakes
            # Of signposts alone: an index in which nearly everybody stands under "none" leads SQLite to read them all.
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="people_person_signpost"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="people_person_email_lower",
                violation_error_message="E-mail addresses are kept in lower case.",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(is_active=False),
                name="people_person_signpost_inactive",
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *, update_fields=None, **options):
        self.folded_name = self.fold()
        if update_fields is not None and NAME & set(update_fields):
            update_fields = {*update_fields, "folded_name"}
        super().save(update_fields=update_fields, **options)

    def fold(self) -> str:
        """The name as it is searched."""
        return folded(self.name)[:400]

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.given_name

    @property
    def has_signed_in(self) -> bool:
        """Whether the account is in use, by a sign-in or a password, so that its address is the person's own."""
        return self.last_login is not None or self.has_usable_password()
