/// Where one header line lies in a message: 20 octets, so that the table of a message is one small allocation.
struct HeaderRow: Sendable {
    var name: ByteRange
    /// Trimmed; with its line ends, if the line is folded.
    var value: ByteRange
    /// The number of the name, 0 if it is not known.
    var id: UInt8
    /// Whether line ends stand inside the value.
    var isFolded: Bool
    /// Whether it is not a header at all: no colon, or a name that is no token.
    var isMalformed: Bool

    /// From the name to the end of the value.
    var line: ByteRange { ByteRange(Int(name.start), Int(value.end)) }
}
