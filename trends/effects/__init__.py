"""Did a change of the material help? Asks per student-week before and after it, as a rate ratio with its interval.

Pure: plain values in, frozen dataclasses out. docs/did-it-help.md describes the method.
"""
