import Alerting
import E911Service
public import E911Values
import SIPCore

/// The invariants of an emergency call at e911d (contract section 1):
/// every INVITE that reached a node gets a 302 in time, whatever else happens; the 302 is handed to the transport before
/// anything is delivered or stored; and what was answered is in the journal before, or flagged unrecorded.
public final class EmergencyCallCheck: InvariantChecker {
    /// One INVITE transaction.
    private struct Transaction {
        let since: Now
        let host: Host
        let incarnation: Int
        let callID: String
        /// What it came by, if that was a stream.
        let connection: ConnectionID?
        /// The peer closed that before the answer: it leaves when a new connection stands, however long that takes.
        var isCutOff = false
        var isCancelled = false
        /// Something that a response needs cannot be read: it may be refused.
        let isUnreadable: Bool
        /// Its source belongs to the call server.
        let isTrusted: Bool
        var status: Int?
        var answeredAt: MonotonicTime?
        /// The final response, octet by octet.
        var answer: [UInt8]?
    }

    /// One call of the journal.
    private struct Call {
        var isRecorded = false
        /// Whether the journal had it when the answer left; `nil` before that.
        var wasRecorded: Bool?
        /// When its answer was handed over cannot be seen.
        var isCutOff = false
        var isAbandoned = false
        let fromTag: String
        let since: MonotonicTime
        let host: HostID
        let incarnation: Int
    }

    private struct Token: Hashable {
        let host: HostID
        let token: JournalToken
    }

    private struct Dialog: Hashable {
        let host: HostID
        let callID: String
    }

    public var violations: [Violation] { findings.all }
    /// INVITEs that were answered 302.
    public private(set) var answered = 0
    /// The longest time from an INVITE to its answer.
    public private(set) var slowest: Duration = .zero

    /// How long one Call-ID and From tag are one call: 64*T1 (contract section 3), less what the wire takes.
    private static let sameCallWindow: Duration = .seconds(31)

    private static let transactionWindow: Duration = .seconds(32)

    private let nodes: [SimulatedNode]
    private let messages: EmergencyMessages
    private let limit: Duration
    private var tap: MessageTap
    private var findings = Findings()
    private var transactions = BoundedTable<String, Transaction>(limit: 20_000)
    private var calls = BoundedTable<RecordKey, Call>(limit: 20_000)
    private var keyOfToken = BoundedTable<Token, RecordKey>(limit: 20_000)
    /// Both nodes of a pair may have a record of one.
    private var keyOfCall = BoundedTable<Dialog, RecordKey>(limit: 20_000)
    /// Keys of transactions that wait for their answer, the oldest first.
    private var unanswered: [String] = []
    /// When each host was ready.
    private var restored: [HostID: (incarnation: Int, at: Now)] = [:]

    /// - Parameters:
    ///   - numbers: users of a Request-URI that make an INVITE an emergency call.
    ///   - limit: how long an answer may take from the INVITE, or from the time at which the node had its state.
    public init(
        _ nodes: [SimulatedNode], numbers: [String] = ["911", "9911", "112", "933"],
        limit: Duration = .milliseconds(25)
    ) {
        self.nodes = nodes
        messages = EmergencyMessages(numbers: numbers)
        self.limit = limit
        tap = MessageTap(nodes.map(\.host))
    }

    public func observe(_ entry: LogEntry) {
        guard tap.covers(entry.host) else { return }
        switch entry.what {
        case .told(let effect as NodeEffect): told(effect, entry)
        case .commanded(let command as NodeCommand): commanded(command, entry)
        default:
            if case .happened(.closed(let connection, _)) = entry.what { cutOff(connection, entry) }
            guard let (isSent, read) = tap.messages(in: entry) else { return }
            for message in read {
                if isSent { sent(message, entry) } else { received(message, entry) }
            }
        }
    }

    // MARK: The wire

    /// An INVITE that is repeated to the next process of a host is another transaction there.
    private func transaction(of message: SIPMessage, _ entry: LogEntry) -> String? {
        EmergencyMessages.transaction(of: message).map { "\($0) \(entry.host.id.index).\(entry.host.incarnation)" }
    }

