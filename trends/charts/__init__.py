"""Where the parts of a chart stand: plain numbers in, shares of the drawing out. No HTML, no database.

Everything across and along is given in percent of the drawing, so that it fills whatever room it is shown in, while
its words keep the size of text. Heights are for a drawing of `HEIGHT` pixels, as static/css/charts.css has it.
"""
