"""How well like questions are found: measured on questions of which people said which ask the same.

`asked` is what was measured on, `rankers` puts it in order in several ways, `figures` counts. Used by
`benchmarks.likeness`.
"""
