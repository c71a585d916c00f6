#if Daemon
    package import E911Service
    import E911Values
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

        /// All columns that are written, in the order of ``Stamped/tableRow()``.
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

    extension Stamped where Row == StoredRow {
        /// The row as values of its table's columns. The hash of an entry of the audit log is NULL: whoever writes it knows
        /// the entry before.
        ///
        /// - Throws: ``StoreError/Code/damaged`` for what cannot be written as JSON.
        package func tableRow() throws(StoreError) -> (table: StoreTable, values: [StoreValue]) {
            let stamp: [StoreValue] = [.text(node), .integer(Int64(bitPattern: counter))]
            let changedAt = StoreValue.integer(Int64(bitPattern: self.changedAt))
            func keyed(_ key: RecordKey, _ rest: [StoreValue]) -> [StoreValue] {
                [.integer(key.time.milliseconds), .text(key.node), .integer(Int64(bitPattern: key.counter))] + stamp
                    + rest
            }
            switch row {
            case .call(let call):
                return (
                    .call,
                    keyed(
                        call.key,
                        [
                            .integer(Int64(call.kind.rawValue)), .integer(Int64(call.outcome.rawValue)),
                            .integer(Int64(call.flags.rawValue)), .integer(Int64(call.status)), .text(call.callServer),
                            .text(call.callerDN), .text(call.dialled), .text(call.callID), .text(call.device),
                            .text(call.location), call.elin.map { .integer(Int64($0.digits)) } ?? .null,
                            .octets(call.encoded()),
                        ])
                )
            case .lease(let lease):
                return (
                    .lease,
                    [.integer(Int64(lease.elin.digits))] + stamp + [
                        .text(lease.call.description), .text(lease.callServer), .text(lease.device),
                        .text(lease.callerDN), .text(lease.place), .integer(lease.takenAt.milliseconds),
                        .integer(lease.expiresAt.milliseconds),
                    ]
                )
            case .outbox(let row): return (.outbox, keyed(row.key, [.flag(row.isSettled), .octets(row.payload)]))
            case .audit(let row):
                return (
                    .audit,
                    keyed(
                        row.key,
                        [
                            .text(row.who), .text(row.action), .text(row.detail), .text(row.source), .text(row.changes),
                            .null,
                        ])
                )
            case .elin(let row):
                return (
                    .elin,
                    [.integer(Int64(row.elin.digits))] + stamp + [
                        changedAt, .flag(false), .text(row.binding?.place.rawValue ?? ""), .octets(row.encoded()),
                    ]
                )
            case .deletedELIN(let number):
                return (
                    .elin, [.integer(Int64(number.digits))] + stamp + [changedAt, .flag(true), .text(""), .octets([])]
                )
            case .node(let row): return (.node, [.text(row.name)] + stamp + [.octets(row.encoded())])
            case .device(let device):
                return (
                    .device,
                    [.text(device.key)] + stamp + [
                        .flag(false), .text(device.callServer), .text(device.aor), .octets([UInt8](device.payload)),
                    ]
                )
            case .deletedDevice(let key):
                return (.device, [.text(key)] + stamp + [.flag(true), .text(""), .text(""), .octets([])])
            case .evidence(let row):
                return (
                    .evidence,
                    [.text(row.key)] + stamp + [
                        changedAt, .flag(false), .octets(try EvidenceJSON.encode(row.sighting)),
                    ]
                )
            case .deletedEvidence(let key):
                return (
                    .evidence, [.text(key)] + stamp + [changedAt, .flag(true), .octets([])]
                )
            case .site(let site):
                return (.site, [.integer(1)] + stamp + [changedAt, .octets(try SiteJSON.encode(site))])
            }
        }
    }
#endif
