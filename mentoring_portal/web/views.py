"""The pages that belong to no single room."""

from django.views.generic import TemplateView

from mentoring_portal.home import sections


class Home(TemplateView):
    """What needs me today."""

    template_name = "mentoring_portal/home.html"

    def get_context_data(self, **kwargs):
        person, now = self.request.user, self.request.now
        found = sections(person, self.request.access, now)
        quiet = all(section.stands for section in found)
        return super().get_context_data(sections=found, is_quiet=quiet, today=now, **kwargs)
