"""Each alert of deploy/monitoring seen firing, once, against the running system: `make alarms`.

`alarms.causes` says what is broken for which alert, `alarms.watch` has a real Prometheus look on, with
the rules of deploy/monitoring/alerts.yml on a faster clock (`alarms.rules`).
"""
