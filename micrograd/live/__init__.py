"""The engine, step by step: watch a forward and a backward pass.

Nothing is computed here that the engine does not compute: the frames are
its own chain rule, watched while it runs.
"""

from micrograd.live.frames import Frame as Frame
from micrograd.live.stepper import Steps as Steps
from micrograd.live.stepper import steps as steps
