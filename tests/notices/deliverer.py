"""A worker in a process of its own: delivers the notices it is told to, as the real task does.

python -m tests.notices.deliverer AHEAD ID,ID,...
"""

import sys

import django


def main(ahead: str, notice_ids: str):
    django.setup()
    # Only now: these need the settings.
    from notices import kinds, tasks
    from tests.builders.ground import plain_letter

    kinds.register(kinds.NoticeKind(name="test-letter", label="A test letter", render=plain_letter))
    tasks.deliver_notices(notice_ids=[int(one) for one in notice_ids.split(",")], ahead=float(ahead))


if __name__ == "__main__":
    main(*sys.argv[1:])
