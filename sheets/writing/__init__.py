"""Writes plain values to CSV files and workbooks that spreadsheets and our own reader understand."""
