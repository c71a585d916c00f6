import E911Values
import SIPCore

/// The headers of a 302 in the forms of the profile (contract section 3).
enum Redirect {
    /// Where the SIP Server is to find the gateway: itself, by its own configured address.
    struct Target: Equatable, Sendable {
        var user: String
        var endpoint: Endpoint
        var transport: SIPTransportKind
        /// Asked by a `sips:` Request-URI.
        var isSecure: Bool

        fileprivate var parameters: String {
            transport == .udp ? "" : ";transport=\(transport == .tls ? "tls" : "tcp")"
        }

        fileprivate func uri(user: String, headers: String = "") -> String {
            "\(isSecure ? "sips" : "sip"):\(user)@\(endpoint)\(parameters)\(headers)"
        }
    }

    /// The answer that carries `elin` (or none) to `target`, and the user part by which the call would come back.
    static func answer(
        to target: Target, elin: TelephoneNumber?, form: ELINForm, number: NumberForm
    ) -> (answer: CallAnswer, contact: String, contactUser: String) {
        var headers: [CallAnswer.Header] = []
        var user = target.user
        var embedded = ""
        if let elin {
            let text = number.text(of: elin)
            let identity = "<sip:\(text)@\(target.endpoint.address.hostText)>"
            switch form {
            case .responsePAI: headers.append(.init(name: "P-Asserted-Identity", value: identity))
            case .contactPAI: embedded = "?P-Asserted-Identity=\(escaped(identity))"
            case .contactUser: user += text
            case .phoneContext: user += ";phone-context=\(elin)"
            case .header(let name): headers.append(.init(name: name, value: text))
            }
        }
        let contact = target.uri(user: user, headers: embedded)
        headers.insert(.init(name: "Contact", value: "<\(contact)>"), at: 0)
        return (CallAnswer(status: 302, headers: headers), contact, user)
    }

    /// The answer that sends a looping call to a gateway by its host.
    static func fallback(
        to uri: String, elin: TelephoneNumber?, number: NumberForm, host: String
    ) -> CallAnswer {
        var headers = [CallAnswer.Header(name: "Contact", value: "<\(uri)>")]
        if let elin {
            headers.append(.init(name: "P-Asserted-Identity", value: "<sip:\(number.text(of: elin))@\(host)>"))
        }
        return CallAnswer(status: 302, headers: headers)
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
