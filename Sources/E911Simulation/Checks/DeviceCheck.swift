import E911Service
public import E911Values

/// No device is lost (contract invariant 4): what is registered at the SIP Server is an active device of every node, at
/// its address, and what is not registered is none.
public final class DeviceCheck: InvariantChecker {
    public var violations: [String] { findings.texts }

    private let server: SimulatedHost<SIPServerModel>
    private let nodes: [SimulatedNode]
    private var findings = Findings()

    public init(_ site: SimulatedSite, _ nodes: [SimulatedNode]) {
        server = site.server
        self.nodes = nodes
    }

    public func observe(_ entry: LogEntry) {}

    /// Asks every node, so registrations and downloads must have come to rest.
    public func conclude(at now: Now) {
        let registered = server.machine.model.bindings(at: now.monotonic)
        for node in nodes where node.host.isUp {
            let devices = node.devices()
            let active = Set(devices.filter { $0.state == "active" }.map { "\($0.aor) \($0.contact)" })
            for binding in registered where !active.contains("\(binding.aor) \(binding.contact)") {
                findings.add("\(node.host.name) has lost \(binding.aor) at \(binding.contact)", at: now)
            }
            let known = Set(registered.map { "\($0.aor) \($0.contact)" })
            for device in devices where device.state == "active" && !known.contains("\(device.aor) \(device.contact)") {
                findings.add("\(node.host.name) still has \(device.aor) at \(device.contact)", at: now)
            }
        }
    }
}
