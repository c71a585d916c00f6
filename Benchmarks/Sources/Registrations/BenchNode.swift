import E911Service
import E911Values
import SIPCore

/// A node with a SIP Server beside it that accepts its subscription and tells of devices, in virtual time. Beside it stands a
/// store that takes 10 ms for a commit, as one does that waits for its disk.
struct BenchNode {
    private var node: E911Node
    private(set) var now = Now(
        monotonic: MonotonicTime(nanoseconds: 1_000_000_000), wall: WallTime(milliseconds: 1_790_000_000_000))
    private var subscribe: SIPMessage?
    private var cseq: UInt32 = 0
    private var answer: NodeAnswer?
    /// Device rows that the store was given.
    private(set) var rows = 0
    private(set) var downloads = 0
    private(set) var alarms: [String] = []

    /// What the store is committing, the oldest first.
    private var commits: [(token: PersistToken, end: MonotonicTime)] = []
    private static let commit: Duration = .milliseconds(10)

    private var flow = Flow.datagram(local: BenchSite.own, remote: BenchSite.server)
    /// As many as a host reads at a time.
    private static let readOctets = 64 << 10

    /// 302s that were sent, if they are kept.
    var answers: [[UInt8]] = []
    var keepsAnswers = false

    init?(subnets: Int, elins: Int = 1) {
        var configuration = NodeConfiguration(
            node: "a", listeners: [.init(transport: .tcp, endpoint: BenchSite.own)])
        // As the daemon with its default log.
        configuration.notes = .info
        node = E911Node(configuration: configuration, identifiers: SeededGenerator(seed: 1))
        var state = StoredState()
        state.site = BenchSite.make(subnets: subnets, elins: elins)
        take(node.handle(.command(.restore(state, storeAvailable: true)), now: now))
        guard subscribe != nil else { return nil }
    }

    /// The NOTIFYs of documents, each with its own headers.
    mutating func notifies(of documents: [[UInt8]]) -> [[UInt8]] {
        documents.map { document in
            cseq += 1
            var octets = Array(head(document.count).utf8)
            octets += document
            return octets
        }
    }

    private func head(_ count: Int) -> String {
        """
        NOTIFY sip:e911d@192.0.2.20:5060 SIP/2.0\r
        Via: SIP/2.0/TCP 192.0.2.10:5060;branch=z9hG4bKn\(cseq)\r
        Max-Forwards: 70\r
        From: <sip:192.0.2.10:5060>;tag=srv\r
        To: \(subscribe?.first(.from).map { "\($0)" } ?? "")\r
        Call-ID: \(subscribe?.first(.callID).map { "\($0)" } ?? "")\r
        CSeq: \(cseq) NOTIFY\r
        Contact: <sip:192.0.2.10:5060>\r
        Event: reg\r
        Subscription-State: active;expires=3600\r
        Content-Type: application/reginfo+xml\r
        Content-Length: \(count)\r
        \r

        """
    }

    /// They come a millisecond apart, and are worked on to their end.
    mutating func receive(_ notifies: [[UInt8]]) {
        for notify in notifies {
            now = now.advanced(by: .milliseconds(1))
            endCommits()
            for start in stride(from: 0, to: notify.count, by: Self.readOctets) {
                let end = min(notify.count, start + Self.readOctets)
                take(node.receive(notify.span.extracting(start..<end), on: flow, now: now))
                work()
            }
        }
    }

    /// Lets time pass until a download has completed; `false` if it does not within a minute.
    mutating func complete() -> Bool {
        let (wanted, end) = (downloads + 1, now.advanced(by: .seconds(60)))
        while downloads < wanted || !commits.isEmpty, let deadline = nextDeadline, deadline <= end.monotonic {
            if deadline > now.monotonic { now = now.advanced(by: deadline - now.monotonic) }
            endCommits()
            take(node.advance(to: now))
        }
        return downloads == wanted
    }

    /// Lets time pass until the store has everything.
    mutating func settle() {
        while let (_, end) = commits.first {
            now = now.advanced(by: max(.zero, end - now.monotonic))
            endCommits()
            work()
        }
    }

    private var nextDeadline: MonotonicTime? {
        [node.nextDeadline, commits.first?.end].compactMap(\.self).min()
    }

    private mutating func endCommits() {
        while let (token, end) = commits.first, end <= now.monotonic {
            commits.removeFirst()
            take(node.handle(.command(.persisted(token, failure: nil)), now: now))
        }
    }

    /// A datagram of the SIP Server comes.
    mutating func receive(datagram octets: [UInt8]) {
        take(node.receive(octets.span, on: .datagram(local: BenchSite.own, remote: BenchSite.server), now: now))
    }

    /// Time passes; what is due meanwhile is done.
    mutating func wait(_ duration: Duration) {
        let end = now.advanced(by: duration)
        while let deadline = nextDeadline, deadline <= end.monotonic {
            if deadline > now.monotonic { now = now.advanced(by: deadline - now.monotonic) }
            endCommits()
            if let deadline = node.nextDeadline, deadline <= now.monotonic { take(node.advance(to: now)) }
        }
        now = end
    }

    /// Asks for all devices again.
    mutating func refresh() {
        _ = ask(.downloadNow(callServer: "main"))
    }

    mutating func ask(_ query: NodeQuery) -> NodeAnswer? {
        answer = nil
        take(node.handle(.command(.query(query, QueryToken(rawValue: 1))), now: now))
        return answer
    }

    private mutating func work() {
        while let deadline = node.nextDeadline, deadline <= now.monotonic { take(node.advance(to: now)) }
    }

    private mutating func take(_ effects: [SIPEffect<NodeEffect>]) {
        for effect in effects {
            switch effect {
            case .transmit(let bytes, _): sent(bytes)
            case .open(let id, _, _):
                flow = .stream(id)
                take(node.handle(.flow(.opened(id, local: BenchSite.own)), now: now))
            case .close: break
            case .other(let other): take(other)
            }
        }
    }

    private mutating func take(_ effect: NodeEffect) {
        switch effect {
        case .persist(let batch, let token):
            rows += batch.devices.count
            commits.append((token, now.monotonic + Self.commit))
        case .journal(_, let token): take(node.handle(.command(.journaled(token, failure: nil)), now: now))
        case .answer(let answer, _): self.answer = answer
        case .note(let note):
            if note.code == "download.completed" { downloads += 1 }
            if note.level == .alarm { alarms.append(note.code) }
        default: break
        }
    }

    private mutating func sent(_ bytes: [UInt8]) {
        if keepsAnswers, bytes.starts(with: "SIP/2.0 302".utf8) { answers.append(bytes) }
        guard bytes.starts(with: "SUBSCRIBE".utf8), let message = try? SIPMessage(parsing: bytes.span) else { return }
        subscribe = message
        func value(_ name: HeaderName) -> String { message.first(name).map { "\($0)" } ?? "" }
        let tag = value(.to).contains("tag=") ? "" : ";tag=srv"
        let response = """
            SIP/2.0 200 OK\r
            Via: \(value(.via))\r
            From: \(value(.from))\r
            To: \(value(.to))\(tag)\r
            Call-ID: \(value(.callID))\r
            CSeq: \(value(.cseq))\r
            Contact: <sip:192.0.2.10:5060>\r
            Expires: 3600\r
            Content-Length: 0\r
            \r

            """
        let octets = Array(response.utf8)
        take(node.receive(octets.span, on: flow, now: now))
    }
}
