/// Where the tracked devices are, as far as their registrations tell: for each slot of the registry the rule that placed
/// the device and the location, as indices into resolver and tree, and how many devices each location has. The ELINs of a
/// device are those of its location.
///
/// Eight octets a device. A site that is taken over makes it empty; what follows fills it again.
struct DevicePlaces: Equatable, Sendable {
    struct Place: Equatable, Sendable {
        private static let none = UInt32.max

        private var ruleIndex = none
        private var locationIndex = none

        /// Not placed.
        init() {}

        init(rule: Int?, location: Int) {
            ruleIndex = rule.flatMap { UInt32(exactly: $0) } ?? Self.none
            locationIndex = UInt32(exactly: location) ?? Self.none
        }

        /// `nil` when the call server's default had to serve.
        var rule: Int? { ruleIndex == Self.none ? nil : Int(ruleIndex) }
        /// `nil` for a device that is not placed.
        var location: Int? { locationIndex == Self.none ? nil : Int(locationIndex) }
        var isUnlocated: Bool { location != nil && rule == nil }
    }

    private var places = SegmentedArray(Place())
    private var counts: [Int] = []
    /// Devices that no rule places.
    private(set) var unlocated = 0

    init() {}

    /// For a site with so many locations; nothing is placed yet.
    init(locations: Int) {
        counts = Array(repeating: 0, count: locations)
    }

    subscript(slot: UInt32) -> Place {
        Int(slot) < places.count ? places[Int(slot)] : Place()
    }

    /// How many devices are at a location itself.
    func count(at location: Int) -> Int {
        counts.indices.contains(location) ? counts[location] : 0
    }

    mutating func set(_ slot: UInt32, _ place: Place) {
        let old = self[slot]
        guard place != old else { return }
        places.grow(to: Int(slot) + 1)
        places[Int(slot)] = place
        if let location = old.location, counts.indices.contains(location) { counts[location] -= 1 }
        if let location = place.location, counts.indices.contains(location) { counts[location] += 1 }
        if old.isUnlocated { unlocated -= 1 }
        if place.isUnlocated { unlocated += 1 }
    }
}
