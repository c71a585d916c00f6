#if Daemon
    import E911Service
    import E911Values
    import ELINEngine
    import Locations
    import SIPCore

    /// Rows as a node makes them.
    enum Sample {
        static func key(_ number: UInt64, node: String = "a") -> RecordKey {
            RecordKey(time: WallTime(milliseconds: 1_764_000_000_000 + Int64(number)), node: node, counter: number)
        }

        static func call(_ number: UInt64, outcome: CallRecord.Outcome = .answered) -> CallRecord {
            var call = CallRecord(key: key(number), kind: .emergency)
            call.outcome = outcome
            call.callServer = "main"
            call.source = "192.0.2.10:5060"
            call.callID = "call-\(number)@example.com"
            call.dialled = "911"
            call.callerDN = "\(1000 + number)"
            call.callerName = "José"
            call.device = "main|sip:\(1000 + number)@example.com"
            call.location = "hq-3"
            call.elin = TelephoneNumber("+13125550103")
            call.contact = "<sip:7911@192.0.2.10:5060>"
            call.leaseSeconds = 1200
            call.alerts = true
            return call
        }

        static func lease(_ number: UInt64, elin: String = "+13125550103", expires: Int64 = 1200) -> LeaseRecord {
            let taken = key(number).time
            return LeaseRecord(
                elin: TelephoneNumber(elin) ?? Sample.elin, call: key(number), callServer: "main",
                device: "main|sip:\(1000 + number)@example.com", callerDN: "\(1000 + number)", place: "hq-3",
                takenAt: taken, expiresAt: taken + .seconds(expires))
        }

        static let elin = TelephoneNumber("+13125550100") ?? TelephoneNumber(digits: 13_125_550_100)!

        static func elinRow(_ number: UInt64, isLeaving: Bool = false) -> ELINRow {
            let record = ELINRecord(place: PlaceKey("hq-\(number)"), digest: .max - number)
            return ELINRow(
                elin: TelephoneNumber(digits: 13_125_550_120 + number) ?? elin,
                binding: ELINBinding(
                    place: record.place, pool: "downtown", boundAt: key(number).time,
                    idleSince: isLeaving ? key(number).time : nil, isLeaving: isLeaving),
                published: record,
                offer: isLeaving ? ELINOffer(number: number, function: .delete, record: record) : nil)
        }

        /// What an empty store loads.
        static let emptyState: StoredState = {
            var state = StoredState()
            state.elins = StoredELINs()
            state.read = StoreFeed.allCases.map { .init($0, []) }
            return state
        }()

        static func outbox(_ number: UInt64, settled: Bool = false) -> OutboxRow {
            OutboxRow(key: key(number), isSettled: settled, payload: [1, 2, 3, UInt8(truncatingIfNeeded: number)])
        }

        static func audit(_ number: UInt64) -> AuditRecord {
            AuditRecord(key: key(number), who: "admin", action: "apply", detail: "site.yaml")
        }

        static func device(_ number: UInt64, userAgent: String = "", contact: String = "") -> DeviceRow {
            var record = DeviceRecord(
                callServer: "main", aor: "sip:\(number)@example.com", contactURI: "sip:\(number)@192.0.2.1\(contact)",
                registeredAt: WallTime(milliseconds: 1_000))
            record.userAgent = userAgent
            return record.row
        }

        static func evidence(_ number: UInt64, port: String = "Gi1/0/7") -> EvidenceRow {
            EvidenceRow(
                EvidenceSighting(
                    device: .mac(MACAddress(bits: 0x11_2233_4400 + number)),
                    attachment: .port(SwitchPort(switch: "sw-2 / Süd", port: port)), at: key(number).time,
                    source: "import evidence.csv"))
        }

        static func site(_ name: String = "Example Corporation") -> SiteConfiguration {
            var server = CallServerConfiguration(
                name: "main",
                members: [MemberConfiguration(address: IPAddress(v4: 0xc000_020a), port: 5060, transport: .tcp)],
                defaultLocation: "hq", defaultELIN: elin)
            server.caller = [.from]
            server.redirect = .header("X-ELIN")
            return SiteConfiguration(
                name: name, timeZone: "America/Chicago", defaultCallServer: "main", callServers: [server],
                locations: [LocationConfiguration(id: "hq", name: "Zentrale\nMünchen / Süd", elins: [elin])],
                rules: [RuleConfiguration(condition: .deviceDN("1001"), location: "hq")])
        }
    }

    extension Sample {
        static func siteRow(
            _ name: String = "Example Corporation", counter: UInt64 = 7
        ) -> Stamped<SiteConfiguration> {
            Stamped(node: "a", counter: counter, row: site(name))
        }
    }

    /// Rows with the counters that follow each other.
    struct Batches {
        private(set) var counter: UInt64
        let node: String

        init(node: String = "a", after counter: UInt64 = 0) {
            self.node = node
            self.counter = counter
        }

        mutating func stamp<Row>(_ row: Row) -> Stamped<Row> {
            counter += 1
            return Stamped(node: node, counter: counter, row: row)
        }

        mutating func batch(
            calls: [CallRecord] = [], leases: [LeaseRecord] = [], outbox: [OutboxRow] = [], audit: [AuditRecord] = [],
            devices: [DeviceRow] = [], deleted: [String] = [], site: SiteConfiguration? = nil,
            evidence: [EvidenceRow] = [], deletedEvidence: [String] = []
        ) -> StoreBatch {
            var batch = StoreBatch()
            batch.calls = calls.map { stamp($0) }
            batch.leases = leases.map { stamp($0) }
            batch.outbox = outbox.map { stamp($0) }
            batch.audit = audit.map { stamp($0) }
            batch.devices = devices.map { stamp($0) }
            batch.deletedDevices = deleted.map { stamp($0) }
            batch.site = site.map { stamp($0) }
            batch.evidence = evidence.map { stamp($0) }
            batch.deletedEvidence = deletedEvidence.map { stamp($0) }
            return batch
        }

        /// A batch of one lease.
        static func one(
            _ lease: LeaseRecord, _ node: String, _ counter: UInt64, changedAt: UInt64? = nil
        ) -> StoreBatch {
            var batch = StoreBatch()
            batch.leases = [Stamped(node: node, counter: counter, changedAt: changedAt, row: lease)]
            return batch
        }
    }
#endif
