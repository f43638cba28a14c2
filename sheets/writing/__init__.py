"""Plain values to files: CSV and workbooks that spreadsheets, and our own reader, take as they were meant."""
