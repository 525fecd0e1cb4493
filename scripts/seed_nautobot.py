#!/usr/bin/env python3
"""Load demo_fixtures/ into an empty Nautobot 3.2, so that it holds the same network as the demo, under the same ids.

Run it with the Python of that Nautobot, where NAUTOBOT_CONFIG names its configuration, or through its shell:

    python scripts/seed_nautobot.py [--check] [--force]
    nautobot-server shell --interface python < scripts/seed_nautobot.py

A second run adds nothing. The fixtures are found beside this script (in the shell: in the working directory), or
where SEXTANT_FIXTURES says. What Nautobot makes itself (statuses, roles, the namespace Global) is used as it is, under
its own ids.

--check   compare cable paths and the parents of prefixes and addresses with what Nautobot computes itself
--force   also where there are locations of another network (SEXTANT_SEED_FORCE=1 in the shell)

SEXTANT_READER_TOKEN (40 hexadecimal digits): also make the account sextant-reader with this token, which may view what
Sextant reads and write nothing.
"""

import json
import os
import re
import sys
import time
import uuid
from datetime import datetime
from pathlib import Path

try:
    from django.apps import apps

    apps.check_apps_ready()
except Exception:  # noqa: BLE001 - whatever is missing, Nautobot's own set-up says it better
    import nautobot

    nautobot.setup(config_path=os.environ.get("NAUTOBOT_CONFIG"))

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import transaction
from nautobot.circuits.models import Circuit, CircuitTermination, CircuitType, Provider
from nautobot.dcim.models import (
    Cable,
    CablePath,
    CableToCableTermination,
    Device,
    DeviceType,
    Interface,
    Location,
    LocationType,
    Manufacturer,
    Platform,
    Rack,
)
from nautobot.dcim.utils import object_to_path_node
from nautobot.extras.models import ObjectChange, Role, Status
from nautobot.ipam.models import (
    VLAN,
    IPAddress,
    IPAddressToInterface,
    Namespace,
    Prefix,
    PrefixLocationAssignment,
    VLANGroup,
    VLANLocationAssignment,
)
from nautobot.tenancy.models import Tenant
from nautobot.users.models import ObjectPermission, Token

AS_SCRIPT = __name__ == "__main__"  # in Nautobot's shell, file and arguments are those of the shell
ARGUMENTS = set(sys.argv[1:]) if AS_SCRIPT else set()
FORCE = "--force" in ARGUMENTS or os.environ.get("SEXTANT_SEED_FORCE") == "1"
NAMESPACE = uuid.UUID("5e87a247-5d0e-4f5e-8a1c-0d3e0a7e0002")  # ids of what has none in the fixtures
BATCH = 2000

# The kinds of records that people share between networks: one with the same name is used instead of a new one.
SHARED = {
    "tenants": (Tenant, ["name"]),
    "statuses": (Status, ["name"]),
    "roles": (Role, ["name"]),
    "namespaces": (Namespace, ["name"]),
    "location_types": (LocationType, ["name"]),
    "manufacturers": (Manufacturer, ["name"]),
    "platforms": (Platform, ["name"]),
    "device_types": (DeviceType, ["manufacturer_id", "model"]),
    "providers": (Provider, ["name"]),
    "circuit_types": (CircuitType, ["name"]),
}
# The others, each after what it refers to.
OWN = {
    "locations": Location,
    "vlan_groups": VLANGroup,
    "vlans": VLAN,
    "racks": Rack,
    "devices": Device,
    "interfaces": Interface,
    "prefixes": Prefix,
    "ip_addresses": IPAddress,
    "circuits": Circuit,
    "circuit_terminations": CircuitTermination,
    "cables": Cable,
}
# List of references in a record -> (model of one row of it, its side, the other side)
LISTS = {
    ("vlans", "locations"): (VLANLocationAssignment, "vlan", "location"),
    ("prefixes", "locations"): (PrefixLocationAssignment, "prefix", "location"),
    ("ip_addresses", "interfaces"): (IPAddressToInterface, "ip_address", "interface"),
    ("interfaces", "tagged_vlans"): (Interface.tagged_vlans.through, "interface", "vlan"),
}
LATER = {"devices": ["primary_ip4", "primary_ip6"], "circuits": ["circuit_termination_a"]}  # both refer to each other
DERIVED = {"prefixes": ["prefix_length", "ip_version"], "ip_addresses": ["ip_version"]}
ELSEWHERE = {"content_types", "terminations"}  # fields of records that have a step of their own


def fixtures():
    """The records by root field; exits where there are none."""
    named = os.environ.get("SEXTANT_FIXTURES")
    beside = Path(__file__).resolve().parent.parent / "demo_fixtures" if AS_SCRIPT else Path("demo_fixtures")
    folder = Path(named) if named else beside
    wanted, records = {*SHARED, *OWN, "content_types", "object_changes"}, {}
    for path in sorted(folder.rglob("*.json")):
        field = path.relative_to(folder).parts[0].removesuffix(".json")
        if field in wanted:
            records.setdefault(field, []).extend(json.loads(path.read_text(encoding="utf-8")))
    missing = wanted - set(records)
    if missing:
        sys.exit(f"No demo network in {folder}: {', '.join(sorted(missing))} missing. Name it in SEXTANT_FIXTURES.")
    return records


