"""Reading files that strangers made: everything here but `limits` and `problems` runs in a child process that may be
killed. Bytes in, plain text out; nothing is written to disk.
"""
