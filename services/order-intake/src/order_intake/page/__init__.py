"""One order across the four services: its page and its timeline, each in one request.

order-intake asks the others for what they have of the order, in the caller's name; whoever is
away is named in the answer.
"""
