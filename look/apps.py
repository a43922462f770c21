from django import forms
from django.apps import AppConfig

from look.one_line import sent_as_one_line


class LookConfig(AppConfig):
    name = "look"
    verbose_name = "Look and feel"

    def ready(self):
        # Of Django's own widget, so that no form can be without it, allauth's included (ADR 75).
        forms.TextInput.value_from_datadict = sent_as_one_line
