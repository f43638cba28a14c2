"""Posts to channels, in the form that the services want.

A channel of a course hears what everybody in the course may read, without names; nothing of help or
attention. A channel of a group hears what each of its students may read. Both are read by people whom Trefoil does not
know, so what a question or a check-in says is named by its title or summary, and the rest is behind the link.
"""
