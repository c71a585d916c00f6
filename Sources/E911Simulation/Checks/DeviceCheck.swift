import E911Service
public import E911Values

/// No device is lost (contract invariant 4): what is registered at the SIP Server is an active device of every node, at
/// its address, and what is not registered is none. Meanwhile a node may be late, but never retires a device that has
/// been registered all the time, and knows every caller that it has known before.
public final class DeviceCheck: InvariantChecker {
    public var violations: [Violation] { findings.all }

    /// What a node has of the devices of one number.
    private struct Known {
        var keys: [String: Set<String>] = [:]
        var incarnation = -1

        mutating func put(_ row: DeviceRow) {
            if let dn = Self.number(of: row) { keys[dn, default: []].insert(row.key) }
        }

        mutating func remove(_ key: String) {
            // A key begins with the call server, then the AOR.
            let parts = key.split(separator: " ", maxSplits: 2)
            guard parts.count > 1, let dn = Self.number(of: parts[1]) else { return }
            keys[dn]?.remove(key)
        }

        func knows(_ dn: String) -> Bool { !(keys[dn]?.isEmpty ?? true) }

        private static func number(of row: DeviceRow) -> String? { number(of: row.aor[...]) }

        /// `sip:2001@example.com`
        private static func number(of aor: Substring) -> String? {
            aor.split(separator: "@").first?.split(separator: ":").last.map { String($0) }
        }
    }

    private let server: SimulatedHost<SIPServerModel>
    private let nodes: [SimulatedNode]
    private var places: [HostID: Int] = [:]
    private var known: [Known]
    private var findings = Findings()
    /// Since when the SIP Server has each contact; looked up only.
    private var registeredAt: [String: MonotonicTime] = [:]
    /// No notification, download or sweep takes longer than this to be worked on.
    private static let patience: Duration = .seconds(240)

    public init(_ site: SimulatedSite, _ nodes: [SimulatedNode]) {
        server = site.server
        self.nodes = nodes
        known = nodes.map { _ in Known() }
        for (index, node) in nodes.enumerated() { places[node.host.id] = index }
    }

    public func observe(_ entry: LogEntry) {
        switch entry.what {
        case .told(let event as SIPServerEvent):
            switch event {
            case .registered(let user, let contact): registeredAt["\(user) \(contact)"] = entry.time.monotonic
            case .gone(let user, let contact): registeredAt["\(user) \(contact)"] = nil
            default: break
            }
        case .told(let effect as NodeEffect):
            guard let index = places[entry.host.id] else { return }
            told(effect, index, entry)
        case .commanded(let command as NodeCommand):
            guard let index = places[entry.host.id], case .restore(let state, _) = command else { return }
            if known[index].incarnation != entry.host.incarnation {
                known[index] = Known()
                known[index].incarnation = entry.host.incarnation
            }
            for row in state.devices { known[index].put(row) }
        default: break
        }
    }

    private func told(_ effect: NodeEffect, _ index: Int, _ entry: LogEntry) {
        switch effect {
        case .journal(let record, _):
            guard record.kind != .callback, record.outcome != .abandoned, record.flags.contains(.unknownCaller),
                !record.flags.contains(.untrusted), known[index].knows(record.callerDN)
            else { return }
            findings.add(
                .devices, "\(record.callerDN) called, and \(entry.host.name) has forgotten its device", at: entry.time)
        case .persist(let batch, _):
            for row in batch.devices { changed(row.row, index, entry) }
            for row in batch.deletedDevices { known[index].remove(row.row) }
        default: break
        }
    }

    private func changed(_ row: DeviceRow, _ index: Int, _ entry: LogEntry) {
        known[index].put(row)
        guard let record = DeviceRecord(row), record.state == .retired,
            let since = registeredAt["\(record.dn) \(record.contactURI)"],
            entry.time.monotonic - since > Self.patience
        else { return }
        findings.add(
            .devices, "\(entry.host.name) retired \(record.aor) at \(record.contactURI), which is registered",
            at: entry.time)
    }

    /// Asks every node, so registrations and downloads must have come to rest.
    public func conclude(at now: Now) {
        let registered = server.machine.model.bindings(at: now.monotonic)
        for node in nodes where node.host.isUp {
            let devices = node.devices()
            let active = Set(devices.filter { $0.state == "active" }.map { "\($0.aor) \($0.contact)" })
            for binding in registered where !active.contains("\(binding.aor) \(binding.contact)") {
                findings.add(.devices, "\(node.host.name) has lost \(binding.aor) at \(binding.contact)", at: now)
            }
            let known = Set(registered.map { "\($0.aor) \($0.contact)" })
            for device in devices where device.state == "active" && !known.contains("\(device.aor) \(device.contact)") {
                findings.add(.devices, "\(node.host.name) still has \(device.aor) at \(device.contact)", at: now)
            }
        }
    }
}
