import ParseProgram
import SIPCore

/// Says the fields of ParseFields.h, as SIPCore reads them.
enum RoutingFields {
    typealias Fields = UnsafeMutablePointer<parse_fields>

    static func say(_ message: SIPMessage, _ fields: Fields) throws(SIPParseError) {
        try message.forEachVia { via in
            say(via.host, PARSE_VIA_HOST, fields)
            if let port = via.port { parse_number(fields, PARSE_VIA_PORT, UInt64(port)) }
            if let branch = via.branch { say(branch, PARSE_VIA_BRANCH, fields) }
            if let received = via.received { say(received, PARSE_VIA_RECEIVED, fields) }
            switch via.rport {
            case .absent: break
            case .empty: parse_number(fields, PARSE_VIA_RPORT, 0)
            case .value(let port): parse_number(fields, PARSE_VIA_RPORT, UInt64(port))
            }
        }
        let from = try message.from()
        if let user = from.uri.user { say(user, PARSE_FROM_USER, fields) }
        say(from.uri.host, PARSE_FROM_HOST, fields)
        if let tag = from.tag { say(tag, PARSE_FROM_TAG, fields) }
        let to = try message.to()
        if let user = to.uri.user { say(user, PARSE_TO_USER, fields) }
        say(to.uri.host, PARSE_TO_HOST, fields)
        if let tag = to.tag { say(tag, PARSE_TO_TAG, fields) }
        say(try message.callID(), PARSE_CALL_ID, fields)
        let cseq = try message.cseq()
        parse_number(fields, PARSE_CSEQ_NUMBER, UInt64(cseq.number))
        say(cseq.method, fields)
        try message.forEachContact { contact in
            if let user = contact.uri.user { say(user, PARSE_CONTACT_USER, fields) }
            say(contact.uri.host, PARSE_CONTACT_HOST, fields)
            if let port = contact.uri.port { parse_number(fields, PARSE_CONTACT_PORT, UInt64(port)) }
        }
        if let hops = try message.maxForwards() { parse_number(fields, PARSE_MAX_FORWARDS, UInt64(hops)) }
        if let length = try message.contentLength() { parse_number(fields, PARSE_CONTENT_LENGTH, UInt64(length)) }
    }

    @inline(__always)
    private static func say(_ text: SIPText, _ field: parse_field, _ fields: Fields) {
        text.withSpan { octets in
            octets.withUnsafeBytes { parse_text(fields, field, $0.baseAddress, $0.count) }
        }
    }

    @inline(__always)
    private static func say(_ method: Method, _ fields: Fields) {
        var name = method.name
        name.withUTF8 { parse_text(fields, PARSE_CSEQ_METHOD, UnsafeRawPointer($0.baseAddress), $0.count) }
    }
}
