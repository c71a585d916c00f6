import E911Values

/// Finds the address and the MAC of a device in what its registration says, in the order of the profile.
struct DeviceIdentity {
    var address: IPAddress?
    /// An address was looked for in a text that has a host, and the host is none.
    var hasUnusableHost = false
    /// A MAC was looked for in a parameter that is there, and is none.
    var hasUnusableMAC = false
    var mac: MACAddress?
    var limitReached = false

    /// Where a call server's profile looks, by itself: a copy of all that is configured would cost more than to look.
    final class Sources: Sendable {
        let ip: [DeviceIPSource]
        let mac: [DeviceMACSource]
        let userAgentPattern: Pattern?

        init(_ callServer: RegistryCallServer) {
            (ip, mac) = (callServer.ipSources, callServer.macSources)
            userAgentPattern = callServer.userAgentPattern
        }
    }

    init(_ texts: DeviceTexts, _ sources: Sources) {
        for source in sources.ip where address == nil {
            switch source {
            case .received: take(URIParts(texts.received))
            case .contact: take(URIParts(texts.contactURI))
            case .path: take(URIParts(Self.lastHop(texts.path)))
            }
        }
        if address != nil { hasUnusableHost = false }
        for source in sources.mac where mac == nil {
            switch source {
            case .instance: mac = Self.mac(ofInstance: texts.instance)
            case .uriParameter:
                let (uri, parts) = (texts.contactURI, URIParts(texts.contactURI))
                for name: StaticString in ["mac", "x-mac"] where mac == nil {
                    guard let range = parts.parameter(name) else { continue }
                    mac = MACAddress(String(decoding: uri[range], as: UTF8.self))
                    hasUnusableMAC = mac == nil
                }
            case .userAgent:
                guard let pattern = sources.userAgentPattern, !texts.userAgent.isEmpty else { continue }
                takeMAC(of: texts.userAgent, pattern)
            }
        }
    }

    /// What is there as text only.
    var hasUnusableText: Bool { hasUnusableHost || hasUnusableMAC && mac == nil }

    private mutating func take(_ parts: URIParts) {
        guard !parts.host.isEmpty else { return }
        address = parts.address
        hasUnusableHost = hasUnusableHost || address == nil
    }

    private mutating func takeMAC(of userAgent: UnsafeBufferPointer<UInt8>, _ pattern: Pattern) {
        switch pattern.firstMatch(in: Array(userAgent).span) {
        case .noMatch: break
        case .limitReached: limitReached = true
        case .match(let groups):
            let group = groups.count > 1 && groups[1] != nil ? groups[1] : groups.first ?? nil
            guard let range = group else { return }
            mac = MACAddress(String(decoding: userAgent[range], as: UTF8.self))
        }
    }

    /// The URI of the last value of a Path (RFC 3327): the hop next to the registrar's far end.
    private static func lastHop(_ path: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        guard let open = path.lastIndex(of: UInt8(ascii: "<")) else { return path }
        let end = path[open...].firstIndex(of: UInt8(ascii: ">")) ?? path.count
        return UnsafeBufferPointer(rebasing: path[(open + 1)..<end])
    }

    /// The node of a `urn:uuid` when it is a MAC: the UUID is of a version that carries one (1, 2 or 6), or all zero but
    /// for version and variant, as phones write it that have nothing but their MAC. A node with the multicast bit is
    /// random (RFC 4122 section 4.5).
    static func mac(ofInstance instance: UnsafeBufferPointer<UInt8>) -> MACAddress? {
        let prefix = 9
        guard instance.count == prefix + 36, instance[4] == UInt8(ascii: "u"), instance[8] == UInt8(ascii: ":"),
            instance[prefix + 23] == UInt8(ascii: "-")
        else { return nil }
        let uuid = UnsafeBufferPointer(rebasing: instance[prefix...])
        var bits: UInt64 = 0
        for octet in uuid[24...] {
            guard let digit = URIParts.digit(octet) else { return nil }
            bits = bits << 4 | UInt64(digit)
        }
        guard bits != 0, bits >> 40 & 1 == 0 else { return nil }
        let mac = MACAddress(bits: bits)
        let version = uuid[14]
        if version == UInt8(ascii: "1") || version == UInt8(ascii: "2") || version == UInt8(ascii: "6") { return mac }
        // Version and the variant's first digit stand at 14 and 19.
        let isBlank = uuid[..<24].enumerated().allSatisfy { place, octet in
            octet == UInt8(ascii: "0") || octet == UInt8(ascii: "-") || place == 14 || place == 19
        }
        return isBlank ? mac : nil
    }
}
