"""Webhooks (Standard Webhooks): subscribers hear of their orders' facts, each once by id, in order.

Facts are announced (`announcement`), the dispatcher queues them for each subscriber who may and
wants to hear of them (`subscription`, `line`), the sender delivers.
"""
