#if Daemon
    import ArgumentParser
    import E911Control
    import E911Service
    import E911Values

    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Where a device is, each rule with why it did or did not apply, and what its emergency call would get.",
            discussion: """
                Nothing is taken or changed. A number, address or MAC that nobody has is explained as that of a device of which \
                nothing else is known.
                """)

        @OptionGroup var look: LookOptions
        @Option(name: .long, help: "A directory number, or a number that a caller rule turns into one.")
        var dn: String?
        @Option(name: .long, help: "An address of record, with or without sip:.")
        var aor: String?
        @Option(name: .long, help: "An IP address.")
        var ip: String?
        @Option(name: .long, help: "A MAC address.")
        var mac: String?
        @Flag(name: .long, help: "Print the place of the first device as PIDF-LO (RFC 4119, RFC 5139, RFC 5491).")
        var pidfLo = false

        func validate() throws {
            guard [dn, aor, ip, mac].compactMap(\.self).count == 1 else {
                throw ValidationError("one of --dn, --ip, --mac, --aor says what is explained")
            }
            _ = try subject
        }

        private var subject: ExplainSubject {
            get throws {
                if let ip {
                    guard let address = IPAddress(ip) else { throw ValidationError("'\(ip)' is no IP address") }
                    return .ip(address)
                }
                if let mac {
                    guard let address = MACAddress(mac) else { throw ValidationError("'\(mac)' is no MAC address") }
                    return .mac(address)
                }
                return aor.map { .aor($0) } ?? .dn(dn ?? "")
            }
        }

        func run() throws {
            let subject = try subject
            let explanation = try look.ask { client throws(ControlError) in
                try client.ask("explain", subject, as: Explanation.self)
            }
            if pidfLo {
                printLine(explanation.devices.first?.presence ?? "")
            } else if look.json {
                try look.show(explanation)
            } else {
                printLine(ExplanationText(explanation).text)
            }
        }
    }
#endif
