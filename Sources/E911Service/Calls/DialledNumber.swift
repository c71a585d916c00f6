import E911Values

/// What kind of call a Request-URI asks for, by the tables of one call server (contract section 3).
enum DialledNumber: Equatable, Sendable {
    case emergency
    case test
    /// Neither: from a call server an emergency call with an alarm, unless it is one of our ELINs.
    case other

    /// Sorts a Request-URI by its scheme and user (or, for `urn:` and `tel:`, by what stands behind the scheme).
    ///
    /// - Parameters:
    ///   - isURN: whether the scheme is `urn:`.
    ///   - text: the user part of a `sip:` or `sips:` URI, or the whole behind the scheme.
    init(isURN: Bool, text: String, callServer: SiteModel.CallServer?) {
        if isURN {
            let urn = text.lowercased()
            if urn == "service:sos" || urn.hasPrefix("service:sos.") {
                self = .emergency
            } else if urn == "service:test.sos" || urn.hasPrefix("service:test.sos.") {
                self = .test
            } else {
                self = .other
            }
            return
        }
        let number = Self.number(text)
        let emergency = callServer?.configuration.emergencyNumbers ?? ["911", "9911", "112"]
        let test = callServer?.configuration.testNumbers ?? ["933"]
        if emergency.contains(number) {
            self = .emergency
        } else if test.contains(number) {
            self = .test
        } else {
            self = .other
        }
    }

    /// The number without its parameters (`;phone-context=…`).
    static func number(_ text: String) -> String {
        guard let end = text.utf8.firstIndex(of: UInt8(ascii: ";")) else { return text }
        return String(text[..<end])
    }

    /// The last ten digits of a dialled text, whatever prefix and separators stand before and between them; `nil` when
    /// there are fewer, or something that is no part of a number.
    static func lastTenDigits(_ text: String) -> UInt64? {
        var value: UInt64 = 0
        var count = 0
        for octet in text.utf8 {
            switch octet {
            case UInt8(ascii: ";"): return count >= 10 ? value : nil
            case 48...57:
                value = value % 1_000_000_000 * 10 + UInt64(octet - 48)
                count += 1
            case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "("), UInt8(ascii: ")"): continue
            default: return nil
            }
        }
        return count >= 10 ? value : nil
    }
}
