#if Daemon
    package import E911Service
    package import E911Values
    package import ELINEngine
    package import Locations

    /// A row that was read, whatever database it comes from. A column that is missing, or of another type, is an error of the
    /// database's own.
    package protocol StoredColumns {
        func integer(_ column: String) throws -> Int64
        /// `nil` if there is no such column, or no value in it.
        func integerIfAny(_ column: String) throws -> Int64?
        func text(_ column: String) throws -> String
        func octets(_ column: String) throws -> [UInt8]
        func flag(_ column: String) throws -> Bool
    }

    // What columns mean. `name` is the database's, for errors; each throws ``StoreError/Code/damaged`` for what cannot be read.
    extension StoredColumns {
        /// Who wrote the row and when. Where a table does not say when it changed, that is when it was written.
        package func stamp() throws -> (node: String, counter: UInt64, changedAt: UInt64) {
            let counter = try integer("counter")
            return (
                try text("node"), UInt64(bitPattern: counter),
                UInt64(bitPattern: try integerIfAny("changed_at") ?? counter)
            )
        }

        /// A key from the columns `time`, `origin` and `number`.
        package func recordKey() throws -> RecordKey {
            RecordKey(
                time: WallTime(milliseconds: try integer("time")), node: try text("origin"),
                counter: UInt64(bitPattern: try integer("number")))
        }

        package func call(from name: String) throws -> CallRecord {
            try decoded("a call", from: name) { CallRecord(encoded: $0.span) }
        }

        /// What the octets of the column `payload` are.
        private func decoded<Value>(
            _ what: String, from name: String, _ decode: ([UInt8]) -> Value?
        ) throws -> Value {
            guard let value = decode(try octets("payload")) else {
                throw StoreError(.damaged, "\(name) has \(what) that cannot be read")
            }
            return value
        }

        package func lease(from name: String) throws -> LeaseRecord {
            guard let elin = TelephoneNumber(digits: UInt64(bitPattern: try integer("elin"))),
                let call = RecordKey(try text("call"))
            else { throw StoreError(.damaged, "\(name) has a lease that cannot be read") }
            return LeaseRecord(
                elin: elin, call: call, callServer: try text("call_server"), device: try text("device"),
                callerDN: try text("caller_dn"), place: try text("place"),
                takenAt: WallTime(milliseconds: try integer("taken_at")),
                expiresAt: WallTime(milliseconds: try integer("expires_at")))
        }

        package func outbox() throws -> OutboxRow {
            OutboxRow(key: try recordKey(), isSettled: try flag("settled"), payload: try octets("payload"))
        }

        package func audit() throws -> AuditRecord {
            AuditRecord(
                key: try recordKey(), who: try text("who"), action: try text("action"), detail: try text("detail"),
                source: try text("source"), changes: try text("changes"))
        }

        package func elin(from name: String) throws -> ELINRow {
            try decoded("an ELIN", from: name) { ELINRow(encoded: $0.span) }
        }

        package func heartbeat(from name: String) throws -> NodeRow {
            try decoded("a node", from: name) { NodeRow(encoded: $0.span) }
        }

        package func device(from name: String) throws -> DeviceRow {
            let device = DeviceRow(payload: try octets("payload")[...])
            // It would be deleted by its own key, and the row would stay.
            guard device.key == (try text("key")) else {
                throw StoreError(.damaged, "\(name) has a device that is not the one of its key")
            }
            return device
        }

        package func sighting(from name: String) throws -> EvidenceSighting {
            try EvidenceJSON.decode(try octets("payload"), from: name)
        }

        package func site(from name: String) throws -> SiteConfiguration {
            try SiteJSON.decode(try octets("payload"), from: name)
        }

        /// A row of a table that has a change counter.
        package func change(of table: StoreTable, from name: String) throws -> Stamped<StoredRow> {
            let (node, counter, changedAt) = try stamp()
            return Stamped(node: node, counter: counter, changedAt: changedAt, row: try row(of: table, from: name))
        }

        private func row(of table: StoreTable, from name: String) throws -> StoredRow {
            switch table {
            case .call: return .call(try call(from: name))
            case .lease: return .lease(try lease(from: name))
            case .outbox: return .outbox(try outbox())
            case .audit: return .audit(try audit())
            case .elin:
                guard try flag("deleted") else { return .elin(try elin(from: name)) }
                guard let number = TelephoneNumber(digits: UInt64(bitPattern: try integer("elin"))) else {
                    throw StoreError(.damaged, "\(name) has an ELIN that is no number")
                }
                return .deletedELIN(number)
            case .node: return .node(try heartbeat(from: name))
            case .device: return try flag("deleted") ? .deletedDevice(try text("key")) : .device(try device(from: name))
            case .evidence:
                return try flag("deleted")
                    ? .deletedEvidence(try text("key")) : .evidence(EvidenceRow(try sighting(from: name)))
            case .site: return .site(try site(from: name))
            case .auditPurged, .progress, .horizon:
                throw StoreError(.damaged, "\(name): rows of \(table.name) have no change counter")
            }
        }
    }

    /// What a row says; `nil`, and one more is counted, for one that ``StoreError/Code/damaged`` is thrown for.
    package func readable<Value>(_ unreadable: inout Int, _ read: () throws -> Value) throws -> Value? {
        do {
            return try read()
        } catch let error as StoreError where error.code == .damaged {
            unreadable += 1
            return nil
        }
    }

    /// Rows of each node after its counter, in order.
    ///
    /// - Parameters:
    ///   - counters: the highest of each node.
    ///   - horizon: up to which counter deletions of a node are not remembered; `nil` if all are.
    ///   - rows: of one table and node with a greater counter, in its order, `limit` at most.
    /// - Throws: ``StoreError/Code/tooOld``.
    package func changedRows(
        in feed: StoreFeed, of name: String, since: [StoredState.NodeCounter], limit: Int,
        counters: [StoredState.NodeCounter], horizon: (_ node: String) throws -> Int64?,
        rows: (_ table: StoreTable, _ node: String, _ after: Int64, _ limit: Int) throws -> [Stamped<StoredRow>]
    ) throws -> [Stamped<StoredRow>] {
        var found: [Stamped<StoredRow>] = []
        for node in counters.map(\.node) where found.count < limit {
            let after = Int64(bitPattern: since.first { $0.node == node }?.counter ?? 0)
            if after > 0, let horizon = try horizon(node), after < horizon {
                throw StoreError(
                    .tooOld, "\(name) does not know all deletions since counter \(after) of node \(node)")
            }
            var changed: [Stamped<StoredRow>] = []
            for table in StoreTable.changing(in: feed) {
                changed += try rows(table, node, after, limit - found.count)
            }
            changed.sort { $0.counter < $1.counter }
            found += changed.prefix(limit - found.count)
        }
        return found
    }
#endif
