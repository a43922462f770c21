"""Arithmetic with hours: a session takes whole quarters of an hour."""

from datetime import datetime, timedelta

QUARTER = timedelta(minutes=15)


def quarters_of(starts_at: datetime, minutes: int) -> list[datetime]:
    """The beginnings of the quarters of an hour that a session touches."""
    count = -(-minutes // 15)
    return [starts_at + QUARTER * number for number in range(count)]
