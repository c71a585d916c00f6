import E911Values
import SIPCore

/// What the wires of a ``World`` did.
public struct WireFigures: Equatable, Sendable {
    public var datagramsSent = 0
    public var datagramsDelivered = 0
    public var datagramsLost = 0
    public var datagramsDuplicated = 0
    /// For an address where nobody listens, or a host that was down.
    public var datagramsUnheard = 0
    public var connectionsAsked = 0
    public var connectionsAccepted = 0
    public var connectionsFailed = 0
    public var segmentsDelivered = 0

    public init() {}
}

extension World {
    func transmit(_ octets: [UInt8], on flow: Flow, from host: Host) {
        switch flow {
        case .datagram(let local, let remote):
            log.add(.sent(octets, .udp, from: local, to: remote, nil), of: host, at: now)
            guard host.isUp else { return }
            guard host.listeners.contains(Listener(.udp, local)) else {
                return log.fault("sends from \(local), which it does not own", of: host, at: now)
            }
            guard octets.count <= WireConditions.datagramLimit else {
                return log.fault("sends a datagram of \(octets.count) octets", of: host, at: now)
            }
            send(octets, from: host, local: local, remote: remote)
        case .stream(let connection):
            guard let end = host.streams[connection] else {
                // The peer's close may be on its way: no fault.
                return log.add(.sent(octets, .tcp, from: .nowhere, to: .nowhere, connection), of: host, at: now)
            }
            let stream = end.stream
            log.add(
                .sent(
                    octets, stream.kind, from: stream.endpoints[end.side], to: stream.endpoints[1 - end.side],
                    connection), of: host, at: now)
            guard host.isUp else { return }
            send(octets, over: stream, side: end.side)
        }
    }

    private func send(_ octets: [UInt8], from host: Host, local: Endpoint, remote: Endpoint) {
        figures.datagramsSent += 1
        guard let target = self.host(at: Listener(.udp, remote)) else {
            figures.datagramsUnheard += 1
            return
        }
        let conditions = conditions(from: host.id, to: target.id)
        var fragments = 1
        if let size = conditions.fragmentOctets, size > 0 { fragments = max(1, (octets.count + size - 1) / size) }
        var fate = Fate()
        if isCut(from: host.id, to: target.id) {
            fate.isLost = true
            onStrike?(.partition, octets)
        } else {
            fate = self.fate(of: octets, from: host.id, to: target.id)
        }
        var isLost = fate.isLost
        for _ in 0..<fragments where generator.chance(conditions.loss) { isLost = true }
        guard !isLost else {
            figures.datagramsLost += 1
            return
        }
        var copies = fate.copies
        if generator.chance(conditions.duplication) {
            figures.datagramsDuplicated += 1
            copies += 1
        }
        for _ in 0..<copies {
            var delay = generator.duration(in: conditions.delay) + fate.delay
            if generator.chance(conditions.reordering) {
                delay += generator.duration(in: conditions.reorderingDelay)
            }
            push(.datagram(octets, to: target.id, local: remote, remote: local), at: now.monotonic + delay)
        }
    }

    func deliver(_ octets: [UInt8], to host: Host, local: Endpoint, remote: Endpoint) {
        guard host.isUp else {
            figures.datagramsUnheard += 1
            return
        }
        figures.datagramsDelivered += 1
        log.note(.received(octets, .udp, from: remote, to: local, nil), of: host, at: now)
        guard host.isUp else { return }
        host.receive(octets, on: .datagram(local: local, remote: remote))
    }
}

extension Endpoint {
    static let nowhere = Endpoint(IPAddress(v4: 0), 0)
}
