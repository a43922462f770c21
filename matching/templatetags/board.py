"""Tags of the matching board."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string

from matching.board import Part

register = template.Library()


@register.simple_tag
def score_of(parts: list[Part]) -> str:
    """The drawn score of a pair. On one board most rows have one of few: each is drawn once, which halves the page."""
    return _drawn(tuple((part.label, part.value) for part in parts))


@lru_cache(maxsize=512)
def _drawn(parts: tuple[tuple[str, float], ...]) -> str:
    shown = [{"label": label, "value": value} for label, value in parts]
    return render_to_string("components/score_bar.html", {"parts": shown, "total": 100})
