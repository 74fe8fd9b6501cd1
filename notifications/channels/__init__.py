"""One file a channel; channel.discover() finds them."""
