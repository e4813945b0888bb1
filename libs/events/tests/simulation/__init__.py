"""A deterministic simulation of what carries events from service to service (checker 12).

The real relay, feeds, reactor, projector and log run unchanged, in processes that share one
event loop with a clock of its own. What stands outside them is made up here: PostgreSQL and
Kafka, at the calls of their drivers. One number decides everything that happens.
"""
