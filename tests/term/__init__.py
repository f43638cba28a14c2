"""A term, played by dice through the pages, and held against a model that was written from the design alone.

`make term` plays it, CONTRIBUTING.md says how. `model` imports nothing of Trefoil: it says what the documents say, one
sentence a function, and it changes only with the sentence of them that it misread.
"""
