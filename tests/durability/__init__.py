"""Servers, disks and folders broken on purpose, thousands of times: what was acknowledged must still be there."""
