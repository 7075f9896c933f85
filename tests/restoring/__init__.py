"""The server's disk is destroyed in the middle of the peak; restored from its backup it has everything again.

`python -m tests.restoring --count 100 --json` says how many of all received entries and photos were lost. With
`--careless` phones forget what was received, without waiting until it is archived: then something must be lost, or the
test proves nothing.
"""
