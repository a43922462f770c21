"""Person, the user model. Whoever may see a person is decided in people/sights.py."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from people.sights import people_on_record, visible_people


class PersonQuerySet(models.QuerySet):
    def visible_to(self, viewer, *, now):
        """The people whom ``viewer`` may know of at ``now``; see people/sights.py."""
        return visible_people(self, viewer, now=now)

    def on_record_for(self, viewer, *, now):
        """The people whose band, employer, managers and facts ``viewer`` may see at ``now``."""
        return people_on_record(self, viewer, now=now)


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):
    def get_by_natural_key(self, email):
        return self.get(email=email.lower())


class Person(AbstractBaseUser):
    """Somebody the portal knows, whether or not they have ever signed in."""

    # Null, not empty, where unknown: then uniqueness lets many people have none. Always lower case.
    email = models.EmailField(max_length=254, null=True, blank=True, unique=True)
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100, blank=True)
    is_active = models.BooleanField(default=True)  # False: has left, may not sign in
    created_at = models.DateTimeField()

    objects = PersonManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["given_name"]

    class Meta:
        ordering = ["family_name", "given_name", "pk"]
        verbose_name_plural = "people"
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="people_person_email_lower",
                violation_error_message="E-mail addresses are kept in lower case.",
            )
        ]

    def __str__(self):
        return self.name

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
