import E911Values
import SIPCore

/// The headers of a 302 in the forms of the profile (contract section 3).
enum Redirect {
    /// Where the SIP Server is to find the gateway: itself, by its own address; by its name if nobody knows that.
    struct Target: Equatable, Sendable {
        var user: String
        var member: MemberConfiguration
        /// Asked by a `sips:` Request-URI.
        var isSecure: Bool

        fileprivate var parameters: String {
            switch member.transport {
            case .udp, nil: ""
            case .tcp: ";transport=tcp"
            case .tls: ";transport=tls"
            }
        }

        /// - Parameter host: of the member.
        fileprivate func uri(user: String, host: String, headers: String?) -> String {
            String(octets: user.utf8.count + host.utf8.count + (headers?.utf8.count ?? 0) + 32) { octets in
                octets.append(text: isSecure ? "sips:" : "sip:")
                octets.append(text: user)
                octets.append(UInt8(ascii: "@"))
                octets.append(text: host)
                if let port = member.port {
                    octets.append(UInt8(ascii: ":"))
                    octets.append(decimal: UInt64(port))
                }
                octets.append(text: parameters)
                if let headers {
                    octets.append(UInt8(ascii: "?"))
                    octets.append(text: headers)
                }
            }
        }
    }

    /// The answer that carries `elin` (or none) to `target`, and the user part by which the call would come back.
    static func answer(
        to target: Target, elin: TelephoneNumber?, form: ELINForm, number: NumberForm
    ) -> (answer: CallAnswer, contact: String, contactUser: String) {
        let host = target.member.hostText
        let carried = Carried(elin, form, number, host: host)
        let user = carried.user.isEmpty ? target.user : target.user + carried.user
        let contact = target.uri(user: user, host: host, headers: carried.embedded)
        return (answer(contact, carried), contact, user)
    }

    /// The answer that sends a looping call to a gateway by its host, with the same ELIN in the same form, and the user
    /// part by which it would come back once more.
    ///
    /// - Parameters:
    ///   - uri: of the gateway, as configured.
    ///   - host: of the member that asked: what an asserted identity is qualified with.
    static func fallback(
        to uri: String, elin: TelephoneNumber?, form: ELINForm, number: NumberForm, host: String
    ) -> (answer: CallAnswer, contactUser: String) {
        let carried = Carried(elin, form, number, host: host)
        // A URI in text, of which only the user and the headers change: whatever else it has stays as configured.
        let scheme = uri.prefix { $0 != ":" }
        let rest = uri.dropFirst(scheme.count + 1)
        let parts = rest.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let user = (parts.count == 2 ? String(parts[0]) : "") + carried.user
        var contact = "\(scheme):\(user.isEmpty ? "" : user + "@")\(parts.last ?? "")"
        if let embedded = carried.embedded { contact += (contact.contains("?") ? "&" : "?") + embedded }
        return (answer(contact, carried), user)
    }

    private static func answer(_ contact: String, _ carried: Carried) -> CallAnswer {
        let address = String(octets: contact.utf8.count + 2) { octets in
            octets.append(UInt8(ascii: "<"))
            octets.append(text: contact)
            octets.append(UInt8(ascii: ">"))
        }
        let header = CallAnswer.Header(name: .contact, value: address)
        return CallAnswer(status: 302, headers: carried.header.map { [header, $0] } ?? [header])
    }

    /// What an ELIN adds to a 302, by the form of the profile.
    private struct Carried {
        /// Behind the user of the Contact.
        var user = ""
        /// In the headers of the Contact's URI.
        var embedded: String?
        var header: CallAnswer.Header?

        init(_ elin: TelephoneNumber?, _ form: ELINForm, _ number: NumberForm, host: String) {
            guard let elin else { return }
            let text = number.text(of: elin)
            var identity: String {
                String(octets: text.utf8.count + host.utf8.count + 8) { octets in
                    octets.append(text: "<sip:")
                    octets.append(text: text)
                    octets.append(UInt8(ascii: "@"))
                    octets.append(text: host)
                    octets.append(UInt8(ascii: ">"))
                }
            }
            switch form {
            case .responsePAI: header = .init(name: .pAssertedIdentity, value: identity)
            case .contactPAI: embedded = "P-Asserted-Identity=\(escaped(identity))"
            case .contactUser: user = text
            case .phoneContext: user = ";phone-context=\(elin)"
            case .header(let name): header = .init(name: HeaderName(name), value: text)
            }
        }
    }

    /// Text as a header value inside of a URI (RFC 3261 section 25.1, `hvalue`); more is escaped than must be.
    static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var out: [UInt8] = []
        for octet in text.utf8 {
            switch octet {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "+"):
                out.append(octet)
            default:
                out += [UInt8(ascii: "%"), digits[Int(octet >> 4)], digits[Int(octet & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
