"""``kiosk cards``: breakfast cards and their holders, from a shell."""
