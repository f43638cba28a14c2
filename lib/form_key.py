"""The tag {% form_key %}: a key that belongs to one form on one page. See people.saved_once."""

from uuid import uuid4

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def form_key() -> SafeString:
    return format_html('<input type="hidden" name="form_key" value="{}">', uuid4().hex)
