"""Work on the rows of a result, exactly: filter, sort, group, join, compare. Pure.

Plain Python, as benchmarks/rows.py finds it no slower than what first has to take the rows in and give them back. What
all parts keep to: an empty cell is not an empty text, numbers stay as they are, and what a column's cells are (numbers,
prefixes, times, texts) is looked at once for each value that occurs.
"""
