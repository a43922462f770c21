"""The pages that belong to no single room."""

from django.views.generic import TemplateView


class Home(TemplateView):
    """What needs me today."""

    template_name = "mentoring_portal/home.html"
