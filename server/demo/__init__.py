"""An invented election of today's date, to try everything without a single real name or place."""

from server.demo.election import DemoElection, DemoStaff, RealElection, make_demo

__all__ = ["DemoElection", "DemoStaff", "RealElection", "make_demo"]
