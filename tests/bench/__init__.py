"""How fast Sanad is on this machine, each figure beside the limit that the machine itself sets."""
