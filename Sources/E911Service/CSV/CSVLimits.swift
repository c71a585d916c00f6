/// How much a ``CSVReader`` takes. Reaching a limit ends the reading with a ``CSVError`` that names it.
public struct CSVLimits: Equatable, Sendable {
    /// Octets of the whole text: 256 MiB.
    public var octets = 256 << 20
    /// Rows, the header included: 1,000,001.
    public var rows = 1_000_001
    /// Fields of one row: 256.
    public var columns = 256
    /// Octets of one field: 2 MiB, since a pool of 100,000 single numbers is one.
    public var fieldOctets = 2 << 20

    public init() {}
}
