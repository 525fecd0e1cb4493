"""What the demo network consists of: names, sites, models and the address plan."""

from dataclasses import dataclass

# region -> (description, [(country, code, [(campus, city), (campus, city)])])
REGIONS: dict[str, tuple[str, list[tuple[str, str, list[tuple[str, str]]]]]] = {
    "NAM": (
        "North America",
        [
            ("United States", "US", [("NYC01", "New York"), ("SFO01", "San Francisco")]),
            ("Canada", "CA", [("YYZ01", "Toronto"), ("YVR01", "Vancouver")]),
            ("Mexico", "MX", [("MEX01", "Mexico City"), ("MTY01", "Monterrey")]),
            ("Dominican Republic", "DO", [("SDQ01", "Santo Domingo"), ("STI01", "Santiago de los Caballeros")]),
            ("Guatemala", "GT", [("GUA01", "Guatemala City"), ("XEL01", "Quetzaltenango")]),
        ],
    ),
    "ASPAC": (
        "Asia Pacific",
        [
            ("China", "CN", [("SHA01", "Shanghai"), ("PEK01", "Beijing")]),
            ("Japan", "JP", [("TYO01", "Tokyo"), ("OSA01", "Osaka")]),
            ("India", "IN", [("BLR01", "Bengaluru"), ("BOM01", "Mumbai")]),
            ("South Korea", "KR", [("SEL01", "Seoul"), ("PUS01", "Busan")]),
            ("Australia", "AU", [("SYD01", "Sydney"), ("MEL01", "Melbourne")]),
        ],
    ),
    "EMEA": (
        "Europe, Middle East and Africa",
        [
            ("Germany", "DE", [("FRA01", "Frankfurt"), ("MUC01", "Munich")]),
            ("United Kingdom", "GB", [("LON01", "London"), ("MAN01", "Manchester")]),
            ("France", "FR", [("PAR01", "Paris"), ("LYS01", "Lyon")]),
            ("Italy", "IT", [("MIL01", "Milan"), ("ROM01", "Rome")]),
            ("Spain", "ES", [("MAD01", "Madrid"), ("BCN01", "Barcelona")]),
        ],
    ),
    "LATAM": (
        "Latin America",
        [
            ("Brazil", "BR", [("GRU01", "Sao Paulo"), ("GIG01", "Rio de Janeiro")]),
            ("Argentina", "AR", [("EZE01", "Buenos Aires"), ("COR01", "Cordoba")]),
            ("Colombia", "CO", [("BOG01", "Bogota"), ("MDE01", "Medellin")]),
            ("Chile", "CL", [("SCL01", "Santiago"), ("CCP01", "Concepcion")]),
            ("Peru", "PE", [("LIM01", "Lima"), ("AQP01", "Arequipa")]),
        ],
    ),
}
DATA_CENTER_COUNTRIES = 2  # the first ones of each region
BRANCHES = 10  # in each country
WAN_ROUTERS = 2
ACCESS_SWITCHES = 5
UPLINKS = 2
USER_PORTS = 24
SPINES = 4
LEAVES = 20
RACKS = 10


@dataclass(frozen=True)
class Kind:
    """A function of devices: how they are named and what they are."""

    code: str
    role: str
    model: str
    part_number: str
    height: int
    manufacturer: str
    platform: str


KINDS = {
    "wan": Kind("wan", "WAN Router", "ISR4451-X", "ISR4451-X/K9", 2, "Cisco", "Cisco IOS-XE"),
    "core": Kind("cor", "Core Router", "C9500-48Y4C", "C9500-48Y4C-A", 1, "Cisco", "Cisco IOS-XE"),
    "access": Kind("acc", "Access Switch", "C9300-48P", "C9300-48P-A", 1, "Cisco", "Cisco IOS-XE"),
    "spine": Kind("spn", "Spine Switch", "DCS-7280CR3-32P4", "DCS-7280CR3-32P4-F", 1, "Arista", "Arista EOS"),
    "leaf": Kind("lea", "Leaf Switch", "DCS-7050SX3-48YC8", "DCS-7050SX3-48YC8-F", 1, "Arista", "Arista EOS"),
}
DRIVERS = {"Cisco IOS-XE": ("Cisco", "cisco_ios"), "Arista EOS": ("Arista", "arista_eos")}

# role -> (colour, kinds of records)
ROLES = {
    "WAN Router": ("f44336", ["dcim.device"]),
    "Core Router": ("ff9800", ["dcim.device"]),
    "Access Switch": ("4caf50", ["dcim.device"]),
    "Spine Switch": ("2196f3", ["dcim.device"]),
    "Leaf Switch": ("00bcd4", ["dcim.device"]),
    "User Data": ("4caf50", ["ipam.prefix", "ipam.vlan"]),
    "User Voice": ("8bc34a", ["ipam.prefix", "ipam.vlan"]),
    "Compute": ("2196f3", ["ipam.prefix", "ipam.vlan"]),
    "Point-to-Point Link": ("9e9e9e", ["ipam.prefix"]),
    "Branch LAN": ("ffc107", ["ipam.prefix"]),
}
AREA_HOLDS = ["ipam.namespace", "ipam.prefix", "ipam.vlan", "ipam.vlangroup"]
SITE_HOLDS = [
    *AREA_HOLDS,
    "circuits.circuittermination",
    "dcim.device",
    "dcim.powerpanel",
    "dcim.rack",
    "dcim.rackgroup",
    "virtualization.cluster",
]
# location type -> (type above, what may be there)
LOCATION_TYPES = {
    "Region": (None, AREA_HOLDS),
    "Country": ("Region", AREA_HOLDS),
    "Campus": ("Country", SITE_HOLDS),
    "Data Center": ("Country", SITE_HOLDS),
    "Branch": ("Country", SITE_HOLDS),
}
TENANTS = {"Corporate IT": "Runs the production network", "Research Lab": "Tests in address space of its own"}

# The first circuit of a site comes from its region's carrier, the second one from the carrier of all regions.
CARRIERS = {
    "NAM": ("Northway Communications", "NWC", 64500),
    "ASPAC": ("Pacific Arc", "PAC", 64501),
    "EMEA": ("Continental Fibre", "CFI", 64502),
    "LATAM": ("Andes Telecom", "AND", 64503),
}
GLOBAL_CARRIER = ("Meridian Transit", "MET", 64510)
CIRCUIT_TYPES = {"MPLS": "Private WAN", "Internet Access": "Internet with a fixed address"}

# Where the second octet of 10.0.0.0/8 goes, counted from the first one of the region.
REGION_STEP = 64
DATA_CENTER_OFFSET = 32
BRANCH_OFFSET = 40
