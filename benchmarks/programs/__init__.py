"""Programs that run, as they stand, on any engine called ``micrograd``.

They use no name that the first micrograd does not have.  Each module has a
generator function ``measure``, whose every ``next`` is one round and gives
the figures of that round: times in seconds, memory in bytes.
"""
