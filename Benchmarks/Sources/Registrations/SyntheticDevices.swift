import E911Values

/// Devices that nobody has, and the reginfo documents that tell of them: the same for the same seed.
///
/// Each has 149 octets of AOR, contact URI, instance and `received`, a MAC in its instance, and an address of one of the
/// subnets, a hundred devices to each.
struct SyntheticDevices {
    static let aorOctets = 32
    static let contactOctets = 34
    static let instanceOctets = 45
    static let receivedOctets = 38

    let seed: UInt64
    let count: Int

    /// `10.100.100.0/24` and those behind it, 150 of a second octet.
    static func subnets(_ devices: Int) -> Int { min(22_500, max(100, devices / 100)) }

    /// Where a device is in its `round`th place.
    func address(_ device: Int, round: Int = 0) -> [UInt8] {
        var generator = SeededGenerator(seed: seed &* 0x9e37_79b9 &+ UInt64(device) << 8 &+ UInt64(round))
        let random = generator.next()
        let subnet = (random & 0xffff_ffff) % UInt64(Self.subnets(count))
        return Array("10.\(100 + subnet / 150).\(100 + subnet % 150).\(100 + (random >> 32) % 150)".utf8)
    }

    func number(_ device: Int) -> Int { 2_000_000 + device }

    /// Documents of at most `octets` each that list the devices of `range`: the first one is full, the others partial.
    func documents(_ range: Range<Int>, round: Int = 0, octets limit: Int, isPartial: Bool = false) -> [[UInt8]] {
        var documents: [[UInt8]] = []
        var document = Self.head(isPartial ? "partial" : "full", version: 0)
        var isEmpty = true
        for device in range {
            let before = document.count
            append(device, round: round, to: &document)
            if document.count + Self.tail.utf8CodeUnitCount > limit, !isEmpty {
                let own = Array(document[before...])
                document.removeSubrange(before...)
                document.append(Self.tail)
                documents.append(document)
                document = Self.head("partial", version: documents.count)
                document += own
            }
            isEmpty = false
        }
        document.append(Self.tail)
        documents.append(document)
        return documents
    }

    private static func head(_ state: StaticString, version: Int) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(16 << 10)
        octets.append(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"")
        octets.append(decimal: version)
        octets.append("\" state=\"")
        octets.append(state)
        octets.append("\">\n")
        return octets
    }

    private static let tail: StaticString = "</reginfo>\n"

    private func append(_ device: Int, round: Int, to octets: inout [UInt8]) {
        let number = number(device)
        let address = address(device, round: round)
        octets.append("  <registration aor=\"sip:")
        octets.append(decimal: number)
        octets.append("@pbx.corp.example.com\" id=\"a")
        octets.append(decimal: number)
        octets.append("\" state=\"active\">\n    <contact id=\"c")
        octets.append(decimal: number)
        octets.append("\" state=\"active\" event=\"registered\" expires=\"3600\" q=\"0.500\" callid=\"7c1f")
        octets.append(decimal: number)
        octets.append("@")
        octets += address
        octets.append("\" cseq=\"")
        octets.append(decimal: 1 + device % 97)
        octets.append("\" received=\"sip:")
        octets += address
        octets.append(":49152;transport=tcp\">\n      <uri>sip:")
        octets.append(decimal: number)
        octets.append("@")
        octets += address
        octets.append(":5060;ob</uri>\n      <display-name>Agent ")
        octets.append(decimal: number)
        octets.append("</display-name>\n      <unknown-param name=\"+sip.instance\">\"&lt;")
        octets.append("urn:uuid:00000000-0000-1000-8000-00085d")
        octets.append(hexadecimal: device)
        octets.append("&gt;\"</unknown-param>\n    </contact>\n  </registration>\n")
    }
}

extension [UInt8] {
    mutating func append(_ text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(decimal number: Int) {
        append(contentsOf: String(number).utf8)
    }

    /// Six digits.
    mutating func append(hexadecimal number: Int) {
        for shift in stride(from: 20, through: 0, by: -4) {
            let digit = UInt8(number >> shift & 15)
            append(digit < 10 ? 48 + digit : 87 + digit)
        }
    }
}
