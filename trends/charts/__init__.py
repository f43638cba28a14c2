"""The geometry of charts: plain numbers in, percentages of the drawing out. No HTML, no database.

Positions are in percent, so that a drawing fills its space while its text keeps its size. Heights are for a drawing
of `HEIGHT` pixels, as in static/css/charts.css.
"""
