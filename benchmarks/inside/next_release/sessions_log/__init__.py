"""The portal's own migrations of this room, and those beside this file."""

from sessions_log import migrations

__path__ = [*migrations.__path__, *__path__]
