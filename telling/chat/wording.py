"""A post, in the words of the template of its mail, and what is sent of it to each service."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from standardwebhooks import Webhook

from telling.mails import render_block, site_url
from telling.models import Channel

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~:])")
# Longest text of somebody in a post, in characters.
_LONGEST = 300
# Between the sign and the name, so that nobody is called: "@all", "@channel".
_NOBODY = "@\u200b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post: a line of news, and what somebody wrote about it.

    Args:
        type: for programs: "question.asked".
        says: our own words.
        title: theirs.
        path: the page that says more.
    """

    type: str
    says: str
    path: str
    title: str = ""


def write_post(
    template: str, context: Mapping[str, object], event_type: str, path: str, title: str = ""
) -> Post:
    """Write a post in the words of the block post of a template; `title` is what somebody wrote."""
    title = " ".join(title.split())
    short = title if len(title) <= _LONGEST else f"{title[:_LONGEST].rstrip()} …"
    return Post(type=event_type, says=render_block(template, "post", context), path=path, title=short)


def body_of(post: Post, channel: Channel, *, at: datetime) -> bytes:
    """Return the JSON that the service wants. People's texts call nobody and are not read as markup."""
    url, line = site_url(post.path), f"{channel.of}: {post.says}"
    match channel.service:
        case Channel.Service.SLACK:
            said = {
                "text": "\n".join(filter(None, [_slack(line), _slack(post.title), url])),
                "mrkdwn": False,
            }
        case Channel.Service.MATTERMOST:
            said = {"text": "\n".join(filter(None, [_mattermost(line), _mattermost(post.title), url]))}
        case _:
            data = {"says": post.says, "about": str(channel.of), "title": post.title, "url": url}
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


def _slack(text: str) -> str:
    """https://docs.slack.dev/messaging/formatting-message-text"""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("@", _NOBODY)


def _mattermost(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text).replace("@", _NOBODY)
