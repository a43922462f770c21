"""What every page of this room starts from: a relationship of the viewer's own, else 404."""

from django.shortcuts import get_object_or_404

from sessions_log.queries.notes import own_relationships, partners


class OfOwnRelationship:
    """Loads the relationship from among the viewer's own."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.relationship = get_object_or_404(
            own_relationships(request.user).select_related("cohort__programme__organisation", "session_plan"),
            pk=kwargs["pk"],
        )

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            relationship=self.relationship, partners=partners(self.relationship, self.request.user), **kwargs
        )
