"""samples/ invents cities to try it on: real places, and nobody in them who exists."""
