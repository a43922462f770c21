"""The id of the web request that is being answered, so that its audit events can be told together."""

from contextvars import ContextVar, Token

_request_id: ContextVar[str] = ContextVar("request_id", default="")


def get() -> str:
    """Return the id of the request in hand; empty in a task or a command."""
    return _request_id.get()


def set(value: str) -> Token[str]:
    """Remember ``value`` for this request. Hand the returned token to ``reset`` when it is answered."""
    return _request_id.set(value)


def reset(token: Token[str]) -> None:
    """Forget the request, so that a thread that lives on does not carry its id into the next."""
    _request_id.reset(token)
