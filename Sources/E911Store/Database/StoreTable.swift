#if Daemon
    package import E911Service
    package import E911Values
    import ELINEngine

    /// A value of a column, in any database.
    package enum StoreValue: Hashable, Sendable {
        case integer(Int64)
        case text(String)
        case octets([UInt8])
        case flag(Bool)
        case null
    }

    /// The tables of the store, which every database has alike: rows carry node and counter, and the key decides.
    package enum StoreTable: Int, CaseIterable, Sendable {
        case call, lease, outbox, audit, auditPurged, elin, node, device, evidence, site
        /// The highest counter of each node, by feed.
        case progress
        /// Deletions up to this counter are not remembered any more, by feed and node.
        case horizon

        package struct Column: Sendable {
            package enum Kind: Sendable {
                case integer
                case text
                /// A text of any length that is a key.
                case longText
                case octets
                case flag
            }

            package var name: String
            package var kind: Kind

            package init(name: String, kind: Kind) {
                self.name = name
                self.kind = kind
            }
        }

        package var name: String {
            switch self {
            case .call: "call"
            case .lease: "lease"
            case .outbox: "outbox"
            case .audit: "audit"
            case .auditPurged: "audit_purged"
            case .elin: "elin"
            case .node: "node"
            case .device: "device"
            case .evidence: "evidence"
            case .site: "site"
            case .progress: "progress"
            case .horizon: "horizon"
            }
        }

        package var feed: StoreFeed? {
            switch self {
            case .call, .lease, .outbox, .audit, .auditPurged, .elin, .node: .calls
            case .device, .evidence, .site: .site
            case .progress, .horizon: nil
            }
        }

        /// The tables of a feed that have a change counter.
        package static func changing(in feed: StoreFeed) -> [StoreTable] {
            allCases.filter { $0.feed == feed && $0 != .auditPurged }
        }

        /// The names of the columns that no two rows have the same values of.
        package var key: [String] {
            switch self {
            case .call, .outbox, .audit: ["time", "origin", "number"]
            case .lease, .elin: ["elin"]
            case .auditPurged: ["node"]
            case .node: ["name"]
            case .device, .evidence: ["key"]
            case .site: ["id"]
            case .progress, .horizon: ["feed", "node"]
            }
        }

        /// All columns that are written, in the order of ``Stamped/write(into:)``.
        package var columns: [Column] { Self.shapes[rawValue] }

        /// The columns that are no key.
        package var others: [String] { columns.map(\.name).filter { !key.contains($0) } }

        /// The values of the key in a row.
        package func key(of row: [StoreValue]) -> [StoreValue] {
            // The key stands in front everywhere.
            Array(row.prefix(key.count))
        }

        private static let shapes: [[Column]] = {
            func columns(_ texts: String...) -> [Column] {
                texts.flatMap { $0.split(separator: " ") }.map { text in
                    let parts = text.split(separator: ":")
                    let kind: Column.Kind =
                        switch parts[1] {
                        case "i": .integer
                        case "t": .text
                        case "l": .longText
                        case "f": .flag
                        default: .octets
                        }
                    return Column(name: String(parts[0]), kind: kind)
                }
            }
            return allCases.map { table in
                switch table {
                case .call:
                    columns(
                        "time:i origin:t number:i node:t counter:i kind:i outcome:i flags:i status:i call_server:t",
                        "caller_dn:t dialled:t call_id:t device:t location:t elin:i payload:o")
                case .lease:
                    columns(
                        "elin:i node:t counter:i call:t call_server:t device:t caller_dn:t place:t taken_at:i",
                        "expires_at:i")
                case .outbox: columns("time:i origin:t number:i node:t counter:i settled:f payload:o")
                case .audit:
                    columns(
                        "time:i origin:t number:i node:t counter:i who:t action:t detail:t source:t changes:t hash:o")
                case .auditPurged: columns("node:t hash:o")
                case .elin: columns("elin:i node:t counter:i changed_at:i deleted:f place:t payload:o")
                case .node: columns("name:t node:t counter:i payload:o")
                case .device: columns("key:l node:t counter:i deleted:f call_server:t aor:t payload:o")
                case .evidence: columns("key:l node:t counter:i changed_at:i deleted:f payload:o")
                case .site: columns("id:i node:t counter:i changed_at:i payload:o")
                case .progress, .horizon: columns("feed:t node:t counter:i")
                }
            }
        }()
    }

    /// Takes the values of a row, one for each column of its table and in their order.
    package protocol RowSink {
        mutating func integer(_ value: Int64)
        mutating func text(_ value: String)
        /// The description of a key.
        mutating func key(_ value: RecordKey)
        mutating func octets(_ value: [UInt8])
        mutating func flag(_ value: Bool)
        mutating func null()
    }

    extension RowSink {
        fileprivate mutating func counter(_ value: UInt64) { integer(Int64(bitPattern: value)) }

        /// A key in three columns.
        fileprivate mutating func columns(_ key: RecordKey) {
            integer(key.time.milliseconds)
            text(key.node)
            counter(key.counter)
        }

        fileprivate mutating func number(_ value: TelephoneNumber?) {
            if let value { integer(Int64(value.digits)) } else { null() }
        }
    }

    /// The values as a list.
    private struct RowValues: RowSink {
        var values: [StoreValue] = []

        mutating func integer(_ value: Int64) { values.append(.integer(value)) }
        mutating func text(_ value: String) { values.append(.text(value)) }
        mutating func key(_ value: RecordKey) { values.append(.text(value.description)) }
        mutating func octets(_ value: [UInt8]) { values.append(.octets(value)) }
        mutating func flag(_ value: Bool) { values.append(.flag(value)) }
        mutating func null() { values.append(.null) }
    }

    extension Stamped where Row == StoredRow {
        /// The row as values of its table's columns (``write(into:)``).
        package func tableRow() throws(StoreError) -> (table: StoreTable, values: [StoreValue]) {
            var row = RowValues()
            try write(into: &row)
            return (table, row.values)
        }

        package var table: StoreTable {
            switch row {
            case .call: .call
            case .lease: .lease
            case .outbox: .outbox
            case .audit: .audit
            case .elin, .deletedELIN: .elin
            case .node: .node
            case .device, .deletedDevice: .device
            case .evidence, .deletedEvidence: .evidence
            case .site: .site
            }
        }

        /// Writes the values of the columns of ``table``. The hash of an entry of the audit log is NULL: whoever writes it
        /// knows the entry before.
        ///
        /// - Throws: ``StoreError/Code/damaged`` for what cannot be written as JSON.
        package func write<Sink: RowSink>(into sink: inout Sink) throws(StoreError) {
            switch row {
            case .call(let call): write(call, into: &sink)
            case .lease(let lease): write(lease, into: &sink)
            case .outbox(let row):
                sink.columns(row.key)
                stamp(into: &sink)
                sink.flag(row.isSettled)
                sink.octets(row.payload)
            case .audit(let row):
                sink.columns(row.key)
                stamp(into: &sink)
                for text in [row.who, row.action, row.detail, row.source, row.changes] { sink.text(text) }
                sink.null()
            case .elin(let row):
                writeELIN(row.elin, place: row.binding?.place.rawValue ?? "", row.encoded(), false, into: &sink)
            case .deletedELIN(let number):
                writeELIN(number, place: "", [], true, into: &sink)
            case .node(let row):
                sink.text(row.name)
                stamp(into: &sink)
                sink.octets(row.encoded())
            case .device(let device):
                write(device.key, device.callServer, device.aor, [UInt8](device.payload), false, into: &sink)
            case .deletedDevice(let key):
                write(key, "", "", [], true, into: &sink)
            case .evidence(let row):
                write(row.key, try EvidenceJSON.encode(row.sighting), false, into: &sink)
            case .deletedEvidence(let key):
                write(key, [], true, into: &sink)
            case .site(let site):
                sink.integer(1)
                stamp(into: &sink)
                sink.counter(changedAt)
                sink.octets(try SiteJSON.encode(site))
            }
        }

        private func stamp<Sink: RowSink>(into sink: inout Sink) {
            sink.text(node)
            sink.counter(counter)
        }

        private func write<Sink: RowSink>(_ call: CallRecord, into sink: inout Sink) {
            sink.columns(call.key)
            stamp(into: &sink)
            sink.integer(Int64(call.kind.rawValue))
            sink.integer(Int64(call.outcome.rawValue))
            sink.integer(Int64(call.flags.rawValue))
            sink.integer(Int64(call.status))
            sink.text(call.callServer)
            sink.text(call.callerDN)
            sink.text(call.dialled)
            sink.text(call.callID)
            sink.text(call.device)
            sink.text(call.location)
            sink.number(call.elin)
            sink.octets(call.encoded())
        }

        private func write<Sink: RowSink>(_ lease: LeaseRecord, into sink: inout Sink) {
            sink.number(lease.elin)
            stamp(into: &sink)
            sink.key(lease.call)
            sink.text(lease.callServer)
            sink.text(lease.device)
            sink.text(lease.callerDN)
            sink.text(lease.place)
            sink.integer(lease.takenAt.milliseconds)
            sink.integer(lease.expiresAt.milliseconds)
        }

        private func writeELIN<Sink: RowSink>(
            _ number: TelephoneNumber, place: String, _ payload: [UInt8], _ isDeleted: Bool, into sink: inout Sink
        ) {
            sink.number(number)
            stamp(into: &sink)
            sink.counter(changedAt)
            sink.flag(isDeleted)
            sink.text(place)
            sink.octets(payload)
        }

        /// A device.
        private func write<Sink: RowSink>(
            _ key: String, _ callServer: String, _ aor: String, _ payload: [UInt8], _ isDeleted: Bool,
            into sink: inout Sink
        ) {
            sink.text(key)
            stamp(into: &sink)
            sink.flag(isDeleted)
            sink.text(callServer)
            sink.text(aor)
            sink.octets(payload)
        }

        /// Evidence.
        private func write<Sink: RowSink>(
            _ key: String, _ payload: [UInt8], _ isDeleted: Bool, into sink: inout Sink
        ) {
            sink.text(key)
            stamp(into: &sink)
            sink.counter(changedAt)
            sink.flag(isDeleted)
            sink.octets(payload)
        }
    }
#endif
