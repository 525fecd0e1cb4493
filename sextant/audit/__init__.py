"""What happened: who asked, called, was refused, took away or logged in, in rows that only ever grow."""