    private func received(_ message: SIPMessage, _ entry: LogEntry) {
        guard message.isRequest, let key = transaction(of: message, entry) else { return }
        if message.method == .cancel { return transactions.change(key) { $0.isCancelled = true } }
        // One that comes when nobody can remember the answer any more (64*T1) is another transaction.
        let isForgotten =
            transactions[key]?.answeredAt.map { entry.time.monotonic - $0 > Self.transactionWindow } ?? false
        guard message.method == .invite, messages.isEmergency(message), transactions[key] == nil || isForgotten else {
            return
        }
        guard let callID = try? message.callID() else { return }
        var connection: ConnectionID?
        var isTrusted = true
        if case .received(_, _, let source, _, let stream) = entry.what {
            connection = stream
            isTrusted = source.address != SimulatedSite.stranger
        }
        transactions.put(
            key,
            Transaction(
                since: entry.time, host: entry.host, incarnation: entry.host.incarnation, callID: String(callID),
                connection: connection, isUnreadable: EmergencyMessages.isUnreadable(message), isTrusted: isTrusted))
        unanswered.append(key)
    }

    /// The peer closed a connection. What it owed by it leaves when a new one stands, if ever; the record of such a call
    /// may be made before or after this.
    private func cutOff(_ connection: ConnectionID, _ entry: LogEntry) {
        for key in unanswered {
            guard let transaction = transactions[key], transaction.connection == connection,
                transaction.host === entry.host, transaction.incarnation == entry.host.incarnation
            else { continue }
            transactions.change(key) { $0.isCutOff = true }
            if let record = keyOfCall[Dialog(host: transaction.host.id, callID: transaction.callID)] {
                calls.change(record) { $0.isCutOff = true }
            }
        }
    }

    private func sent(_ message: SIPMessage, _ entry: LogEntry) {
        guard let status = message.status, status >= 200,
            let callID = try? message.callID(), (try? message.cseq())?.method != .cancel
        else { return }
        // Of an INVITE whose end the tap waits for, too: e911d answers that and closes the stream.
        if let record = keyOfCall[Dialog(host: entry.host.id, callID: String(callID))] {
            calls.change(record) { $0.wasRecorded = $0.wasRecorded ?? $0.isRecorded }
        }
        guard let key = transaction(of: message, entry), let transaction = transactions[key] else { return }
        if let known = transaction.answer {
            // What was refused because it cannot be read is refused anew each time.
            // Behind its ACK a transaction over UDP is forgotten after five seconds (Timer I): a late INVITE is answered the same,
            // in a transaction of its own.
            let since = transaction.answeredAt.map { entry.time.monotonic - $0 } ?? .zero
            let isSame =
                known == message.bytes
                || since > .seconds(5) && Self.withoutTag(known) == Self.withoutTag(message.bytes)
            if !isSame, status != 400 || transaction.status != 400 {
                findings.add(
                    .oneCall,
                    "\(key) was answered \(transaction.status ?? 0) and \(status), and not the same, "
                        + "\(transaction.answeredAt.map { "\(entry.time.monotonic - $0)" } ?? "") apart", at: entry.time
                )
            }
            return
        }
        unanswered.removeAll { $0 == key || transactions[$0] == nil }
        transactions.change(key) {
            $0.status = status
            $0.answeredAt = entry.time.monotonic
            $0.answer = message.bytes
        }
        answered += status == 302 ? 1 : 0
        let mayBeRefused = transaction.isUnreadable && status == 400 || !transaction.isTrusted
        if status != 302, !mayBeRefused, !(status == 487 && transaction.isCancelled) {
            findings.add(.answer, "an emergency call (\(key)) was answered \(status)", at: entry.time)
        }
        check(transaction, key, entry)
        guard status == 302 else { return }
        if let problem = EmergencyMessages.problem(of: message) {
            findings.add(.answer, "the answer to \(key) is of no use: \(problem)", at: entry.time)
        }
        if keyOfCall[Dialog(host: transaction.host.id, callID: transaction.callID)] == nil {
            findings.add(.record, "a call without a journal record (\(key)) was answered", at: entry.time)
        }
    }

    /// A response but for its To.
    private static func withoutTag(_ response: [UInt8]) -> [ArraySlice<UInt8>] {
        response.split(separator: UInt8(ascii: "\n")).filter { !$0.starts(with: Array("To:".utf8)) }
    }

    private func check(_ transaction: Transaction, _ key: String, _ entry: LogEntry) {
        var since = transaction.since
        if let ready = restored[entry.host.id], ready.at.monotonic > since.monotonic { since = ready.at }
        guard !transaction.isCutOff else { return }
        if let thaw = entry.host.thawedAt { since.monotonic = max(since.monotonic, thaw) }
        let took = entry.time.monotonic - since.monotonic
        slowest = max(slowest, took)
        if took > limit { findings.add(.answer, "the answer to \(key) took \(took)", at: entry.time) }
    }

    // MARK: Journal, store, channels

