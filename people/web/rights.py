"""A person's rights over what is kept about them: a copy for oneself, and being erased, by an administrator."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from audit.refusal import Refused
from people.actions import erasure, own_data
from people.holdings import holdings
from people.models import Person
from people.web.keeping import AdministratorsOnly


class OwnData(TemplateView):
    """What is kept about oneself, as a file. For everybody who is signed in."""

    template_name = "people/own_data.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(titles=[held.title for held in holdings() if held.title], **kwargs)

    def post(self, request, *args, **kwargs):
        file = own_data.take(person=request.user, by=request.user, now=request.now)
        answer = HttpResponse(file, content_type="application/zip")
        answer["Content-Disposition"] = 'attachment; filename="about-you.zip"'
        return answer


class PersonErase(AdministratorsOnly, TemplateView):
    """What goes and what stays when somebody who has left is erased, and one button."""

    template_name = "people/person_erase.html"

    @cached_property
    def person(self) -> Person:
        """Whoever has left; nobody else can be erased, so for anybody else there is no such page."""
        left = Person.objects.filter(merged_into=None, erased_at=None, is_active=False)
        return get_object_or_404(left, pk=self.kwargs["pk"])

    def post(self, request, *args, **kwargs):
        name = self.person.name
        if request.POST.get("sure") != "yes":
            messages.error(request, f"Tick that {name} is to be erased for good.")
            return HttpResponseRedirect(request.path)
        try:
            erasure.erase(person=self.person, by=request.user, now=request.now)
        except Refused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(request.path)
        messages.success(request, f"{name} has been erased.")
        return HttpResponseRedirect(reverse("people:person-list"))

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            person=self.person, back=reverse("people:person-detail", args=[self.person.pk]), **kwargs
        )
