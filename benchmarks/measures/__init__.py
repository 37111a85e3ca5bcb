"""What is measured: one module, one table.

Each module has a function ``measure(plan)`` that takes a
:class:`~benchmarks.peers.Plan` and returns a
:class:`~benchmarks.figures.Table`.
"""
