/// The ERLs of a site and how they lie in each other.
public struct LocationTree: Equatable, Sendable {
    /// In the order in which they were given. A location's index here is stable for the life of the tree, so that
    /// tables can hold it in place of the id.
    public private(set) var erls: [ERL] = []
    private var indexes: [LocationID: Int] = [:]
    /// Index of the parent; -1 for a root.
    private var parents: [Int] = []
    private var addresses: [CivicAddress] = []
    /// Whether the location, or one that contains it, is off the premises.
    private var outside: [Bool] = []
    /// What ``text(of:)`` gives, by index: each call asks for it.
    private var texts: [String] = []

    /// - Throws: every problem: an id that is empty or stands twice, a parent that does not exist, a ring of parents.
    public init(_ erls: [ERL]) throws(LocationError) {
        let (tree, problems) = Self.usable(erls)
        guard problems.isEmpty else { throw LocationError(problems: problems) }
        self = tree
    }

    private init() {}

    /// The tree of what can be used, and what is wrong with the rest: the second location of an id is left out, and one
    /// whose parent does not exist, or contains itself, becomes a root.
    public static func usable(_ erls: [ERL]) -> (tree: LocationTree, problems: [LocationProblem]) {
        var tree = LocationTree()
        var problems: [LocationProblem] = []
        var positions: [Int] = []
        func add(_ code: LocationProblem.Code, _ position: Int, _ reason: String) {
            problems.append(LocationProblem(code: code, position: .location(position), reason: reason))
        }
        for (position, erl) in erls.enumerated() {
            if erl.id.rawValue.isEmpty {
                add(.emptyID, position, "location '\(erl.name)' has no id")
            } else if tree.indexes[erl.id] != nil {
                add(.duplicateLocation, position, "location '\(erl.id)' stands here twice")
            } else {
                tree.indexes[erl.id] = tree.erls.count
                tree.erls.append(erl)
                positions.append(position)
            }
        }
        tree.parents = Array(repeating: -1, count: tree.erls.count)
        for (index, erl) in tree.erls.enumerated() {
            guard let parent = erl.parent else { continue }
            guard let above = tree.indexes[parent] else {
                add(.unknownParent, positions[index], "location '\(erl.id)' lies in '\(parent)', which does not exist")
                continue
            }
            // Links are added one by one, so a ring shows at the link that would close it.
            if above == index || tree.chain(above).contains(index) {
                add(.parentCycle, positions[index], "location '\(erl.id)' lies in '\(parent)', which lies in itself")
            } else {
                tree.parents[index] = above
            }
        }
        tree.addresses = tree.erls.indices.map { index in
            tree.chain(index).reversed().reduce(CivicAddress()) { tree.erls[$1].address.inheriting(from: $0) }
        }
        tree.outside = tree.erls.indices.map { index in tree.chain(index).contains { tree.erls[$0].isOffPremises } }
        tree.texts = tree.erls.indices.map { tree.makeText($0) }
        return (tree, problems.sorted { $0.placeOfLocation < $1.placeOfLocation })
    }

    /// In the order in which they were given.
    public var ids: [LocationID] { erls.map(\.id) }

    public func index(of id: LocationID) -> Int? { indexes[id] }

    public subscript(id: LocationID) -> ERL? { indexes[id].map { erls[$0] } }

    /// The location and what contains it, the outermost first; empty if it does not exist.
    public func path(of id: LocationID) -> [LocationID] {
        guard let index = indexes[id] else { return [] }
        return chain(index).reversed().map { erls[$0].id }
    }

    /// What contains the location, the nearest first.
    public func ancestors(of id: LocationID) -> [LocationID] {
        guard let index = indexes[id] else { return [] }
        return chain(index).dropFirst().map { erls[$0].id }
    }

    /// Whether `id` is `ancestor` or lies in it.
    public func isDescendant(_ id: LocationID, of ancestor: LocationID) -> Bool {
        guard var index = indexes[id], let goal = indexes[ancestor] else { return false }
        while index != goal {
            guard parents[index] >= 0 else { return false }
            index = parents[index]
        }
        return true
    }

    /// The civic address with what its parents add.
    public func address(of id: LocationID) -> CivicAddress? {
        indexes[id].map { addresses[$0] }
    }

    /// Whether devices at the location are not at the site.
    public func isOffPremises(_ id: LocationID) -> Bool {
        indexes[id].map { outside[$0] } ?? false
    }

    /// By index.
    func isOffPremises(at index: Int) -> Bool { outside[index] }

    /// What is known of the address of the location: its own validation, or that of the nearest location around it from
    /// which it differs inside of the building alone. A street address is what can be checked from afar.
    ///
    /// `nil` if nobody has judged it.
    public func validation(of id: LocationID) -> Validation? {
        guard let start = indexes[id] else { return nil }
        for index in chain(start) {
            if let validation = erls[index].validation { return validation }
            guard erls[index].address.fields.allSatisfy(\.element.isInside) else { return nil }
        }
        return nil
    }

    /// Names of recipients that hear of each call from the location: its own, then those of what contains it.
    public func contacts(of id: LocationID) -> [String] {
        guard let start = indexes[id] else { return [] }
        var names: [String] = []
        for name in chain(start).flatMap({ erls[$0].contacts }) where !names.contains(name) { names.append(name) }
        return names
    }

    /// The place as people say it: `2nd floor east, 100 W Main St, Chicago IL 60601`.
    ///
    /// Names of the location and of what contains it up to the site, then floor, room, unit and building where no name
    /// says them, then the street address. The site's own name stands only where nothing else does.
    public func text(of id: LocationID) -> String {
        indexes[id].map { texts[$0] } ?? id.rawValue
    }

    private func makeText(_ index: Int) -> String {
        let chain = chain(index)
        let named = chain.count > 1 ? chain.dropLast() : chain[...]
        var parts = named.map { erls[$0].name.isEmpty ? erls[$0].id.rawValue : erls[$0].name }
        let names = parts.joined(separator: " ").lowercased()
        let address = addresses[index]
        for detail in address.details where !names.contains(detail.value.lowercased()) { parts.append(detail.text) }
        return (parts + [address.street, address.city, address.abroad].compactMap { $0 }).joined(separator: ", ")
    }

    /// Indexes of a location and of what contains it, from the inside out.
    private func chain(_ start: Int) -> [Int] {
        var found = [start]
        var index = parents[start]
        while index >= 0 {
            found.append(index)
            index = parents[index]
        }
        return found
    }
}

extension LocationProblem {
    fileprivate var placeOfLocation: Int {
        switch position {
        case .location(let index), .rule(let index), .offPremisesNetwork(let index): index
        case .offPremises: 0
        }
    }
}
