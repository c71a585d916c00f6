#if Daemon
    import E911Configuration
    import E911Service
    import E911Values
    import SIPTransport

    /// How a line of the log looks: as text or as JSON. Nothing that a peer sends ends a line or begins one.
    struct LogLine: Sendable {
        var isJSON: Bool
        var showsPersonalData: Bool

        func append(_ note: Note, at time: WallTime, to octets: inout [UInt8]) {
            var fields = note.fields.filter { !$0.isEmpty && (showsPersonalData || !$0.isPersonal) }
            fields.append(.init("code", note.code))
            append(note.level.logged.rawValue, note.text, fields, at: time, to: &octets)
        }

        func append(_ note: TransportNote, at time: WallTime, to octets: inout [UInt8]) {
            append(
                note.logged.rawValue, "The transport has trouble",
                [.init("code", "transport"), .init("what", "\(note)")], at: time,
                to: &octets)
        }

        private func append(
            _ level: String, _ message: String, _ fields: [Note.Field], at time: WallTime, to octets: inout [UInt8]
        ) {
            var fields = fields
            if isJSON {
                fields += [.init("time", time.description), .init("level", level), .init("message", message)]
            } else {
                for part in [time.description, " ", level, " ", message] { octets.append(contentsOf: part.utf8) }
            }
            fields.sort { $0.name < $1.name }
            for (index, field) in fields.enumerated() {
                if isJSON {
                    octets.append(UInt8(ascii: index == 0 ? "{" : ","))
                    quote(field.name, into: &octets)
                    octets.append(UInt8(ascii: ":"))
                    quote(field.value, into: &octets)
                } else {
                    octets.append(UInt8(ascii: " "))
                    octets.append(contentsOf: field.name.utf8)
                    octets.append(UInt8(ascii: "="))
                    let start = octets.count
                    field.append(to: &octets)
                    if octets[start...].contains(where: { $0 <= 32 || $0 == UInt8(ascii: "\"") || $0 == 127 }) {
                        octets.removeSubrange(start...)
                        quote(field.value, into: &octets)
                    }
                }
            }
            if isJSON { octets.append(UInt8(ascii: "}")) }
            octets.append(10)
        }

        /// A string of JSON (RFC 8259 section 7).
        private func quote(_ text: String, into octets: inout [UInt8]) {
            octets.append(UInt8(ascii: "\""))
            for octet in text.utf8 {
                switch octet {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"): octets += [UInt8(ascii: "\\"), octet]
                case 9: octets += "\\t".utf8
                case 10: octets += "\\n".utf8
                case 13: octets += "\\r".utf8
                case 0..<32, 127:
                    let digits = String(octet, radix: 16)
                    octets += "\\u00\(digits.utf8.count == 1 ? "0" : "")\(digits)".utf8
                default: octets.append(octet)
                }
            }
            octets.append(UInt8(ascii: "\""))
        }
    }
#endif
