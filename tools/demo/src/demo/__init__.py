"""Plays an order book through the running system with a simulated staff: `python -m demo`.

The staff acts through the HTTP APIs alone, by fulfilment-client (`staff`, `desk`, `house`);
`inside` then proves from the databases that nothing is left over. `northwind` is the book.
"""
