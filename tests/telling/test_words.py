"""What people wrote is no markup: neither of a mail, nor of its header, nor of a post."""

import json
from email import message_from_bytes
from email.policy import SMTP

import pytest

from people.models import Event, User
from questions.actions import answer, ask
from questions.models import Question
from telling.chat.wording import body_of, write_post
from telling.models import Channel
from tests.conftest import NOW, Cast
from tests.mails import deliver, html_of

pytestmark = pytest.mark.usefixtures("all_hear_at_once")
NASTY = "<b>Keys</b> & “{{ locks }}”\r\nBcc: eve@example.com"
LINE = "<b>Keys</b> & “{{ locks }}” Bcc: eve@example.com"
ESCAPED = "&lt;b&gt;Keys&lt;/b&gt; &amp; “{{ locks }}” Bcc: eve@example.com"


def test_text_is_as_written_html_escapes_it_and_no_header_is_added(cast: Cast) -> None:
    User.objects.filter(pk=cast.marta.pk).update(name="Marta\r\nBcc: eve@example.com")
    ask(group=cast.clover, by=cast.person("ana"), at=NOW, title=NASTY, detail=f"{NASTY}\n\n**Bold**")
    (mail,) = deliver()
    Event.objects.all().delete()
    answer(question=Question.objects.get(), by=cast.ines, at=NOW, body="So.")
    (answered,) = deliver()
    for sent, subject in ((mail, f"Ana asks: {LINE}"), (answered, f"Answered: {LINE}")):
        assert sent.subject == subject
        assert "&lt;" not in sent.body
        assert "<b>" not in html_of(sent)
        assert ESCAPED in " ".join(html_of(sent).split())
        parsed = message_from_bytes(sent.message().as_bytes(), policy=SMTP)
        assert "bcc" not in parsed
        assert parsed["to"] in ("marta@example.com", "ana@example.com")
    assert "<strong>Bold</strong>" in html_of(mail)
    assert "**Bold**" in mail.body


def test_words_of_a_post_are_no_markup_of_its_channel(cast: Cast) -> None:
    cast.milestones[0].title = "<!channel> *bold*"
    question = ask(
        group=cast.clover, by=cast.person("ana"), at=NOW, title="Why?", milestone=cast.milestones[0]
    )
    post = write_post("question", {"question": question}, "question.asked", "/", question.title)
    assert post.says == "a question about <!channel> *bold*"
    for service, said in (
        ("slack", "a question about &lt;!channel&gt; *bold*"),
        ("mattermost", r"a question about \<\!channel\> \*bold\*"),
    ):
        text = json.loads(body_of(post, Channel(service=service, group=cast.clover), at=NOW))["text"]
        assert text.partition("\n")[0].replace("\\:", ":") == f"Clover: {said}"
