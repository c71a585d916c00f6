import E911Service

/// What a device takes in memory: the growth of `VmRSS` over the download of all of them through a node, and again after
/// each of them has moved once; and the processor time of a move.
enum MemoryFigures {
    static func print(_ devices: SyntheticDevices) {
        guard var node = BenchNode(subnets: SyntheticDevices.subnets(devices.count)) else {
            die("the node sends no SUBSCRIBE")
        }
        let start = residentOctets()
        _ = tell(&node, devices, round: 0)
        guard node.complete() else { die("the download does not complete") }
        let full = residentOctets()
        let seconds = tell(&node, devices, round: 1)
        let moved = residentOctets()
        check(&node, devices)
        Swift.print(
            "{\"octets\": \(full - start), \"moved\": \(moved - start), \"move\": \(seconds), \"rows\": \(node.rows)}")
    }

    /// A thousand devices at a time, so that the documents themselves take no memory to speak of.
    private static func tell(_ node: inout BenchNode, _ devices: SyntheticDevices, round: Int) -> Double {
        var seconds = 0.0
        for start in stride(from: 0, to: devices.count, by: 1000) {
            let notifies = node.notifies(
                of: devices.documents(
                    start..<min(start + 1000, devices.count), round: round, octets: DownloadFigures.bodyOctets,
                    isPartial: true))
            let before = cpuSeconds()
            node.receive(notifies)
            seconds += cpuSeconds() - before
        }
        return seconds
    }

    private static func check(_ node: inout BenchNode, _ devices: SyntheticDevices) {
        guard case .status(let status) = node.ask(.status), let server = status.callServers.first else {
            die("no answer about the status")
        }
        let moved = status.counters.first { $0.name == "devices.moved" }?.value ?? 0
        guard server.active == devices.count, moved == UInt64(devices.count) else {
            die("\(server.active) devices, \(moved) moved")
        }
    }
}
