/// A service URN (RFC 5031): `urn:service:sos`, `urn:service:sos.fire`, `urn:service:test.sos`.
///
/// `"URN:service:" top-level *( "." sub-service )`, labels of letters, digits and inner hyphens, 26 characters at most
/// (RFC 5031 section 4.2); case does not count. At most 16 labels are read.
public struct ServiceURN: Sendable, Hashable {
    /// The most labels that are read.
    public static let mostLabels = 16

    /// In lower case, `test` among them.
    public let labels: [SIPText]

    /// - Throws: ``SIPParseError`` when the URI is no URN of a service, or a label is not one.
    public init(_ uri: SIPURI) throws(SIPParseError) {
        let whole = uri.opaque.lowercase
        guard uri.scheme == .urn, whole.hasPrefix("service:") else {
            throw SIPParseError(.uri, "no URN of a service")
        }
        let service = whole.slice(8, whole.count)
        var labels: [SIPText] = []
        for piece in service.split(
            separator: UInt8(ascii: "."), maxSplits: Self.mostLabels - 1, omittingEmptySubsequences: false)
        {
            let label = service.slice(piece.startIndex, piece.endIndex)
            guard (1...26).contains(label.count), label.first != UInt8(ascii: "-"), label.last != UInt8(ascii: "-"),
                label.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") })
            else {
                throw SIPParseError(.uri, "a service is labels of letters, digits and hyphens with dots between")
            }
            labels.append(label)
        }
        self.labels = labels
    }

    /// Whether it asks for a test of an emergency service (RFC 6881 section 17).
    public var isTest: Bool { labels.count > 1 && labels[0] == "test" }

    /// Whether it is an emergency service or a kind of one: `sos` and `sos.…`, but not a test.
    public var isEmergency: Bool { labels.first == "sos" }

    /// Whether it is a test of an emergency service: `test.sos` and `test.sos.…`.
    public var isEmergencyTest: Bool { isTest && labels[1] == "sos" }

    /// The kind of emergency service, for example `fire`, of a test too; `nil` for `sos` alone and for other services.
    public var emergencyKind: String? {
        let rest = isEmergency ? labels.dropFirst() : isEmergencyTest ? labels.dropFirst(2) : []
        return rest.isEmpty ? nil : rest.map(\.description).joined(separator: ".")
    }
}
