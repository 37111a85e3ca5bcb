"""Measurements of speed and memory, side by side with the first micrograd.

``python benchmarks/run.py`` measures everything and prints tables with a
bar for each promise; ``--help`` names the choices.  ``nox -s bench`` does
the same in an environment of its own.

A figure here is the median over rounds in which the engines take turns, so
that a disturbance of the machine hits all of them alike.  Trust the ratios
within one table; times of two runs, or of two machines, do not compare.

In reading order:

``programs/``
    What is measured: short programs that run unchanged on both engines.
``worker.py``
    A process that holds one engine and one program.
``peers.py``
    The engines, and the driver's end of a worker.
``figures.py``
    Medians, bars and tables.
``measures/``
    One module for each table.
``__main__.py``
    The command line.
"""
