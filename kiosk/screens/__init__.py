"""The sell screen: draws one ticket, and asks the till.

The keys, one rule for each kind, so that a key never means two things:

* A CAPITAL letter rings the tile that bears it (with Caps Lock on, every letter does; a Chinese
  input method lets capitals through). Again the same letter: one more.
* A small letter, or Chinese, searches: SKU, pinyin initials, Chinese or English name. Up and Down
  choose, Enter adds. After a ``/`` everything is a search, capitals too (for scanned SKU labels).
* Capitals and digits and Enter, as a scanned label sends them, ring the item of that SKU and take
  the tiles back. Tab and line feed end what is typed, too, as some scanners do.
* Digits and Enter are a barcode or a SKU. Digits and a tender's key are money received. Digits
  and ``*`` before any item are its quantity; at most four whole digits, so no barcode is one.
* A tender's key (the settings say which) alone pays exactly what is left; so does Enter alone, in
  cash, though after an Enter with text it asks first. Less than is left is a part payment;
  Backspace takes the last part back. An amount that nobody hands over is asked about, too.
* Shift and a digit hands over a banknote: the first for the settings' first quick note, and so on.
* ``+`` and ``-`` change the marked line, Delete removes it, Up and Down mark another.
* PageUp and PageDown, or Left and Right, turn the pages of tiles.
* A tile whose item has options rings at once; its options lie under the tiles, and small letters
  choose there until the next other key. Letters that are no choice's search as ever.
* An amount before the tile of an item without a price is its price; typed after it, Enter ends it.
* What the settings' ``keys`` name: help, history, parking and recalling, options, the total that
  the customer is told, discounts (``10%`` or ``1.50`` typed before), another price, the next tier,
  the next step of rounding, what is left, the shift, the lock. ``quick_keys`` ring items.
* A question (why, which, how much) is answered by a digit, or in words and Enter; any tile and any
  other key gives it up and does what it always does. Escape gives up, too.
* Whatever a bar, a panel or the help shows with its key can be touched instead.
* For a moment after a payment Enter alone does nothing: it was meant for the customer before.
"""
