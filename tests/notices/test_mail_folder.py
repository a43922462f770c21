"""Mail as files."""

import email
import email.policy

from django.core.mail import EmailMessage, get_connection


def test_mail_folder_holds_one_whole_file_a_message(settings, tmp_path):
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    post = get_connection("notices.mail_folder.EmailBackend")
    first, second = (
        EmailMessage("Zoë", "Text with a ’ in it", to=[f"{name}@example.org"], headers={"Message-ID": f"<{name}@x>"})
        for name in ("ama", "ben")
    )
    assert post.send_messages([first, second]) == 2
    assert post.send_messages([first]) == 1, "a message sent again replaces itself"
    files = sorted(path.name for path in settings.EMAIL_FILE_PATH.iterdir())
    assert files == ["ama.eml", "ben.eml"]
    found = email.message_from_bytes((settings.EMAIL_FILE_PATH / "ama.eml").read_bytes(), policy=email.policy.default)
    assert (found["Subject"], found["To"]) == ("Zoë", "ama@example.org")
    assert found.get_content().strip() == "Text with a ’ in it"


def test_mail_folder_is_never_left_by_a_hostile_message_id(settings, tmp_path):
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    hostile = EmailMessage("x", "x", to=["ama@example.org"], headers={"Message-ID": "<../../etc/passwd@x>"})
    get_connection("notices.mail_folder.EmailBackend").send_messages([hostile])
    assert [path.name for path in settings.EMAIL_FILE_PATH.iterdir()] == ["------etc-passwd.eml"]
