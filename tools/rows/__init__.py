"""Work on the rows of a result, exactly: filter, sort, group, join, compare. Pure.

Plain Python: frames are faster at what they can do (benchmarks/rows.py), but they take no value for a number, a number
for yes, and round what is beyond 2^53; natural order, addresses and exact sums they would have from Python as well. What
all parts keep to: an empty cell is not an empty text, numbers stay as they are, and what a column's cells are (numbers,
prefixes, times, texts) is looked at once for each value that occurs.
"""
