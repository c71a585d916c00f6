#if Daemon
    import Foundation

    /// A SIP message as tshark reads it.
    struct DissectedMessage: Sendable {
        let frame: Int
        let sourceAddress: String
        let sourcePort: UInt16
        let destinationPort: UInt16
        let isUDP: Bool
        /// Every field of the dissector by its name (`sip.CSeq.method`), with its values in order.
        let fields: [String: [String]]

        subscript(_ field: String) -> String? { fields[field]?.first }

        var isRequest: Bool { fields["sip.Request-Line"] != nil }
        var method: String? { self["sip.Method"] ?? cseqMethod }
        var status: Int? { self["sip.Status-Code"].flatMap { Int($0) } }
        var cseq: Int? { self["sip.CSeq.seq"].flatMap { Int($0) } }
        var cseqMethod: String? { self["sip.CSeq.method"] }
        var callID: String? { self["sip.Call-ID"] }
        var fromTag: String? { self["sip.from.tag"] }
        var toTag: String? { self["sip.to.tag"] }
        var contentLength: Int? { self["sip.Content-Length"].flatMap { Int($0) } }
        /// As they stand in their headers.
        var contact: String? { self["sip.Contact"] }
        var assertedIdentity: String? { self["sip.P-Asserted-Identity"] }

        /// Reads the output of `tshark -T json --no-duplicate-keys`.
        static func read(json: String) throws -> [DissectedMessage] {
            guard let packets = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]] else {
                throw PeerError("tshark wrote no list")
            }
            return try packets.flatMap { packet -> [DissectedMessage] in
                guard let layers = (packet["_source"] as? [String: Any])?["layers"] as? [String: Any],
                    let sip = layers["sip"]
                else { throw PeerError("tshark wrote a packet without SIP: \(packet)") }
                var outer: [String: [String]] = [:]
                for layer in ["frame", "ip", "ipv6", "udp", "tcp"] { gather(layers[layer], as: layer, into: &outer) }
                func number(_ names: String...) throws -> Int {
                    guard let value = names.compactMap({ outer[$0]?.first }).first.flatMap({ Int($0) }) else {
                        throw PeerError("tshark wrote no \(names)")
                    }
                    return value
                }
                return try ((sip as? [Any]) ?? [sip]).map { message in
                    var fields: [String: [String]] = [:]
                    gather(message, as: "sip", into: &fields)
                    return DissectedMessage(
                        frame: try number("frame.number"),
                        sourceAddress: outer["ip.src"]?.first ?? outer["ipv6.src"]?.first ?? "",
                        sourcePort: UInt16(truncatingIfNeeded: try number("udp.srcport", "tcp.srcport")),
                        destinationPort: UInt16(truncatingIfNeeded: try number("udp.dstport", "tcp.dstport")),
                        isUDP: layers["udp"] != nil, fields: fields)
                }
            }
        }

        private static func gather(_ value: Any?, as name: String, into fields: inout [String: [String]]) {
            switch value {
            case let text as String: fields[name, default: []].append(text)
            case let list as [Any]: for each in list { gather(each, as: name, into: &fields) }
            case let object as [String: Any]: for (key, each) in object { gather(each, as: key, into: &fields) }
            default: return
            }
        }
    }
#endif
