import E911Values
import Locations

func wall(_ seconds: Int64) -> WallTime { WallTime(milliseconds: 1_795_524_214_000 + seconds * 1000) }

/// The example of the configuration's documentation, and a second building.
let erls: [ERL] = [
    ERL(
        id: "hq", name: "Headquarters",
        address: CivicAddress([
            (.country, "US"), (.a1, "IL"), (.a3, "Chicago"), (.prd, "W"), (.rd, "Main"), (.sts, "St"), (.hno, "100"),
            (.pc, "60601"),
        ])),
    ERL(
        id: "hq-2-east", name: "2nd floor east", parent: "hq",
        address: CivicAddress([(.flr, "2"), (.loc, "East wing")])),
    ERL(id: "hq-3", name: "3rd floor", parent: "hq", address: CivicAddress([(.flr, "3")]), usesPool: true),
    ERL(
        id: "annex", name: "Annex", parent: "hq", address: CivicAddress([(.hno, "102"), (.bld, "Annex")])),
    ERL(
        id: "lab", name: "Laboratory", parent: "annex", address: CivicAddress([(.flr, "1"), (.room, "114")])),
]

func tree() -> LocationTree { LocationTree.usable(erls).tree }

func prefix(_ text: String) -> IPPrefix { IPPrefix(text) ?? IPPrefix("0.0.0.0/0")! }
func ip(_ text: String) -> IPAddress { IPAddress(text) ?? IPAddress(v4: 0) }
func mac(_ text: String) -> MACAddress { MACAddress(text) ?? MACAddress(bits: 0) }

func range(_ text: String, _ location: LocationID) -> LocationRule {
    LocationRule(.prefix(prefix(text)), location: location)
}

func resolver(_ rules: [LocationRule]) -> LocationResolver {
    LocationResolver.usable(tree: tree(), rules: rules).resolver
}

extension LocationResolver {
    func place(_ evidence: DeviceEvidence, at seconds: Int64 = 0) -> LocationID {
        resolve(evidence, default: "hq", now: wall(seconds)).location
    }
}
