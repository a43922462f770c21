"""The periodic question whether there is still a need to meet: one row a member, from the day on which it is asked."""

from django.db import models

from programmes.models.relationships import Member, Relationship


class ReviewQuerySet(models.QuerySet):
    def open(self):
        """Those without an answer in matches that go on. Nobody is chased; the next question takes its place."""
        later = Review.objects.filter(member=models.OuterRef("member"), due_on__gt=models.OuterRef("due_on"))
        living = Relationship.objects.filter(state=Relationship.State.LIVE).order_by().values("pk")
        mine = self.filter(answered_at=None, member__left_at=None, member__relationship__in=living)
        return mine.filter(~models.Exists(later))


class Review(models.Model):
    """One member's answer to it, which nobody else reads.

    Where it is no, a pair ends, and the other hears only that; a group goes on without them.
    """

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="reviews")
    due_on = models.DateField()
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["member", "due_on"], name="programmes_review_once")]
