"""Orders by the thousand: `POST /orders/imports`, a stream of orders in and a stream of outcomes out.

`lines`, `ndjson`, `records` and `table` read a body bit by bit, `sameness` says which order is the
same, `batch` decides and appends, `spool` keeps what a slow reader has not taken, `stream` runs all
of them side by side, and `api` is the door.
"""
