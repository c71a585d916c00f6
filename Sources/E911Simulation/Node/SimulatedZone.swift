public import E911Values
public import SIPCore

/// What DNS knows in a world.
public struct SimulatedZone: Equatable, Sendable {
    // Looked up only, never iterated.
    private var records: [DNSQuestion: [DNSRecord]] = [:]

    public init() {}

    /// - Parameter timeToLive: seconds.
    public mutating func add(_ name: String, _ address: IPAddress, timeToLive: UInt32 = 30) {
        add(name, address.isIPv4 ? .a : .aaaa, .address(address), timeToLive)
    }

    public mutating func add(_ name: String, _ service: ServiceRecord, timeToLive: UInt32 = 30) {
        add(name, .srv, .service(service), timeToLive)
    }

    public mutating func add(_ name: String, _ pointer: NamingPointer, timeToLive: UInt32 = 30) {
        add(name, .naptr, .pointer(pointer), timeToLive)
    }

    private mutating func add(_ name: String, _ type: DNSRecordType, _ data: DNSRecord.Data, _ timeToLive: UInt32) {
        guard let question = DNSQuestion(name, type) else { return }
        records[question, default: []].append(DNSRecord(data, timeToLive: timeToLive))
    }

    /// Everything that is not there is absent for 30 seconds.
    public func answer(to question: DNSQuestion) -> DNSAnswer {
        records[question].map { .records($0) } ?? .absent(timeToLive: 30)
    }
}
