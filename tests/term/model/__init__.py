"""What must be true, by the documents: the standard library only, and nothing of Trefoil.

The facts are what people did (`facts`); the rest is worked out from them, for a reader and a moment. What it quotes is
of the design, of the help pages (docs/for-*.md), of docs/notifications.md, or of a decision, by its number.
"""
