class UnreadableFile(Exception):  # noqa: N818
    """The file cannot be read at all; the message says what is wrong, where, and what to do, for people."""
