import E911Values

// A site may have a hundred thousand rules, and a start reads them before it answers: each is a short list of texts,
// `["prefix", "10.1.2.0/24", "hq"]`, the location last. Lists are read several times faster than objects in each other,
// which earlier versions wrote.
extension RuleConfiguration {
    private enum Kind: String {
        case mac, dn, instance, bssid, port, prefix
    }

    private enum CodingKeys: CodingKey {
        case condition, location
    }

    public init(from decoder: any Decoder) throws {
        guard var list = try? decoder.unkeyedContainer() else {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            condition = try container.decode(Condition.self, forKey: .condition)
            location = try container.decode(String.self, forKey: .location)
            return
        }
        let name = try list.decode(String.self)
        guard let kind = Kind(rawValue: name) else {
            throw DecodingError.dataCorruptedError(in: list, debugDescription: "'\(name)' is no kind of rule")
        }
        condition =
            switch kind {
            case .mac: .deviceMAC(try list.decode(MACAddress.self))
            case .dn: .deviceDN(try list.decode(String.self))
            case .instance: .deviceInstance(try list.decode(String.self))
            case .bssid: .bssid(try list.decode(String.self))
            case .port: .port(switch: try list.decode(String.self), port: try list.decode(String.self))
            case .prefix: .prefix(try list.decode(IPPrefix.self))
            }
        location = try list.decode(String.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var list = encoder.unkeyedContainer()
        func encode(_ kind: Kind, _ texts: String...) throws {
            try list.encode(kind.rawValue)
            for text in texts { try list.encode(text) }
        }
        switch condition {
        case .deviceMAC(let mac): try encode(.mac, mac.description)
        case .deviceDN(let dn): try encode(.dn, dn)
        case .deviceInstance(let instance): try encode(.instance, instance)
        case .bssid(let bssid): try encode(.bssid, bssid)
        case .port(let name, let port): try encode(.port, name, port)
        case .prefix(let prefix): try encode(.prefix, prefix.description)
        }
        try list.encode(location)
    }
}
