"""Pure rules of the sales pipeline: standard library only, no clock, no input or output."""
