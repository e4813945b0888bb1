"""What `make check` looks at: `python -m checks [NAME ...]`.

Each check is one module with one function from the `Tree` to a `Report`. Each is shown by a
test that plants what it must find.
"""
