"""Roles: who holds which over what, giving one and ending one."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import FormView, ListView, TemplateView

from audit.refusal import Refused
from look.numbers import whole
from people import queries
from people.actions import grants
from people.models import Person
from people.web.forms import GrantForm
from people.web.gates import KeepersOnly


class GrantList(KeepersOnly, ListView):
    """The roles within the viewer's reach."""

    template_name = "people/grant_list.html"
    paginate_by = 50

    def get_queryset(self):
        return queries.grants_in_reach(self.request.access)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        return context | {"page": page, "roles": queries.with_scopes(page.object_list, self.request.access)}


class GrantGive(KeepersOnly, FormView):
    """Give somebody a role. ``?person=`` begins with somebody chosen on their own page."""

    template_name = "people/grant_give.html"
    form_class = GrantForm

    def get_initial(self):
        people = Person.objects.visible_to(self.request.user, now=self.request.now)
        person = people.filter(pk=whole(self.request.GET.get("person"))).first()
        return {"email": person.email} if person else {}

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"access": self.request.access}

    def form_valid(self, form):
        kind, _, id = form.cleaned_data["over"].partition(":")
        last_day = form.cleaned_data["last_day"]
        try:
            grant = grants.give(
                person=form.cleaned_data["email"],
                role=form.cleaned_data["role"],
                scope_kind=kind,
                scope_id=int(id),
                end_date=last_day + timedelta(days=1) if last_day else None,
                by=self.request.user,
                now=self.request.now,
            )
        except Refused as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)
        messages.success(self.request, f"{grant.person.name} is now {grant.get_role_display().lower()}.")
        return HttpResponseRedirect(reverse("people:grant-list"))


class GrantEnd(KeepersOnly, TemplateView):
    """Ask once more, then end a role."""

    template_name = "people/grant_end.html"

    def role(self):
        """The role, where the viewer may end it; else there is no such page."""
        grant = get_object_or_404(queries.grants_in_reach(self.request.access), pk=self.kwargs["pk"])
        (role,) = queries.with_scopes([grant], self.request.access)
        if not role.may_end:
            raise Http404
        return role

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"role": self.role()}

    def post(self, request, *args, **kwargs):
        grant = self.role().grant
        try:
            grants.end(grant=grant, by=request.user, now=request.now)
            messages.success(request, f"{grant.person.name} is no longer {grant.get_role_display().lower()}.")
        except Refused as refused:
            messages.error(request, str(refused))
        return HttpResponseRedirect(reverse("people:grant-list"))
