"""Reads the lists that people keep in spreadsheets, whatever their letters, digits and columns."""
