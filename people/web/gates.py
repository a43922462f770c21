"""Who may open a page at all. Whoever may not gets the same 404 as for a page that is not there."""

from django.http import Http404


class KeepersOnly:
    """For those who keep people: leads, site leads and administrators."""

    def dispatch(self, request, *args, **kwargs):
        access = request.access
        if not (access.is_lead or access.is_site_lead or access.is_administrator):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class ListKeepersOnly:
    """For those who keep the staff list of an organisation: its programme leads, and no administrator."""

    def dispatch(self, request, *args, **kwargs):
        if not request.access.organisations_led:
            raise Http404
        return super().dispatch(request, *args, **kwargs)
