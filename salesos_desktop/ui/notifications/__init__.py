"""Notices to the person: desktop, toast, bell and panel."""
