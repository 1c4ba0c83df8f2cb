"""Feeds: dated public data, fetched only when asked or carried over an air gap, and kept with its hash.

Each feed has a module of its own that makes small normalised data of the publisher's bytes (`normalise`) and,
where it is of more than one file, knows which ones to get (`gather`). `fetch.py` talks to the publisher,
`store.py` keeps what came, `catalogue.py` lists them all.
"""
