import E911Values
import SIPCore

/// The messages that a trace's side sent, to be taken one by one as a replay sends them.
struct RecordedMessages {
    struct Recorded {
        let time: TraceTime
        let remote: Endpoint
        let message: SIPMessage
        let kind: String

        init(_ entry: TraceEntry, _ message: SIPMessage) {
            time = entry.time
            remote = entry.remote
            self.message = message
            kind = RecordedMessages.summary(message)
        }
    }

    private var waiting: [Recorded] = []
    /// What was sent and is no message, but for line ends.
    private var unreadable: [String] = []

    init(_ trace: [TraceEntry]) {
        var framers: [ConnectionID: StreamFramer] = [:]
        for entry in trace {
            guard case .sent(let octets) = entry.what else { continue }
            guard let connection = entry.connection else {
                if let message = try? SIPMessage(parsing: octets) {
                    waiting.append(Recorded(entry, message))
                } else {
                    note(octets, entry.time)
                }
                continue
            }
            var framer = framers[connection] ?? StreamFramer()
            framer.append(octets.span)
            while let frame = framer.next() {
                switch frame {
                case .message(let message): waiting.append(Recorded(entry, message))
                case .keepAlive: break
                case .unusable, .malformed, .lost: note(octets, entry.time)
                }
            }
            framers[connection] = framer
        }
    }

    private mutating func note(_ octets: [UInt8], _ time: TraceTime) {
        guard octets.contains(where: { $0 != 13 && $0 != 10 && $0 != 0 }) else { return }
        unreadable.append("\(time) \(octets.count) octets that are no SIP message")
    }

    /// Takes one of the same kind (request or status, CSeq, remote address if it is known): the first of the same
    /// Call-ID, else the first of a Call-ID that no message of the replay has taken.
    mutating func next(like message: SIPMessage, to remote: Endpoint?, _ map: IdentifierMap) -> Recorded? {
        let kind = Self.summary(message)
        let callID = try? message.callID()
        var unjoined: Int?
        for index in waiting.indices where waiting[index].kind == kind {
            guard remote == nil || waiting[index].remote == remote, let old = try? waiting[index].message.callID()
            else { continue }
            if let stands = map.actual(of: old) {
                if stands == callID { return waiting.remove(at: index) }
            } else if unjoined == nil || old == callID && callID != nil {
                unjoined = index
                if old == callID { break }
            }
        }
        return unjoined.map { waiting.remove(at: $0) }
    }

    /// What was not taken.
    var rest: [String] { waiting.map { "\($0.time) \($0.kind)" } + unreadable }

    /// For example `302 (1 INVITE)`, `NOTIFY (2 NOTIFY)`.
    static func summary(_ message: SIPMessage) -> String {
        let cseq = (try? message.cseq().description) ?? "?"
        return "\(message.status.map { "\($0)" } ?? message.method.name) (\(cseq))"
    }
}
