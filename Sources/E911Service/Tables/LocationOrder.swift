/// Locations put in an order in which parents stand before their parts, else as they were given.
struct LocationOrder {
    /// Positions in the list given.
    private(set) var positions: [Int] = []
    /// Those that lie in themselves, by way of others or not, rising.
    private(set) var ring: [Int] = []

    init(_ locations: [LocationConfiguration]) {
        var position: [String: Int] = [:]
        for (index, location) in locations.enumerated() where position[location.id] == nil {
            position[location.id] = index
        }
        var isPlaced = Array(repeating: false, count: locations.count)
        // The walk that came by, counted from 1.
        var walk = Array(repeating: 0, count: locations.count)
        for index in locations.indices where !isPlaced[index] {
            // Up to the first ancestor that is placed or is none, then down again.
            var way = [index]
            walk[index] = index + 1
            while let parent = way.last.flatMap({ locations[$0].parent }).flatMap({ position[$0] }), !isPlaced[parent] {
                if walk[parent] == index + 1 {
                    ring += way.drop { $0 != parent }
                    break
                }
                walk[parent] = index + 1
                way.append(parent)
            }
            for step in way.reversed() where !isPlaced[step] {
                isPlaced[step] = true
                positions.append(step)
            }
        }
        ring.sort()
    }
}
