"""What a target offers on the network, one module per question; each has PROTOCOLS and `look`."""
