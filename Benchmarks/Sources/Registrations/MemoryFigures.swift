import E911Service
import E911Values

/// What a device takes in memory: the growth of `VmRSS` over the download of all of them through a node, and again after
/// each of them has moved once; and the processor time of a move, and of an explanation of where one is.
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
        let explain = slowestExplanation(&node, devices)
        Swift.print(
            "{\"octets\": \(full - start), \"moved\": \(moved - start), \"move\": \(seconds), \"explain\": \(explain)}")
    }

    /// Of four thousand, of devices all over the table, by number, address of record, MAC and IP address in turn.
    private static func slowestExplanation(_ node: inout BenchNode, _ devices: SyntheticDevices) -> Double {
        var slowest = 0.0
        for step in 0..<4000 {
            let device = step &* 7919 % devices.count
            let subject: ExplainSubject
            switch step % 4 {
            case 0: subject = .dn("\(devices.number(device))")
            case 1: subject = .aor("sip:\(devices.number(device))@pbx.corp.example.com")
            case 2: subject = .mac(MACAddress(bits: 0x0008_5d00_0000 + UInt64(device)))
            default:
                let address = String(decoding: devices.address(device, round: 1), as: UTF8.self)
                guard let ip = IPAddress(address) else { die("\(address) is no address") }
                subject = .ip(ip)
            }
            let before = cpuSeconds()
            let answer = node.ask(.explain(subject))
            slowest = max(slowest, cpuSeconds() - before)
            guard case .explanation(let explanation) = answer,
                explanation.devices.contains(where: { $0.device?.dn == "\(devices.number(device))" })
                    || explanation.more > 0
            else { die("\(subject) is not explained: \(answer.map { "\($0)" } ?? "no answer")") }
        }
        return slowest
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
            // No faster than the store takes them: what waits for it is another figure.
            node.settle()
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
