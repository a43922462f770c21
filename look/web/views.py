"""The gallery: every component on one page, for whoever builds or checks a page."""

from types import SimpleNamespace

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic import FormView

from look.web.forms import GalleryForm

SPECIMENS = {
    "crumbs": [("Home", "#"), ("Programmes", "#"), ("Foundation trainees 2027", "#")],
    "tabs": [
        SimpleNamespace(text="Everyone", url="#all", current=True, count=24),
        SimpleNamespace(text="Waiting", url="#waiting", current=False, count=3),
        SimpleNamespace(text="Matched", url="#matched", current=False, count=21),
    ],
    "colours": [
        ("Agreed", "green"),
        ("Under way", "blue"),
        ("Not begun", "grey"),
        ("Needs a look", "yellow"),
        ("Late", "red"),
        ("Paused", "orange"),
        ("Group", "purple"),
        ("Ended", "white"),
    ],
    "facts": [
        ("Mentee", "Rowan Ashby", "#"),
        ("Mentor", "Imogen Falk", "#"),
        ("Began", "14 April 2027"),
        ("Host organisation", ""),
    ],
    "pairs": [
        {
            "mentee": "Rowan Ashby",
            "mentor": "Imogen Falk",
            "site": "Northgate",
            "hours": 12,
            "of": 16,
            "state": "Agreed",
        },
        {
            "mentee": "Tamsin Vale",
            "mentor": "Osric Penn",
            "site": "St Brannoc",
            "hours": 7,
            "of": 16,
            "state": "Under way",
        },
        {
            "mentee": "Edda Quill",
            "mentor": "Imogen Falk",
            "site": "Northgate",
            "hours": 0,
            "of": 16,
            "state": "Not begun",
        },
    ],
    "plain": [["Clinical", 14, 3], ["Aseptic services", 6, 1], ["Medicines information", 2, 0]],
    "parts": [
        {"label": "Goals", "value": 0.42},
        {"label": "Availability", "value": 0.2},
        {"label": "Way of meeting", "value": 0.15},
        {"label": "Same site", "value": 0.05},
    ],
    "search": {"name": "q", "label": "Name or e-mail", "value": ""},
    "selects": [
        {
            "name": "site",
            "label": "Site",
            "value": "2",
            "options": [("", "Any site"), (1, "Northgate"), (2, "St Brannoc")],
        },
        {"name": "band", "label": "Band", "value": "", "options": [("", "Any band"), ("6", "Band 6"), ("7", "Band 7")]},
    ],
}


@method_decorator(login_not_required, name="dispatch")
class Gallery(FormView):
    """Every component, shown only in the demonstration and while developing. Sending its form saves nothing."""

    template_name = "look/gallery.html"
    form_class = GalleryForm

    def dispatch(self, request, *args, **kwargs):
        if not (settings.DEMO or settings.DEBUG):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        page = Paginator(range(240), 10).get_page(self.request.GET.get("page", 4))
        return super().get_context_data(page=page, here=reverse("gallery"), **SPECIMENS, **kwargs)

    def form_valid(self, form):
        return self.render_to_response(self.get_context_data(form=form))
