"""The look of what needs material."""

from questions.models import MaterialNeed

# Of the chip of its state.
NEED_TONES = {
    MaterialNeed.State.TO_DO: "watch",
    MaterialNeed.State.DOING: "watch",
    MaterialNeed.State.CHANGED: "ok",
    MaterialNeed.State.WONT_CHANGE: "quiet",
}
