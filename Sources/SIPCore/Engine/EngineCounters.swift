/// What a ``SIPEngine`` counts, since it was made.
public struct EngineCounters: Equatable, Sendable {
    /// Numbers by name, kept in the order of their first counting.
    public struct Table: Equatable, Sendable {
        public private(set) var rows: [Row] = []

        public struct Row: Equatable, Sendable {
            public let name: String
            public fileprivate(set) var value: UInt64
        }

        public subscript(name: String) -> UInt64 { rows.first { $0.name == name }?.value ?? 0 }

        /// The sum of all.
        public var total: UInt64 { rows.reduce(0) { $0 &+ $1.value } }

        /// Counts under `name`, or under `other` when there are too many names already: a peer must not fill the
        /// memory with methods of its own making.
        mutating func count(_ name: String) {
            if let index = rows.firstIndex(where: { $0.name == name }) {
                rows[index].value &+= 1
            } else if rows.count < 100 || name == "other" {
                rows.append(Row(name: name, value: 1))
            } else {
                count("other")
            }
        }
    }

    /// Messages that came, by method or status.
    public internal(set) var received = Table()
    /// Messages handed to the transport, by method or status, repetitions included.
    public internal(set) var sent = Table()
    /// What came and could not be read, by the code of the error.
    public internal(set) var malformed = Table()
    /// Keep-alives of streams, each answered; and of datagrams, ignored.
    public internal(set) var keepAlives: UInt64 = 0
    /// Pings that we sent on connections of ours.
    public internal(set) var pings: UInt64 = 0
    /// Connections closed because a ping was not answered.
    public internal(set) var pongsMissed: UInt64 = 0
    /// Requests that came again and were recognised.
    public internal(set) var repeatedRequests: UInt64 = 0
    /// Requests and responses that we sent again by a timer.
    public internal(set) var retransmissions: UInt64 = 0
    /// Responses that belong to no transaction of ours.
    public internal(set) var strayResponses: UInt64 = 0
    /// ACKs that belong to no transaction.
    public internal(set) var strayAcks: UInt64 = 0
    /// Requests in a dialog that we do not know.
    public internal(set) var unknownDialogs: UInt64 = 0
    /// Requests refused because they came by another path before.
    public internal(set) var mergedRequests: UInt64 = 0
    /// Requests refused or dropped because of ``EngineConfiguration/serverTransactions``.
    public internal(set) var overload: UInt64 = 0
    /// NOTIFYs without a Subscription-State, taken for active.
    public internal(set) var notifiesWithoutState: UInt64 = 0
    /// Final responses that nobody acknowledged.
    public internal(set) var unacknowledged: UInt64 = 0
    /// Requests of ours that nobody answered.
    public internal(set) var timeouts: UInt64 = 0
    /// Messages that no transport could be found for.
    public internal(set) var transportFailures: UInt64 = 0
    /// Requests of ours that were too long to begin by UDP, and began by TCP.
    public internal(set) var longRequests: UInt64 = 0
    /// Requests of ours that went on to another hop, because one did not answer or said 503.
    public internal(set) var failovers: UInt64 = 0
    /// Connections closed because a message on them did not end, or nothing came.
    public internal(set) var streamTimeouts: UInt64 = 0
    /// Challenges that were answered with credentials.
    public internal(set) var challengesAnswered: UInt64 = 0
    /// Challenges that were not, or no more: no account, no algorithm, a wrong password.
    public internal(set) var challengesRefused: UInt64 = 0
    /// Calls of the engine that made no sense at that moment, such as a second final response.
    public internal(set) var misuses: UInt64 = 0
    /// Peers' messages that made no sense at that moment, such as an ACK before any final response.
    public internal(set) var peerErrors: UInt64 = 0
    /// Alive at present.
    public internal(set) var serverTransactions = 0
    public internal(set) var clientTransactions = 0
    public internal(set) var connections = 0
    public internal(set) var subscriptions = 0

    /// Names and values in a fixed order: `received.INVITE`, `sent.302`, `retransmissions`…
    public var list: [(name: String, value: UInt64)] {
        func named(_ prefix: String, _ table: Table) -> [(name: String, value: UInt64)] {
            table.rows.sorted { $0.name < $1.name }.map { ("\(prefix).\($0.name)", $0.value) }
        }
        return named("received", received) + named("sent", sent) + named("malformed", malformed) + [
            ("keep-alives", keepAlives), ("pings", pings), ("pongs-missed", pongsMissed),
            ("repeated-requests", repeatedRequests),
            ("retransmissions", retransmissions), ("stray-responses", strayResponses), ("stray-acks", strayAcks),
            ("unknown-dialogs", unknownDialogs), ("merged-requests", mergedRequests), ("overload", overload),
            ("notifies-without-state", notifiesWithoutState), ("unacknowledged", unacknowledged),
            ("timeouts", timeouts), ("transport-failures", transportFailures), ("long-requests", longRequests),
            ("failovers", failovers),
            ("stream-timeouts", streamTimeouts),
            ("challenges-answered", challengesAnswered), ("challenges-refused", challengesRefused),
            ("misuses", misuses),
            ("peer-errors", peerErrors), ("server-transactions", UInt64(serverTransactions)),
            ("client-transactions", UInt64(clientTransactions)), ("connections", UInt64(connections)),
            ("subscriptions", UInt64(subscriptions)),
        ]
    }
}
