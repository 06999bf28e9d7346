"""Bytes to types and back, one small file each."""
