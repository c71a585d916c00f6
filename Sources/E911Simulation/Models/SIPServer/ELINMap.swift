import E911Values

/// Who is behind an ELIN, as the SIP Server keeps it: the latest caller, for `sip-elin-timeout` (ICD, page 9).
struct ELINMap {
    struct Entry: Equatable {
        var caller: String
        var until: MonotonicTime
    }

    let timeout: Duration
    private var entries: [UInt64: Entry] = [:]

    init(timeout: Duration) {
        self.timeout = timeout
    }

    mutating func note(_ elin: TelephoneNumber, caller: String, _ now: MonotonicTime) {
        entries[elin.lastTen] = Entry(caller: caller, until: now + timeout)
    }

    /// The caller that a call to this number rings; `nil` if the number is no ELIN, or its time is over.
    func caller(behind number: String, _ now: MonotonicTime) -> String? {
        guard let number = TelephoneNumber(number), let entry = entries[number.lastTen], entry.until > now else {
            return nil
        }
        return entry.caller
    }
}
