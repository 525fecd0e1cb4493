"""The nouns of the domain: what is counted in an answer, and the columns that hold it. Pure."""

_NOUNS = {
    "prefix": "prefix prefixes subnet subnets subnetwork subnetworks network networks block blocks range ranges",
    "device": "device devices box boxes node nodes machine machines",
    "interface": "interface interfaces port ports",
    "location": "location locations site sites place places office offices",
    "city": "city cities",
    "vlan": "vlan vlans",
    "circuit": "circuit circuits line lines wan-link",
    "provider": "provider providers carrier carriers",
    "address": "address addresses ip ips host hosts",
    "rack": "rack racks",
    "role": "role roles",
    "model": "model models",
    "manufacturer": "manufacturer manufacturers vendor vendors",
    "platform": "platform platforms",
    "status": "status statuses",
    "namespace": "namespace namespaces vrf vrfs",
    "group": "group groups",
    "point": "points",  # of a comparison; an access point is no such thing, see `decidable`
    "row": "row rows record records entry entries result results item items",
}
NOUN = {word: noun for noun, words in _NOUNS.items() for word in words.split()}
# Places by their kind, and devices by what they do: they count, but not all of what the noun names.
NARROW = {
    "country": "location", "countries": "location", "region": "location", "regions": "location", "branch": "location",
    "campus": "location", "campuses": "location", "branches": "location", "switch": "device", "switches": "device", "router": "device", "routers": "device",
    "firewall": "device", "firewalls": "device", "link": "link", "links": "link", "uplink": "link", "uplinks": "link",
    "container": "prefix", "containers": "prefix", "center": "location", "centers": "location",
}  # fmt: skip
SAME = {
    "uses": "used", "use": "used", "using": "used", "utilised": "used", "utilized": "used", "occupied": "used",
    "taken": "used", "assigned": "used", "usage": "used", "utilisation": "used", "utilization": "used",
    "available": "free", "unused": "free", "left": "free",
}  # fmt: skip
QUIET = {
    "a", "an", "the", "of", "in", "at", "on", "for", "to", "is", "are", "was", "were", "be", "been", "has", "have",
    "had", "with", "and", "or", "by", "as", "it", "its", "their", "them", "these", "those", "this", "that", "there",
    "here", "only", "just", "all", "each", "per", "from", "than", "more", "less", "which", "who", "what", "also",
    "still", "then", "i", "we", "you",
}  # fmt: skip
