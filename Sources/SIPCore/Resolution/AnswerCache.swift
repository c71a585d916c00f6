internal import E911Values

/// The answers of DNS that are known, with their times.
///
/// A last good answer is kept beyond its time to live for as long as DNS fails: an emergency service goes on with what
/// it knows (RFC 8767 describes the same, with an end). That DNS says "there is none" is an answer, and is believed.
struct AnswerCache: Equatable, Sendable {
    enum Known: Equatable, Sendable {
        /// Asked for, and nothing known yet.
        case nothing
        /// There is none.
        case absent
        /// No answer could be had, and none is known from before.
        case failed
        case records([DNSRecord])
    }

    private struct Entry: Equatable, Sendable {
        var question: DNSQuestion
        var known = Known.nothing
        /// When the question may be asked again.
        var askAt: MonotonicTime
        /// When an open question has failed; `nil` if none is open.
        var timeout: MonotonicTime?
        /// Whether ``known`` was told by DNS within its time.
        var isFresh = false
        var usedAt: MonotonicTime
    }

    private let limits: ResolutionLimits
    private var entries: [Entry] = []
    /// How many of them are asked and not answered.
    private var open = 0
    // Looked up only, never iterated.
    private var index: [DNSQuestion: Int] = [:]

    init(_ limits: ResolutionLimits) {
        self.limits = limits
    }

    var count: Int { entries.count }

    /// What is known, and whether the question has to be asked now.
    mutating func look(up question: DNSQuestion, now: MonotonicTime) -> (known: Known, isFresh: Bool, ask: Bool) {
        let position: Int
        if let found = index[question] {
            position = found
        } else {
            makeRoom()
            position = entries.count
            index[question] = position
            entries.append(Entry(question: question, askAt: now, usedAt: now))
        }
        entries[position].usedAt = now
        let entry = entries[position]
        let ask = entry.timeout == nil && entry.askAt <= now
        if ask {
            entries[position].timeout = now + limits.questionTimeout
            open += 1
        }
        return (entry.known, entry.isFresh && entry.askAt > now, ask)
    }

    /// Takes an answer in. One that nobody asked for is not believed.
    mutating func take(_ answer: DNSAnswer, to question: DNSQuestion, now: MonotonicTime) {
        guard let position = index[question], entries[position].timeout != nil else { return }
        entries[position].timeout = nil
        open -= 1
        switch answer {
        case .records(let records):
            let usable = Self.usable(records, for: question.type, limits)
            guard !usable.isEmpty else {
                deny(position, for: limits.absence, now)
                return
            }
            let shortest = usable.reduce(UInt32.max) { min($0, $1.timeToLive) }
            entries[position].known = .records(usable)
            entries[position].isFresh = true
            entries[position].askAt = now + clamp(.seconds(Int64(shortest)))
        case .absent(let timeToLive):
            let told = timeToLive.map { clamp(.seconds(Int64($0))) } ?? limits.absence
            deny(position, for: min(told, limits.absence), now)
        case .failed:
            fail(position, now)
        }
    }

    /// The time of the first open question that is not answered.
    var nextTimeout: MonotonicTime? { open == 0 ? nil : entries.lazy.compactMap(\.timeout).min() }

    /// Questions that nobody answered have failed.
    mutating func expire(_ now: MonotonicTime) {
        guard open > 0 else { return }
        for position in entries.indices {
            guard let timeout = entries[position].timeout, timeout <= now else { continue }
            entries[position].timeout = nil
            open -= 1
            fail(position, now)
        }
    }

    /// When a question may be asked again; `nil` while it is open.
    func askAt(_ question: DNSQuestion) -> MonotonicTime? {
        index[question].flatMap { entries[$0].timeout == nil ? entries[$0].askAt : nil }
    }

    private mutating func deny(_ position: Int, for duration: Duration, _ now: MonotonicTime) {
        entries[position].known = .absent
        entries[position].isFresh = true
        entries[position].askAt = now + duration
    }

    private mutating func fail(_ position: Int, _ now: MonotonicTime) {
        switch entries[position].known {
        case .nothing, .absent, .failed: entries[position].known = .failed
        case .records: break
        }
        entries[position].isFresh = false
        entries[position].askAt = now + limits.retry
    }

    private func clamp(_ duration: Duration) -> Duration {
        min(max(duration, limits.timeToLive.lowerBound), limits.timeToLive.upperBound)
    }

    /// The one used longest ago goes.
    private mutating func makeRoom() {
        guard entries.count >= max(limits.answers, 1),
            let oldest = entries.indices.min(by: { entries[$0].usedAt < entries[$1].usedAt })
        else { return }
        index[entries[oldest].question] = nil
        if entries[oldest].timeout != nil { open -= 1 }
        let last = entries.removeLast()
        guard oldest < entries.count else { return }
        entries[oldest] = last
        index[last.question] = oldest
    }

    /// The records of the type, without those that no request can be sent by, within the bound: the best first.
    private static func usable(
        _ records: [DNSRecord], for type: DNSRecordType, _ limits: ResolutionLimits
    ) -> [DNSRecord] {
        var kept: [DNSRecord] = []
        // An answer over TCP holds some thousand records; what is looked at is bounded too.
        for record in records.prefix(4096) where !kept.contains(where: { $0.data == record.data }) {
            switch (type, record.data) {
            case (.a, .address(let address)) where address.isIPv4 && address.isUnicast,
                (.aaaa, .address(let address)) where !address.isIPv4 && address.isUnicast:
                kept.append(record)
            case (.srv, .service(let service)):
                guard service.isAbsent || service.port > 0 && DNSQuestion(service.target, .a) != nil else { continue }
                kept.append(record)
            case (.naptr, .pointer):
                kept.append(record)
            case (.a, _), (.aaaa, _), (.srv, _), (.naptr, _):
                continue
            }
            if kept.count > 2 * limits.recordsPerAnswer { kept = best(kept, limits.recordsPerAnswer) }
        }
        return best(kept, limits.recordsPerAnswer)
    }

    private static func best(_ records: [DNSRecord], _ count: Int) -> [DNSRecord] {
        guard records.count > count else { return records }
        return Array(records.enumerated().sorted { ($0.1.rank, $0.0) < ($1.1.rank, $1.0) }.prefix(count).map(\.1))
    }
}

extension DNSRecord {
    /// Lower is better.
    fileprivate var rank: UInt32 {
        switch data {
        case .address: 0
        case .service(let service): UInt32(service.priority)
        case .pointer(let pointer): UInt32(pointer.order) << 16 | UInt32(pointer.preference)
        }
    }
}

extension ServiceRecord {
    /// The service is decidedly not there (RFC 2782, target).
    var isAbsent: Bool { target == "." || target.isEmpty }
}

extension IPAddress {
    /// Whether a request can be sent there: neither unspecified, nor multicast, nor broadcast.
    fileprivate var isUnicast: Bool {
        isIPv4 ? bits >> 24 != 0 && bits >> 28 != 14 && bits != 0xffff_ffff : bits != 0 && bits >> 120 != 0xff
    }
}
