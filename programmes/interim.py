"""Whom somebody turns to while they wait for a mentor (R8), in one sentence."""


def names_a_way(model) -> bool:
    """Whether whoever waits reads how to reach them."""
    return bool(model.texts.interim_email or model.texts.interim_phone)


def interim_contact(model) -> str:
    """``Until then, contact the E&T team: et@example.org, 020 7946 0000.``; the ways only where the programme says."""
    texts = model.texts
    ways = ", ".join(way for way in (texts.interim_email, texts.interim_phone) if way)
    sentence = texts.interim_contact.strip()
    return f"{sentence.rstrip('.')}: {ways}." if ways else sentence
