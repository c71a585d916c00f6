"""Reads a PIDF-LO document with a parser that knows nothing of e911d, and holds it to the schemas of RFC 3863, RFC 4479,
RFC 4119 and RFC 5139: which elements, in which order. Prints what it says, a line each; exit 1 if it says anything else.

usage: pidf.py < DOCUMENT
"""

import re
import sys
import xml.etree.ElementTree as ET

PIDF = "urn:ietf:params:xml:ns:pidf"
DM = PIDF + ":data-model"
GP = PIDF + ":geopriv10"
GBP = GP + ":basicPolicy"
CA = GP + ":civicAddr"
CIVIC = (
    "country A1 A2 A3 A4 A5 A6 PRM PRD RD STS POD POM RDSEC RDBR RDSUBBR HNO HNS LMK LOC FLR NAM PC BLD UNIT ROOM SEAT PLC "
    "PCN POBOX ADDCODE"
).split()
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"


def children(parent, *wanted):
    """The children, which must be the wanted ones in their order; those that end in ? may be missing."""
    names = [name.rstrip("?") for name in wanted]
    found = [child.tag for child in parent]
    places = [names.index(tag) if tag in names else -1 for tag in found]
    assert -1 not in places, f"{parent.tag} has {found}"
    assert places == sorted(set(places)), f"{parent.tag} has its elements in another order: {found}"
    missing = [name for name, rule in zip(names, wanted) if not rule.endswith("?") and name not in found]
    assert not missing, f"{parent.tag} lacks {missing}"
    return {child.tag: child for child in parent}


root = ET.parse(sys.stdin.buffer).getroot()
assert root.tag == f"{{{PIDF}}}presence", root.tag
entity = root.attrib["entity"]
assert re.fullmatch(r"(sip|sips|pres|tel):\S+", entity), entity
device = children(root, f"{{{DM}}}device")[f"{{{DM}}}device"]
assert re.fullmatch(r"[A-Za-z_][\w.-]*", device.attrib["id"]), "the id is an NCName"
parts = children(device, f"{{{GP}}}geopriv", f"{{{DM}}}deviceID", f"{{{DM}}}timestamp")
assert re.fullmatch(r"[a-z]+:\S+", parts[f"{{{DM}}}deviceID"].text), "the device is named by a URI"
assert re.fullmatch(TIME, parts[f"{{{DM}}}timestamp"].text), "the time is one of RFC 3339"
geopriv = children(parts[f"{{{GP}}}geopriv"], f"{{{GP}}}location-info", f"{{{GP}}}usage-rules", f"{{{GP}}}method?")
rules = children(
    geopriv[f"{{{GP}}}usage-rules"], f"{{{GBP}}}retransmission-allowed?", f"{{{GBP}}}retention-expiry?")
for rule in rules.values():
    assert re.fullmatch(r"true|false|" + TIME, rule.text), rule.text
civic = children(geopriv[f"{{{GP}}}location-info"], f"{{{CA}}}civicAddress")[f"{{{CA}}}civicAddress"]
fields = children(civic, *(f"{{{CA}}}{name}?" for name in CIVIC))

print("entity", entity)
print("device", parts[f"{{{DM}}}deviceID"].text)
for name, field in fields.items():
    assert name != f"{{{CA}}}country" or re.fullmatch(r"[A-Z]{2}", field.text), field.text
    print(name.split("}")[1], field.text)
if f"{{{GP}}}method" in geopriv:
    print("method", geopriv[f"{{{GP}}}method"].text)
