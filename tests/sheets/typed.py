"""Typed text: lines and texts in any script, names and titles."""

import string

from hypothesis import strategies as st

from lib.cells import plain
from lib.names import clean_name


def lines(most: int) -> st.SearchStrategy[str]:
    """A line as a form keeps it: single spaces, no control characters; any script, formulas among them."""
    return (
        st.one_of(
            st.text(max_size=most),
            st.sampled_from(
                [
                    "=1+1",
                    "+351",
                    "-x",
                    "@all",
                    "TRUE",
                    "#N/A",
                    "1",
                    "🍀 مرحبا",
                    "<b>",
                    "a;b,c",
                    '"',
                    "17/09/2026",
                ]
            ),
        )
        .map(lambda text: " ".join(plain(text).split()))
        .filter(lambda text: text and not text.startswith("'"))
    )


# Names are those of people: nothing that reads as an address in them.
names_of_people = lines(40).map(clean_name).filter(lambda name: name and "@" not in name and len(name) <= 150)
# A title begins with a word of its own: the reader takes columns such as "Notes" and "Total" for no modules.
titles = st.builds(
    lambda words, more: f"M{words} {more}".strip(),
    st.text(string.ascii_lowercase, min_size=1, max_size=8),
    lines(30) | st.just(""),
)
bodies = st.text(max_size=80).filter(lambda text: not plain(text).startswith("'"))
