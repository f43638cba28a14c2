"""The tabs of our own workbook that keep what a tracking sheet cannot.

They are recognised by some of their headers, in any order, so people may rename, sort and extend the tabs. A row is
read into unsaved rows of the models; matching adds the people, groups and milestones it names, and actions save them.
A column is declared once: `column` says how it goes out and comes in.
"""
