"""A transcript aligned to a recording of it: every row gets its times, its text stays as written.

Import its modules where they are used: they bring numpy.
"""
