import E911Values

@testable import SIPCore

extension DigestHash {
    /// FNV-1a, another one for each algorithm: the real ones are tested where they are.
    static let toy = toy(DigestAlgorithm.allCases)

    static func toy(_ algorithms: [DigestAlgorithm]) -> DigestHash {
        DigestHash(algorithms) { algorithm, octets in
            var state: UInt64 = 0xcbf2_9ce4_8422_2325
            for octet in Array(algorithm.token.utf8) + octets {
                state = (state ^ UInt64(octet)) &* 0x100_0000_01b3
            }
            return (0..<8).map { UInt8(truncatingIfNeeded: state >> ($0 * 8)) }
        }
    }
}

/// A response with these rows.
func challenge(_ status: Int = 401, _ rows: [String]) throws -> SIPMessage {
    let head = [
        "SIP/2.0 \(status) X", "Via: SIP/2.0/UDP 192.0.2.20;branch=z9hG4bK1", "From: <sip:a@b>;tag=1",
        "To: <sip:b@b>;tag=2", "Call-ID: 1", "CSeq: 1 SUBSCRIBE",
    ]
    let text = (head + rows + ["Content-Length: 0", "", ""]).joined(separator: "\r\n")
    return try SIPMessage(parsing: Array(text.utf8))
}

extension RequestBuilder {
    /// The credentials of the request, as they would be read.
    func credentials(_ party: DigestParty = .server) throws -> [DigestCredentials] {
        try headers.all(party.credentialsHeader).map { try DigestCredentials(parsing: $0) }
    }
}
