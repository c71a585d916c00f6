internal import E911Values

extension DNSAnswer {
    /// Reads what a DNS server replied to `question`: a message of RFC 1035 section 4.
    ///
    /// Aliases (CNAME) that the reply leads along are followed. Records of other names and types are left out, and so is
    /// one whose own data cannot be read. Whatever the octets are, the answer is one of the three: a reply that is cut
    /// off, that is none, or that belongs to another question is ``failed(reason:)``.
    public init(reply octets: [UInt8], to question: DNSQuestion) {
        self = DNSReply(octets)?.answer(to: question) ?? .failed(reason: "the reply cannot be read")
    }
}

/// A reply of a DNS server, as far as an answer needs it.
struct DNSReply {
    private struct Record {
        var name: DNSName
        var type: UInt16
        var isInternet: Bool
        var timeToLive: UInt32
        var data: DNSCursor
    }

    /// Aliases that are followed.
    private static let mostAliases = 16
    private static let alias: UInt16 = 5
    private static let authority: UInt16 = 6
    private static let internet: UInt16 = 1

    private let flags: UInt16
    private var asked: (name: DNSName, type: UInt16)?
    private var answers: [Record] = []
    private var authorities: [Record] = []

    /// `nil` if the octets are no whole message.
    init?(_ octets: [UInt8]) {
        var cursor = DNSCursor(octets)
        guard cursor.short() != nil, let flags = cursor.short(), let questions = cursor.short(),
            let answers = cursor.short(), let authorities = cursor.short(), cursor.short() != nil, questions <= 1
        else { return nil }
        self.flags = flags
        if questions == 1 {
            guard let name = cursor.name(), let type = cursor.short(), cursor.short() == Self.internet else {
                return nil
            }
            asked = (name, type)
        }
        // Only whoever sees all the records knows that none is missing.
        for _ in 0..<answers {
            guard let record = Self.record(&cursor) else { return nil }
            self.answers.append(record)
        }
        for _ in 0..<authorities {
            guard let record = Self.record(&cursor) else { return nil }
            self.authorities.append(record)
        }
    }

    private static func record(_ cursor: inout DNSCursor) -> Record? {
        guard let name = cursor.name(), let type = cursor.short(), let kind = cursor.short(),
            let timeToLive = cursor.long(), let count = cursor.short(), let data = cursor.part(Int(count))
        else { return nil }
        // One with the highest bit is none (RFC 2181 section 8).
        return Record(
            name: name, type: type, isInternet: kind == internet, timeToLive: timeToLive >> 31 == 0 ? timeToLive : 0,
            data: data)
    }

    func answer(to question: DNSQuestion) -> DNSAnswer {
        let isReply = flags >> 15 == 1
        let isCutOff = flags >> 9 & 1 == 1
        guard isReply, let asked, asked.name == DNSName(question), asked.type == question.type.rawValue else {
            return .failed(reason: "the reply is to another question")
        }
        switch flags & 15 {
        case 0:
            guard !isCutOff else { return .failed(reason: "the reply is cut off") }
            let records = records(for: question)
            return records.isEmpty ? .absent(timeToLive: absence) : .records(records)
        case 3:
            return .absent(timeToLive: absence)
        case let code:
            return .failed(reason: "the server says \(Self.name(of: code))")
        }
    }

    /// Those of the type that the name has, or the name that its aliases lead to.
    private func records(for question: DNSQuestion) -> [DNSRecord] {
        var name = DNSName(question)
        var shortest = UInt32.max
        for _ in 0..<Self.mostAliases {
            guard
                let alias = answers.first(where: { $0.isInternet && $0.type == Self.alias && $0.name == name })
            else { break }
            var data = alias.data
            guard let target = data.name() else { break }
            name = target
            shortest = min(shortest, alias.timeToLive)
        }
        return answers.compactMap { record in
            guard record.isInternet, record.type == question.type.rawValue, record.name == name,
                let data = Self.data(of: question.type, record.data)
            else { return nil }
            return DNSRecord(data, timeToLive: min(record.timeToLive, shortest))
        }
    }

    private static func data(of type: DNSRecordType, _ data: DNSCursor) -> DNSRecord.Data? {
        var data = data
        switch type {
        case .a:
            guard let bits = data.long(), data.isAtEnd else { return nil }
            return .address(IPAddress(v4: bits))
        case .aaaa:
            var bits: UInt128 = 0
            for _ in 0..<4 {
                guard let part = data.long() else { return nil }
                bits = bits << 32 | UInt128(part)
            }
            return data.isAtEnd ? .address(IPAddress(v6: bits)) : nil
        case .srv:
            guard let priority = data.short(), let weight = data.short(), let port = data.short(),
                let target = data.name()?.text
            else { return nil }
            return .service(ServiceRecord(priority: priority, weight: weight, port: port, target: target))
        case .naptr:
            guard let order = data.short(), let preference = data.short(), let flags = data.text(),
                let service = data.text(), let expression = data.text(), let replacement = data.name()?.text
            else { return nil }
            return .pointer(
                NamingPointer(
                    order: order, preference: preference, flags: flags, service: service, expression: expression,
                    replacement: replacement))
        }
    }

    /// How long an absence holds, in seconds (RFC 2308 section 5); `nil` if the server does not say.
    private var absence: UInt32? {
        for record in authorities where record.isInternet && record.type == Self.authority {
            var data = record.data
            guard data.name() != nil, data.name() != nil else { continue }
            // Serial, refresh, retry, expire, and the one that counts.
            var last: UInt32?
            for _ in 0..<5 { last = data.long() }
            if let last { return min(last, record.timeToLive) }
        }
        return nil
    }

    /// RFC 6895 section 2.3.
    private static func name(of code: UInt16) -> String {
        switch code {
        case 1: "FORMERR"
        case 2: "SERVFAIL"
        case 4: "NOTIMP"
        case 5: "REFUSED"
        default: "code \(code)"
        }
    }
}
