"""Measure how well like questions are found, on questions that people grouped by hand.

`asked` is what was measured on, `rankers` puts it in order in several ways, `figures` counts. Used by
`benchmarks.likeness`.
"""
