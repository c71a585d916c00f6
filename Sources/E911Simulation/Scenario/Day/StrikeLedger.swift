/// Which faults struck which calls. A fault strikes a call when it befalls one of its messages, or what is done for it, or
/// happens while it lasts; each fault counts once for each call.
struct StrikeLedger {
    private struct Struck: OptionSet {
        let rawValue: UInt32
        init(rawValue: UInt32) { self.rawValue = rawValue }
        init(_ fault: Fault) { rawValue = 1 << UInt32(Fault.allCases.firstIndex(of: fault) ?? 31) }
    }

    /// Calls that have begun.
    private(set) var calls = 0
    /// Calls struck, in the order of `Fault.allCases`.
    private(set) var counts = Fault.allCases.map { _ in 0 }
    /// Calls struck by any fault.
    private(set) var struck = 0
    /// By phone; `nil` when it has no call.
    private var present: [Struck?]

    init(phones: Int) {
        present = Array(repeating: nil, count: phones)
    }

    mutating func begin(_ phone: Int) {
        calls += 1
        present[phone] = []
    }

    mutating func strike(_ phone: Int, _ fault: Fault) {
        guard present.indices.contains(phone) else { return }
        present[phone]?.insert(Struck(fault))
    }

    /// All calls that last.
    mutating func strikeAll(_ fault: Fault) {
        for phone in present.indices { present[phone]?.insert(Struck(fault)) }
    }

    mutating func end(_ phone: Int) {
        guard let struck = present[phone] else { return }
        present[phone] = nil
        if !struck.isEmpty { self.struck += 1 }
        for (index, fault) in Fault.allCases.enumerated() where struck.contains(Struck(fault)) { counts[index] += 1 }
    }

    /// The user of From in a message that is no REGISTER; `nil` when there is none. For messages of simulated phones and
    /// servers, which write their headers in one way.
    static func caller(in octets: [UInt8]) -> Int? {
        octets.withUnsafeBufferPointer { octets in
            guard find(octets, "REGISTER\r\n", from: 0) == nil, let from = find(octets, "\r\nFrom: ", from: 0),
                let uri = find(octets, "sip:", from: from)
            else { return nil }
            var user = 0
            var place = uri
            while place < octets.count, octets[place] >= 48, octets[place] <= 57, user < 1_000_000 {
                user = user * 10 + Int(octets[place] - 48)
                place += 1
            }
            return place > uri ? user : nil
        }
    }

    /// Behind the first occurrence.
    private static func find(_ octets: UnsafeBufferPointer<UInt8>, _ text: StaticString, from start: Int) -> Int? {
        let count = text.utf8CodeUnitCount
        guard octets.count >= count else { return nil }
        var place = start
        while place <= octets.count - count {
            var matched = 0
            while matched < count, octets[place + matched] == text.utf8Start[matched] { matched += 1 }
            if matched == count { return place + count }
            place += 1
        }
        return nil
    }
}
