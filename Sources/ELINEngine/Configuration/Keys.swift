/// A place that ELINs belong to: an ERL's id. The engine knows nothing else of it.
public struct PlaceKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let rawValue: String

    public init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    public static func < (a: PlaceKey, b: PlaceKey) -> Bool { a.rawValue < b.rawValue }

    public var description: String { rawValue }
}

/// A calling device: one registered contact, or the caller's contact when it is not registered.
public struct DeviceKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let rawValue: String

    public init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    public static func < (a: DeviceKey, b: DeviceKey) -> Bool { a.rawValue < b.rawValue }

    public var description: String { rawValue }
}
