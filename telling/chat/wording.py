"""A post, and what is sent of it to each service."""

import json
import re
from dataclasses import dataclass
from datetime import datetime

from standardwebhooks import Webhook

from telling.mails import site_url
from telling.models import Channel

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~:])")
# Between the sign and the name, so that nobody is called: "@all", "@channel".
_NOBODY = "@\u200b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post: a line of news, and what somebody wrote about it.

    Args:
        type: for programs: "question.asked".
        says: our own words.
        title: theirs.
        about: the group or course.
        path: the page that says more.
    """

    type: str
    says: str
    about: str
    path: str
    title: str = ""


def body_of(post: Post, channel: Channel, *, at: datetime) -> bytes:
    """Return the JSON that the service wants. People's texts call nobody and are not read as markup."""
    url = site_url(post.path)
    match channel.service:
        case Channel.Service.SLACK:
            said = {
                "text": "\n".join(filter(None, [_slack(_line(post)), _slack(post.title), url])),
                "mrkdwn": False,
            }
        case Channel.Service.MATTERMOST:
            said = {"text": "\n".join(filter(None, [_mattermost(_line(post)), _mattermost(post.title), url]))}
        case _:
            data = {"says": post.says, "about": post.about, "title": post.title, "url": url}
            said = {"type": post.type, "timestamp": at.isoformat(), "data": data}
    return json.dumps(said, ensure_ascii=False).encode()


def headers_of(body: bytes, channel: Channel, *, post_id: str, at: datetime) -> dict[str, str]:
    headers = {"Content-Type": "application/json"}
    if channel.service == Channel.Service.WEBHOOK:
        signature = Webhook(channel.secret).sign(post_id, at, body.decode())
        headers |= {
            "webhook-id": post_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signature,
        }
    return headers


def _line(post: Post) -> str:
    return f"{post.about}: {post.says}"


def _slack(text: str) -> str:
    """https://docs.slack.dev/messaging/formatting-message-text"""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("@", _NOBODY)


def _mattermost(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text).replace("@", _NOBODY)