def enumerated(value):
    """The name that GraphQL gives a choice: 1000base-t is A_1000BASE_T."""
    name = re.sub(r"\W+", "_", str(value)).upper()
    return name if name[0].isalpha() else f"A_{name}"


class Seeding:
    """One run: what was there, and what is added."""

    def __init__(self, records):
        self.records = records
        self.ids = {}  # id in the fixtures -> id in this Nautobot, where they differ
        self.kinds = {  # id in the fixtures -> content type
            r["id"]: ContentType.objects.get_by_natural_key(r["app_label"], r["model"])
            for r in records["content_types"]
        }
        self.added = {}

    def run(self):
        """Add what is not there."""
        for field, (model, key) in SHARED.items():
            for record in self.records[field]:
                self.share(field, model, key, record)
        for field, model in OWN.items():
            self.insert(model, [self.instance(field, model, record) for record in self.records[field]])
        for (field, name), (model, side, other) in LISTS.items():
            self.join(model, [(r["id"], t["id"]) for r in self.records[field] for t in r.get(name, ())], side, other)
        for field, names in LATER.items():
            self.point(OWN[field], self.records[field], names)
        self.connect()
        self.remember()

    def values(self, field, model, record):
        """The values of a record as the model wants them, without those that come later."""
        values = {}
        left = {*ELSEWHERE, *LATER.get(field, ()), *DERIVED.get(field, ())}
        left |= {name for kind, name in LISTS if kind == field}
        for name, value in record.items():
            if name in left:
                continue
            if isinstance(value, dict):
                values[f"{name}_id"] = self.ids.get(value["id"], value["id"])
            elif name in {"prefix", "address"}:  # no column; the model takes it apart
                values[name] = value
            else:
                choices = {enumerated(choice): choice for choice, _ in model._meta.get_field(name).flatchoices}
                values[name] = choices[value] if choices else value
        return values

    def instance(self, field, model, record):
        """An unsaved object with the id of the record."""
        return model(**self.values(field, model, record))

    def share(self, field, model, key, record):
        """Use the object of that name, or make it."""
        values = self.values(field, model, record)
        found = model.objects.filter(**{name: values[name] for name in key}).first()
        if found is None:
            found = model(**values)
            found.validated_save()
            self.count(model, 1)
        self.ids[record["id"]] = str(found.pk)
        if "content_types" in record:
            wanted = {reference["id"] for reference in record["content_types"]}
            found.content_types.add(*(self.kinds[kind] for kind in wanted))

    def insert(self, model, objects):
        """Add the objects whose id is not there yet."""
        there = set(model.objects.values_list("pk", flat=True))
        new = [o for o in objects if uuid.UUID(str(o.pk)) not in there]
        model.objects.bulk_create(new, batch_size=BATCH)
        self.count(model, len(new))

    def join(self, model, pairs, side, other):
        """Add the rows of a list of references that are not there yet."""
        columns = (f"{side}_id", f"{other}_id")
        there = {(str(a), str(b)) for a, b in model.objects.values_list(*columns)}
        new = []
        for pair in pairs:
            if pair not in there:
                values = dict(zip(columns, pair, strict=True))
                if model._meta.pk.get_internal_type() == "UUIDField":
                    values["id"] = uuid.uuid5(NAMESPACE, "|".join(pair))
                new.append(model(**values))
        model.objects.bulk_create(new, batch_size=BATCH)
        self.count(model, len(new))

    def point(self, model, records, names):
        """Set the references that could not be there when the record was added."""
        wanted = {r["id"]: r for r in records if any(name in r for name in names)}
        changed = []
        for found in model.objects.filter(pk__in=wanted):
            record = wanted[str(found.pk)]
            for name in names:
                target = record.get(name, {}).get("id")
                if target and getattr(found, f"{name}_id") is None:
                    setattr(found, f"{name}_id", uuid.UUID(target))
                    changed.append(found)
        model.objects.bulk_update(set(changed), names, batch_size=500)

    def connect(self):
        """The ends of the cables, and the path from each end as Nautobot would trace it."""
        cables = {cable.pk: cable for cable in Cable.objects.all()}
        model = {"interface": Interface, "circuit_termination": CircuitTermination}
        kind = {name: ContentType.objects.get_for_model(m) for name, m in model.items()}
        ends, paths = [], []
        for record in self.records["cables"]:
            cable = cables[uuid.UUID(record["id"])]
            both = []
            for end in record["terminations"]:
                (name,) = set(end) & set(model)
                both.append((name, end[name]["id"]))
                ends.append(
                    CableToCableTermination(
                        id=end["id"],
                        cable=cable,
                        cable_end=end["cable_end"],
                        connector=end["connector"],
                        **{f"{name}_id": end[name]["id"]},
                    )
                )
            for (name, origin), (other, destination) in (both, both[::-1]):
                paths.append(
                    CablePath(
                        id=uuid.uuid5(NAMESPACE, origin),
                        origin_type=kind[name],
                        origin_id=origin,
                        destination_type=kind[other],
                        destination_id=destination,
                        path=[object_to_path_node(cable)],
                        is_active=True,
                    )
                )
        self.insert(CableToCableTermination, ends)
        self.insert(CablePath, paths)

    def remember(self):
        """The change log, at the times that it tells."""
        text = json.dumps(self.records["object_changes"])
        for theirs, ours in self.ids.items():  # what the records held refers to statuses and roles of this Nautobot
            text = text.replace(theirs, ours)
        times, new = {}, []
        for record in json.loads(text):
            kinds = {name: self.kinds[record.pop(name)["id"]] for name in list(record) if name.endswith("object_type")}
            times[record["id"]] = datetime.fromisoformat(record.pop("time"))
            choices = {name: record[name].lower().replace("_", "-") for name in ("action", "change_context")}
            new.append(ObjectChange(**{**record, **choices, **kinds}))
        self.insert(ObjectChange, new)
        added = [change for change in new if change.time]  # Nautobot dates what is added: now, whatever is said
        for change in added:
            change.time = times[str(change.pk)]
        ObjectChange.objects.bulk_update(added, ["time"], batch_size=500)

    def count(self, model, number):
        """Remember how many objects were added."""
        name = str(model._meta.verbose_name_plural)
        self.added[name] = self.added.get(name, 0) + number


