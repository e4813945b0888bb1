"""API keys: how another system, such as an ERP, acts here without a person's token.

An operator issues a key at each service it is for. `api_key` decides, `secret` is how a key is
written, `door` lets its bearer in, `api` has the routes. Their facts stand in the service's log.
"""
