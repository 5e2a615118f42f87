# The profile's own rules as a table of nftables.
nft_load() { nft -f "$ETC/firewall.nft"; }

nft_stop() { nft delete table inet "gostbt_$NAME" 2>/dev/null; }

nft_print() { nft list table inet "gostbt_$NAME" 2>/dev/null; }
