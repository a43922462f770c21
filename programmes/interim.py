"""Whom somebody turns to while they wait for a mentor (R8), in one sentence."""


def interim_contact(model) -> str:
    """``Until then, contact the E&T team: et@example.org, 020 7946 0000.``; the ways only where the programme says."""
    texts = model.texts
    ways = ", ".join(way for way in (texts.interim_email, texts.interim_phone) if way)
    sentence = texts.interim_contact.strip()
    return f"{sentence.rstrip('.')}: {ways}." if ways else sentence
