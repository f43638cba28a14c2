class UnreadableFile(Exception):  # noqa: N818
    """The file cannot be read at all. The message tells people what is wrong, where, and what to do."""
