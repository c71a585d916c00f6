import Glibc
import PeerSofia
import SIPCore

/// One message to be parsed by both sides.
struct Sample {
    let name: String
    let octets: [UInt8]

    init(path: String) throws {
        guard let file = fopen(path, "rb") else { throw BenchmarkError.file(path) }
        defer { fclose(file) }
        var octets = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&octets, 1, octets.count, file)
        octets.removeSubrange(count...)
        name = path.split(separator: "/").last.map(String.init) ?? path
        self.octets = octets
    }

    /// What SIPCore reads in the eight routing headers, in the words of `peer_sofia_facts`.
    func facts() throws -> String {
        let message = try SIPMessage(parsing: octets)
        func words(_ address: NameAddress) -> String {
            let port = address.uri.port.map(String.init) ?? ""
            return "\(address.uri.user ?? "") \(address.uri.host) \(port) \(address.tag ?? "")\n"
        }
        var text = ""
        for via in try message.vias() {
            text += "via \(via.host) \(via.port.map(String.init) ?? "") \(via.branch ?? "")\n"
        }
        text += "from " + words(try message.from())
        text += "to " + words(try message.to())
        text += "call-id \(try message.callID())\n"
        text += "cseq \(try message.cseq())\n"
        for contact in try message.contacts() { text += "contact " + words(contact) }
        if let hops = try message.maxForwards() { text += "max-forwards \(hops)\n" }
        if let length = try message.contentLength() { text += "content-length \(length)\n" }
        return text
    }

    func peerFacts() -> String? {
        var out = [CChar](repeating: 0, count: 65_536)
        let count = octets.withUnsafeBytes { source in
            peer_sofia_facts(source.baseAddress, source.count, &out, out.count)
        }
        guard count >= 0 else { return nil }
        return String(decoding: out[..<Int(count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The FNV-1a checksum of what both sides read, which must be the same.
    static func agreed(_ samples: [Sample]) throws -> UInt64 {
        var checksum: UInt64 = 0xcbf2_9ce4_8422_2325
        for sample in samples {
            let ours = try sample.facts()
            guard let peer = sample.peerFacts(), ours == peer else {
                throw BenchmarkError.disagreement(
                    "\(sample.name)\nSIPCore:\n\(ours)\nsofia-sip:\n\(sample.peerFacts() ?? "no message")")
            }
            for octet in ours.utf8 { checksum = (checksum ^ UInt64(octet)) &* 0x100_0000_01b3 }
        }
        return checksum
    }
}