def misdated(records):
    """Say which changes are missing, or have another time than in the fixtures."""
    times = {str(key): time.isoformat() for key, time in ObjectChange.objects.values_list("pk", "time")}
    return [
        f"change of {record['object_repr']}: {times.get(record['id'])} in Nautobot, {record['time']} in the fixtures"
        for record in records
        if times.get(record["id"]) != record["time"]
    ]


def check(records):
    """Exit with the differences where Nautobot would compute other cable paths or parents."""
    wrong = []
    for origin in [
        *Interface.objects.filter(cable_termination__isnull=False)[::20],
        *CircuitTermination.objects.all()[::20],
    ]:
        real, ours = CablePath.from_origin(origin), CablePath.objects.filter(origin_id=origin.pk).first()
        fields = ("destination_id", "path", "is_active", "is_split", "peer_connector")
        if (real is None) != (ours is None) or (real and any(getattr(real, f) != getattr(ours, f) for f in fields)):
            wrong.append(f"path from {origin}: {ours and ours.path}, Nautobot traces {real and real.path}")
    for prefix in Prefix.objects.all()[::5]:
        if prefix.get_parent() != prefix.parent:
            wrong.append(f"parent of prefix {prefix}: {prefix.parent}, Nautobot computes {prefix.get_parent()}")
    for address in IPAddress.objects.all()[::25]:
        near = Prefix.objects.filter(namespace=address.parent.namespace)
        real = near.get_closest_parent(address.host, include_self=True)
        if real != address.parent:
            wrong.append(f"parent of address {address}: {address.parent}, Nautobot computes {real}")
    for field, model in OWN.items():
        if model.objects.count() != len(records[field]):
            wrong.append(f"{field}: {model.objects.count()} in Nautobot, {len(records[field])} in the fixtures")
    wrong += misdated(records["object_changes"])
    if wrong:
        sys.exit("\n".join(wrong))
    print("Checked: cable paths, parents and counts are as Nautobot computes them, and changes have their times.")


def reader(key):
    """Make the account that Sextant should be given: it may view, and its token cannot write."""
    account, _ = get_user_model().objects.get_or_create(username="sextant-reader")
    Token.objects.update_or_create(key=key, defaults={"user": account, "write_enabled": False})
    may, _ = ObjectPermission.objects.get_or_create(name="sextant-reader: view", defaults={"actions": ["view"]})
    may.users.set([account])
    read = ("dcim", "ipam", "circuits", "tenancy", "extras")
    may.object_types.set(ContentType.objects.filter(app_label__in=read))
    print("The account sextant-reader may view, and its token cannot write.")


def main():
    """Seed and say what was added."""
    start = time.monotonic()
    records = fixtures()
    others = Location.objects.exclude(pk__in=[r["id"] for r in records["locations"]]).count()
    if others and not FORCE:
        sys.exit(
            f"This Nautobot already holds {others} locations of another network; nothing was changed. "
            "Seed an empty one, or add --force (in the shell SEXTANT_SEED_FORCE=1) to add the demo network to this one."
        )
    seeding = Seeding(records)
    with transaction.atomic():
        seeding.run()
    cache.clear()  # bulk_create sends no signals, so Nautobot's cached location trees are told here
    new = ", ".join(f"{number:,} {name}" for name, number in seeding.added.items() if number)
    print(f"Added {new or 'nothing, all of it is there'} ({time.monotonic() - start:.1f} s).")
    if key := os.environ.get("SEXTANT_READER_TOKEN"):
        reader(key)
    if "--check" in ARGUMENTS:
        check(records)


main()
