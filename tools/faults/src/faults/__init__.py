"""Breaks the running system on purpose, and checks what must hold all the same.

`make faults` is the storm (`faults.storm`) and the load (`faults.load`) on it; `faults.checkers` holds
one checker for each invariant, `faults.plants` one bug that each of them must find.
"""
