import E911Values

@testable import SIPCore

/// A resolver with the DNS that it asks: every question that has records here is answered by them, others are absent.
struct Zone {
    var resolver: ServerResolver
    var records: [DNSQuestion: [DNSRecord]] = [:]
    var isDown = false
    /// All questions, in their order.
    var asked: [String] = []
    var now = Now(monotonic: .zero, wall: WallTime(milliseconds: 0))

    init(
        seed: UInt64 = 1, transports: [SIPTransportKind] = [.udp, .tcp, .tls],
        families: [DNSRecordType] = [.aaaa, .a], limits: ResolutionLimits = .default
    ) {
        resolver = ServerResolver(
            transports: transports, families: families, limits: limits, generator: SeededGenerator(seed: seed))
    }

    mutating func address(_ name: String, _ text: String, timeToLive: UInt32 = 300) {
        guard let address = IPAddress(text) else { return }
        add(name, address.isIPv4 ? .a : .aaaa, .address(address), timeToLive)
    }

    mutating func service(
        _ name: String, _ priority: UInt16, _ weight: UInt16, _ port: UInt16, _ target: String,
        timeToLive: UInt32 = 300
    ) {
        let record = ServiceRecord(priority: priority, weight: weight, port: port, target: target)
        add(name, .srv, .service(record), timeToLive)
    }

    mutating func pointer(
        _ name: String, _ order: UInt16, _ preference: UInt16, _ service: String, _ replacement: String,
        flags: String = "s", expression: String = ""
    ) {
        let pointer = NamingPointer(
            order: order, preference: preference, flags: flags, service: service, expression: expression,
            replacement: replacement)
        add(name, .naptr, .pointer(pointer), 300)
    }

    private mutating func add(_ name: String, _ type: DNSRecordType, _ data: DNSRecord.Data, _ timeToLive: UInt32) {
        guard let question = DNSQuestion(name, type) else { return }
        records[question, default: []].append(DNSRecord(data, timeToLive: timeToLive))
    }

    /// Resolves, answering until nothing is asked any more; at most ten rounds.
    mutating func resolve(_ target: ServerTarget) -> Resolution {
        var resolution = resolver.resolve(target, now: now)
        for _ in 0..<10 where !resolution.questions.isEmpty {
            for question in resolution.questions {
                asked.append(question.description)
                let answer: DNSAnswer =
                    isDown
                    ? .failed(reason: "no server answers")
                    : records[question].map { .records($0) } ?? .absent(timeToLive: nil)
                resolver.take(answer, to: question, now: now)
            }
            resolution = resolver.resolve(target, now: now)
        }
        return resolution
    }

    /// The hops as text.
    mutating func hops(_ host: String, port: UInt16? = nil, transport: SIPTransportKind? = nil, secure: Bool = false)
        -> [String]
    {
        guard let target = ServerTarget(host: host, port: port, transport: transport, isSecure: secure) else {
            return ["no target"]
        }
        return resolve(target).hops.map(\.hop.description)
    }

    mutating func pass(_ seconds: Int) { now = now.advanced(by: .seconds(seconds)) }
}