    private func told(_ effect: NodeEffect, _ entry: LogEntry) {
        switch effect {
        case .journal(let record, let token):
            if calls[record.key] == nil { made(record, entry) }
            if record.outcome == .abandoned { calls.change(record.key) { $0.isAbandoned = true } }
            keyOfToken.put(Token(host: entry.host.id, token: token), record.key)
            keyOfCall.put(Dialog(host: entry.host.id, callID: record.callID), record.key)
        case .deliver(let delivery):
            if let call = calls[delivery.id.alert], isOf(call, entry), call.wasRecorded == nil, !call.isCutOff {
                findings.add(.alerting, "an alert of \(delivery.id.alert) went out before the answer", at: entry.time)
            }
        case .persist(let batch, _):
            for row in batch.calls where row.row.kind != .callback { persisted(row.row, entry) }
        case .forgetJournal, .fetch, .prepare, .snapshot, .timeZone, .reserve, .readPasswords, .readAddresses, .resolve,
            .remember,
            .rememberELINs, .rememberCounter, .post, .answer, .note, .live, .discard, .finished:
            break
        }
    }

    /// A call was decided.
    private func made(_ record: CallRecord, _ entry: LogEntry) {
        if let known = keyOfCall[Dialog(host: entry.host.id, callID: record.callID)], let call = calls[known],
            isOf(call, entry), !call.isAbandoned,
            call.fromTag == record.fromTag, record.kind != .callback,
            entry.time.monotonic - call.since < Self.sameCallWindow
        {
            findings.add(
                .oneCall, "\(record.callID) of \(record.callerDN) was decided twice, as \(known) and \(record.key)",
                at: entry.time)
        }
        let isCutOff = unanswered.contains {
            transactions[$0].map { $0.callID == record.callID && $0.host === entry.host && $0.isCutOff } ?? false
        }
        calls.put(
            record.key,
            Call(
                isCutOff: isCutOff, fromTag: record.fromTag, since: entry.time.monotonic, host: entry.host.id,
                incarnation: entry.host.incarnation))
    }

    private func persisted(_ record: CallRecord, _ entry: LogEntry) {
        guard let call = calls[record.key], isOf(call, entry), !call.isCutOff else { return }
        guard let wasRecorded = call.wasRecorded else {
            let asked = transactions.all.filter { $0.1.callID == record.callID }.map {
                "\($0.0) at \($0.1.since.monotonic) by \($0.1.connection.map { "connection \($0.rawValue)" } ?? "UDP")"
                    + "\($0.1.isCancelled ? ", cancelled" : "")\($0.1.isCutOff ? ", cut off" : "")"
                    + ($0.1.status.map { ", answered \($0)" } ?? "")
            }
            return findings.add(
                .alerting,
                "\(record.key) (\(record.outcome)) was given to the store before its answer; INVITEs: "
                    + asked.joined(separator: "; "), at: entry.time)
        }
        if wasRecorded == record.flags.contains(.unrecorded), record.outcome != .abandoned {
            findings.add(
                .record, "\(record.key) was \(wasRecorded ? "" : "not ")in the journal, and is flagged otherwise",
                at: entry.time)
        }
    }

    /// Whether it is a call of the process that runs now: what an earlier one left is told again at a start.
    private func isOf(_ call: Call, _ entry: LogEntry) -> Bool {
        call.host == entry.host.id && call.incarnation == entry.host.incarnation
    }

    private func commanded(_ command: NodeCommand, _ entry: LogEntry) {
        switch command {
        case .journaled(let token, failure: nil):
            guard let key = keyOfToken[Token(host: entry.host.id, token: token)] else { return }
            calls.change(key) { $0.isRecorded = true }
        case .restore where restored[entry.host.id]?.incarnation != entry.host.incarnation:
            restored[entry.host.id] = (entry.host.incarnation, entry.time)
        default: break
        }
    }

    public func conclude(at now: Now) {
        for (key, transaction) in transactions.all where transaction.status == nil {
            guard transaction.isTrusted, !transaction.isCutOff, transaction.host.isUp,
                transaction.host.incarnation == transaction.incarnation,
                now.monotonic - transaction.since.monotonic > .seconds(1)
            else { continue }
            findings.add(.answer, "an emergency call (\(key)) was never answered", at: transaction.since)
        }
        for (key, call) in calls.all where call.wasRecorded == true {
            guard let node = nodes.first(where: { $0.host.id == call.host }), !node.has(key) else { continue }
            findings.add(.record, "\(key) was answered and is on no record of its node", at: now)
        }
    }
}
