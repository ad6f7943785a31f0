"""Plugins shipped with the hub. Each folder is one; none imports another."""
