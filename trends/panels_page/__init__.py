"""What the page of the trends makes of their figures: charts, tables, links, words, and rows for CSV."""
