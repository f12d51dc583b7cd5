"""Paper, and only paper: a frozen document becomes rows of N paper columns, and rows a print."""
