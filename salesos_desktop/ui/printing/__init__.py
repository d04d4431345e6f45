"""Figures on paper and in files: pages, pictures, tables."""
