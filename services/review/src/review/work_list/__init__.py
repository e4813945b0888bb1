"""The work list: what waits for the asker, cases and contract reviews alike, the most urgent first.

A query on the read models. It shows what the deciders would take from the asker: a word of
one of their roles, for their company, on nothing they asked for, prepared or drafted.
"""
