"""Complete invented deliveries for an invented organisation, and the truth about them.

The truth files are written from the simulation's own state and from the specification, never with
the engine: this package imports nothing of the engine, the steps, the worksheets or the programs.
"""

from openvbc.synth.generate import Generated, generate, must_be_new
from openvbc.synth.settings import Settings

__all__ = ["Generated", "Settings", "generate", "must_be_new"]
