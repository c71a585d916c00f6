#if Daemon
    import E911Service
    import E911Values
    import SIPCore
    import Yams

    // What a scalar means. Quotes change nothing (port: "5060" is a port), except that "", "~" and "null" in quotes are
    // texts.
    extension YAMLValue {
        /// A text, as it stands there: digits keep their leading zeros.
        func text(_ wanted: String = "a text", _ example: String? = nil) -> String? {
            guard case .scalar(let scalar) = node else {
                fail("\(described) where \(wanted) is wanted", example.map { "for example \($0)" } ?? "one value")
                return nil
            }
            if isNull {
                fail("has no value", "\(wanted)\(example.map { ", for example \($0)" } ?? ""), or leave the key out")
                return nil
            }
            guard ["", "!", "tag:yaml.org,2002:str"].contains(scalar.tag.rawValue) else {
                fail("the tag \(scalar.tag.rawValue) is not read here", "the value alone")
                return nil
            }
            return scalar.string
        }

        /// A text that a type's own initialiser reads.
        func parsed<T>(_ wanted: String, _ example: String, _ parse: (String) -> T?) -> T? {
            guard let text = text(wanted, example) else { return nil }
            guard let value = parse(text) else {
                fail("\(described) is not \(wanted)", "for example \(example)")
                return nil
            }
            return value
        }

        /// A whole number.
        func integer(_ range: ClosedRange<Int>, _ wanted: String, _ why: String = "") -> Int? {
            guard let text = text(wanted, "\(range.lowerBound) to \(range.upperBound)") else { return nil }
            guard let number = WholeNumber.read(text) else {
                fail("\(described) is not \(wanted)", "a whole number from \(range.lowerBound) to \(range.upperBound)")
                return nil
            }
            guard range.contains(number) else {
                fail("\(number) is out of range", "\(range.lowerBound) to \(range.upperBound)\(why)")
                return nil
            }
            return number
        }

        func port() -> UInt16? {
            integer(1...65535, "a port").map { UInt16(truncatingIfNeeded: $0) }
        }

        /// `true` or `false`, and the other spellings of YAML 1.1.
        func boolean() -> Bool? {
            guard let text = text("true or false") else { return nil }
            switch text.lowercased() {
            case "true", "yes", "on": return true
            case "false", "no", "off": return false
            default:
                fail("\(described) is neither true nor false", "true or false")
                return nil
            }
        }

        /// One word of a few.
        func choice<T>(_ choices: [(name: String, value: T)]) -> T? {
            let names = choices.map(\.name).joined(separator: ", ")
            guard let text = text("one of \(names)") else { return nil }
            guard let choice = choices.first(where: { $0.name == text }) else {
                fail("\(described) is not a choice here", "one of \(names)")
                return nil
            }
            return choice.value
        }

        func choice<T: CaseIterable & RawRepresentable<String>>(_ type: T.Type) -> T? {
            choice(T.allCases.map { ($0.rawValue, $0) })
        }

        /// Seconds, or a number with a unit.
        func duration(_ range: ClosedRange<Duration>, _ why: String = "") -> Duration? {
            guard let duration = parsed("a duration", "250ms, 15s, 24h or plain seconds", DurationText.read) else {
                return nil
            }
            guard range.contains(duration) else {
                fail(
                    "\(DurationText.write(duration)) is out of range",
                    "\(DurationText.write(range.lowerBound)) to \(DurationText.write(range.upperBound))\(why)")
                return nil
            }
            return duration
        }

        /// A duration in whole seconds.
        func seconds(_ range: ClosedRange<Int>) -> Int? {
            guard let duration = duration(.seconds(range.lowerBound)...(.seconds(range.upperBound))) else { return nil }
            guard duration.components.attoseconds == 0 else {
                fail("\(DurationText.write(duration)) is not a whole number of seconds", "for example 15s")
                return nil
            }
            return Int(clamping: duration.components.seconds)
        }

        /// A list of which each entry is read alike; entries that cannot be read are told and left out.
        func list<T>(of read: (YAMLValue) -> T?) -> [T]? {
            guard let entries = list() else { return nil }
            var values: [T] = []
            var kept: [Int] = []
            for (index, entry) in entries.enumerated() {
                guard let value = read(entry) else { continue }
                values.append(value)
                kept.append(index)
            }
            if kept.count < entries.count { reading.keep(kept, of: path) }
            return values
        }

        /// A list of texts.
        func texts(_ wanted: String, _ example: String) -> [String]? {
            list { $0.text(wanted, example) }
        }

        func telephoneNumber() -> TelephoneNumber? {
            parsed("a telephone number of 10 to 15 digits", "\"+13125550101\"") { TelephoneNumber($0) }
        }

        func address() -> IPAddress? {
            parsed("an IP address", "192.0.2.10") { IPAddress($0) }
        }

        /// An address, or a name that can stand in DNS.
        func host() -> ServerTarget.Host? {
            parsed("an IP address or a host name", "192.0.2.10") { text in
                guard let host = ServerTarget(host: text)?.host else { return nil }
                // Digits and dots are an address with a slip in it, and no top-level domain is a number (RFC 3696).
                if case .name(let name) = host, name.split(separator: ".").last.flatMap({ UInt64($0) }) != nil {
                    return nil
                }
                return host
            }
        }

        /// An endpoint: an address, and a port behind a colon, or the usual one.
        func endpoint(port: UInt16, _ example: String) -> Endpoint? {
            parsed("an IP address, with a port or without", example) { text in
                IPAddress(text).map { Endpoint($0, port) } ?? Endpoint(text).flatMap { $0.port > 0 ? $0 : nil }
            }
        }

        /// A prefix; bits behind its length are told, since they hint at a slip.
        func prefix() -> IPPrefix? {
            guard let prefix = parsed("an IP prefix", "10.1.2.0/24", { IPPrefix($0) }) else { return nil }
            if let written = text()?.prefix(while: { $0 != "/" }), IPAddress(written) != prefix.address {
                fail(
                    "\(described) has bits behind its prefix; it is read as \(prefix)", "\(prefix)", severity: .warning)
            }
            return prefix
        }
    }
#endif
